"""`python -m pipeline …`: what takes seconds, its progress being one JSON object a line on stdout, for programs.

build [--force]            builds and publishes what is in raw
essai                      builds the preparation under way, without publishing it
accepter PAR [DÉPARTEMENT] puts the preparation in raw and publishes its trial; refuses one that is not of the only
                           département of who accepts
arreter ANNÉE DÉPARTEMENT JOUR PAR     writes that the committee adopted a year there
rouvrir ANNÉE DÉPARTEMENT MOTIF        takes it up again
regles ANNÉE DÉPARTEMENT               says which adopted figures today's rules would change, and publishes nothing
reprendre MOTIF PAR DÉPARTEMENT ANNÉE… gives today's rules to these adopted years

DÉPARTEMENT is « * » for every one of the year.

{"etape": …} while it goes, then {"construction": …} or {"erreur": …}. It exits with 0 when done, 1 when a file or the
build is refused, 2 for a usage error, 3 for an internal one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Mapping, Sequence

from pipeline.builds.result import RunResult
from pipeline.run import note_internal_error, run_build
from socle.paths import DataFolder
from socle.process.machine import machine_refusal
from socle.settings import Settings, SettingsError, load_settings
from socle.words.refusal import DefinitionError, Refusal

USAGE = (
    "Utilisation\u202f: python -m pipeline build [--force] | essai | accepter PAR [DÉPARTEMENT] | "
    "arreter ANNÉE DÉPARTEMENT JOUR PAR | rouvrir ANNÉE DÉPARTEMENT MOTIF | regles ANNÉE DÉPARTEMENT | "
    "reprendre MOTIF PAR DÉPARTEMENT ANNÉE…"
)
EVERY = "*"
"""In the place of a département: each one of the year."""
Command = Callable[..., RunResult | dict[str, object]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; every line written on stdout is a JSON object."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name, given = (given[0], given[1:]) if given else ("", [])
    command, accepted = COMMANDS.get(name, (_build, ()))
    if len(given) not in accepted or (name == "build" and given not in ([], ["--force"])):
        return _fail(2, USAGE)
    try:
        settings = load_settings()
    except SettingsError as error:
        return _fail(2, str(error))
    return _run(command, DataFolder(settings.data), settings, given)


def _run(command: Command, folder: DataFolder, settings: Settings, given: Sequence[str]) -> int:
    try:
        result = command(folder, settings, *given)
    except Refusal as error:
        return _fail(1, str(error), code=error.code, ecran=error.on_screen)
    except DefinitionError as error:
        return _fail(1, "\n".join(error.errors), code="definition_invalide")
    except Exception as error:
        if refusal := machine_refusal(error, folder):
            return _fail(1, str(refusal), code=refusal.code, ecran=refusal.on_screen)
        return _fail(3, "Erreur interne : rien n'a été publié.", reference=note_internal_error(folder))
    if isinstance(result, dict):
        _say(**result)
        return 0
    _say(**_summary(result))
    return result.exit_code


def _build(folder: DataFolder, settings: Settings, force: str = "") -> RunResult:
    return run_build(folder, settings, _step, bool(force))


def _try(folder: DataFolder, settings: Settings) -> RunResult:
    from pipeline.preparation.preparation import follow
    from pipeline.trial import make_trial

    follow(folder)
    return make_trial(folder.prepared(), settings, _step)


def _accept(folder: DataFolder, settings: Settings, by: str, territory: str | None = None) -> RunResult:
    from pipeline.preparation.preparation import accept

    _step("Publication")
    return accept(folder, settings, by, territory)


def _adopt(folder: DataFolder, settings: Settings, campagne: str, place: str, day: str, by: str) -> RunResult:
    from pipeline.adopt import run_adoption

    return run_adoption(folder, settings, _step, {campagne: day}, by, _one(place))[0]


def _reopen(folder: DataFolder, settings: Settings, campagne: str, place: str, motif: str) -> RunResult:
    from pipeline.adopt import run_reopening

    return run_reopening(folder, settings, _step, campagne, motif, _one(place))


def _pending(folder: DataFolder, settings: Settings, campagne: str, place: str) -> dict[str, object]:
    from pipeline.renew import figures_if_reopened

    found = figures_if_reopened(folder, settings, _step, [campagne], _one(place))
    return {"construction": None, "chiffres": found}


def _renew(folder: DataFolder, settings: Settings, motif: str, by: str, place: str, *campagnes: str) -> RunResult:
    from pipeline.renew import renew

    return renew(folder, settings, _step, motif, campagnes, by, _one(place))[0]


def _one(place: str) -> str | None:
    return None if place == EVERY else place


COMMANDS: Mapping[str, tuple[Command, Collection[int]]] = {
    "build": (_build, (0, 1)),
    "essai": (_try, (0,)),
    "accepter": (_accept, (1, 2)),
    "arreter": (_adopt, (4,)),
    "rouvrir": (_reopen, (3,)),
    "regles": (_pending, (2,)),
    "reprendre": (_renew, range(4, 100)),
}
"""{name: what it runs, how many arguments it takes}."""


def _step(text: str) -> None:
    _say(etape=text)


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
