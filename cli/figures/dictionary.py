"""`clas dictionary`: the definitions -> the dictionary of variables, indicators and tables, on screen or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.words.french_help import in_a_folder
from cli.words.screen import say, warn
from socle.files.atomic import write_atomic
from socle.process.machine import refusing_output
from socle.settings import PROJECT_ROOT, load_settings

COMMITTED = PROJECT_ROOT / "docs" / "dictionary.md"


def dictionary(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FICHIER", dir_okay=False, callback=in_a_folder, help="Écrit le dictionnaire là."
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Vérifie que docs/dictionary.md est à jour, sans rien écrire.")
    ] = False,
) -> int:
    """Écrit le dictionnaire des variables, des indicateurs et des tables, ceux du dossier de données compris."""
    from pipeline.codebook.dictionary import render
    from pipeline.codebook.load import load_codebook

    shipped_alone = check or (out is not None and out.resolve() == COMMITTED)
    text = render(load_codebook(() if shipped_alone else (load_settings().data,)))
    if check:
        return _check(text)
    if out is None:
        print(text, end="")
    else:
        with refusing_output(out):
            write_atomic(out, text.encode())
        say(f"Dictionnaire écrit dans {out}.")
    return 0


def _check(text: str) -> int:
    if COMMITTED.is_file() and COMMITTED.read_text(encoding="utf-8") == text:
        say("docs/dictionary.md est à jour.")
        return 0
    if not COMMITTED.is_file():
        warn("Il n'y a pas de docs/dictionary.md à vérifier\u202f: seul un clone du projet en contient un.")
        return 1
    warn("docs/dictionary.md n'est plus à jour\u202f: lancez «\u202fclas dictionary --out docs/dictionary.md\u202f».")
    return 1
