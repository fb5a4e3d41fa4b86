"""A command line -> an exit code: 0 done, 1 refused input, 2 usage, 3 internal error. The door of `clas`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cli.words.screen import warn
from pipeline.run import ERROR_LOG, note_internal_error
from socle.machine import machine_refusal
from socle.paths import DataFolder
from socle.refusal import Refusal
from socle.settings import Settings, SettingsError, load_settings

INTERRUPTED = 130
DIRECT = ("build", "status")
"""Run without Typer when they stand alone: it would double the time of a build with nothing new."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; an error is one French sentence on stderr, never a traceback."""
    _never_fail_to_write()
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
        return code
    except Refusal as error:
        return _fail(1, str(error))
    except SettingsError as error:
        return _fail(2, str(error))
    except KeyboardInterrupt:
        return _fail(INTERRUPTED, "Interrompu. Ce qui était publié le reste.")
    except Exception as error:
        return _other(error)


def _run(arguments: list[str]) -> int:
    if len(arguments) == 1 and arguments[0] in DIRECT:
        from cli.building import build, status

        return build.build() if arguments == ["build"] else status.status()
    from cli.app import command

    code = command.main(args=arguments or ["--help"], prog_name="clas", standalone_mode=False)
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def _other(error: Exception) -> int:
    """A fault of the definitions, of usage, or an unforeseen one; imported here so that other commands stay fast."""
    from typer import TyperException

    from cli.words.french_help import usage_sentence
    from socle.refusal import DefinitionError

    if isinstance(error, TyperException):
        return _fail(2, usage_sentence(error))
    if isinstance(error, DefinitionError):
        listed = "\n".join(f"- {sentence}" for sentence in error.errors)
        return _fail(1, str(Refusal("definition_invalide", liste=f"\n{listed}")))
    folder = DataFolder(_settings().data)
    if refusal := machine_refusal(error, folder):
        return _fail(1, str(refusal))
    reference = note_internal_error(folder)
    detail = f"le détail est dans {folder.etat.name}/{ERROR_LOG}" if reference else "le détail n'a pas pu être écrit"
    return _fail(
        3,
        f"Erreur interne, référence {reference or 'sans numéro'}\u202f: ce qui était publié le reste. "
        f"Transmettez cette référence à la personne qui tient l'outil ({detail}).",
    )


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError:
        return Settings()


def _fail(code: int, sentence: str) -> int:
    warn(sentence)
    return code


def _never_fail_to_write() -> None:
    """Where the terminal cannot write a French character, a mark stands for it."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
