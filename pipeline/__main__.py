"""`python -m pipeline build [--force]`: a build whose progress is one JSON object a line on stdout, for programs.

{"etape": …} while it goes, then {"construction": …} or {"erreur": …}. It exits with 0 when done, 1 when a file or the
build is refused, 2 for a usage error, 3 for an internal one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from pipeline.codebook import DefinitionError
from pipeline.machine import machine_refusal
from pipeline.messages import Refusal
from pipeline.run import RunResult, note_internal_error, run_build
from socle.paths import DataFolder
from socle.settings import Settings, SettingsError, load_settings

USAGE = "Utilisation\u202f: python -m pipeline build [--force]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; every line written on stdout is a JSON object."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given not in (["build"], ["build", "--force"]):
        return _fail(2, USAGE)
    try:
        settings = load_settings()
    except SettingsError as error:
        return _fail(2, str(error))
    return _build(settings, force="--force" in given)


def _build(settings: Settings, force: bool) -> int:
    folder = DataFolder(settings.data)
    try:
        result = run_build(folder, settings, lambda step: _say(etape=step), force)
    except Refusal as error:
        return _fail(1, str(error), code=error.code)
    except DefinitionError as error:
        return _fail(1, "\n".join(error.errors), code="definition_invalide")
    except Exception as error:
        if refusal := machine_refusal(error, folder):
            return _fail(1, str(refusal), code=refusal.code)
        return _fail(3, "Erreur interne : rien n'a été publié.", reference=note_internal_error(folder))
    _say(**_summary(result))
    return result.exit_code


def _summary(result: RunResult) -> dict[str, object]:
    manifest = result.manifest
    return {
        "construction": manifest.build,
        "nouvelle": result.new,
        "publiee_le": manifest.created_at,
        "fictif": manifest.fictif,
        "anomalies": manifest.anomalies,
        "refuses": manifest.refused,
        "arrets": manifest.arrets,
    }


def _fail(exit_code: int, sentence: str, **details: object) -> int:
    _say(erreur=sentence, **details)
    return exit_code


def _say(**content: object) -> None:
    print(json.dumps(content, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
