"""A command line -> an exit code: 0 done, 1 refused input, 2 usage, 3 internal error. The door of `clas`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cli.screen import warn
from pipeline.codebook import DefinitionError
from pipeline.messages import Refusal
from pipeline.run import ERROR_LOG, note_internal_error
from socle.paths import DataFolder
from socle.settings import Settings, SettingsError, load_settings

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; an error is one French sentence on stderr, never a traceback."""
    _never_fail_to_write()
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except Refusal as error:
        return _fail(1, str(error))
    except DefinitionError as error:
        listed = "\n".join(f"- {sentence}" for sentence in error.errors)
        return _fail(1, str(Refusal("definition_invalide", liste=f"\n{listed}")))
    except SettingsError as error:
        return _fail(2, str(error))
    except Exception as error:
        return _usage_or_internal(error)


def _run(arguments: list[str]) -> int:
    from cli.app import command

    code = command.main(args=arguments or ["--help"], prog_name="clas", standalone_mode=False)
    if code == INTERRUPTED:
        warn("Interrompu. Ce qui était publié le reste.")
    return code if isinstance(code, int) else 0


def _usage_or_internal(error: Exception) -> int:
    from typer import TyperException

    if isinstance(error, TyperException):
        from cli.french_help import usage_sentence

        return _fail(2, usage_sentence(error))
    folder = DataFolder(_settings().data)
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
