"""`clas sql`: one SELECT -> a table on screen, or CSV or JSON, on screen or in a file, row by row."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from cli.french_help import in_a_folder
from cli.screen import say, table, warn
from pipeline.machine import refusing_output
from socle import cells
from socle.atomic import replacing
from socle.french import count
from socle.paths import DataFolder
from socle.settings import load_settings

if TYPE_CHECKING:
    from warehouse.query import Selection

SHOWN = 200


EXACT_INTEGERS = 2**53
"""Below it, every whole number is exact in a double."""


class Output(StrEnum):
    """How the rows are written."""

    table = "table"
    csv = "csv"
    json = "json"


def sql(
    query: Annotated[
        str, typer.Argument(metavar="REQUÊTE", help="Un SELECT ; à défaut, il est lu sur l'entrée standard.")
    ] = "",
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FICHIER", exists=True, dir_okay=False, help="Lit la requête là.")
    ] = None,
    output: Annotated[
        Output,
        typer.Option("--format", metavar="table|csv|json", show_default=False, help="table (défaut), csv, json."),
    ] = Output.table,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FICHIER", dir_okay=False, callback=in_a_folder, help="Écrit le résultat dans ce fichier."
        ),
    ] = None,
) -> int:
    """Lit les tables publiées par une requête SQL (voir « clas dictionary »)."""
    from warehouse.query import run_select

    text = _query(query, file)
    with run_select(DataFolder(load_settings().data), text) as selection:
        if selection.warning:
            warn(selection.warning)
        write = {Output.table: write_table, Output.csv: write_csv, Output.json: write_json}[output]
        if out is None:
            _to_screen(write, selection)
        else:
            with _replacing(out) as target:
                write(selection, target)
            say(f"Résultat écrit dans {out}.")
    return 0


def _query(query: str, file: Path | None) -> str:
    if file:
        return file.read_text(encoding="utf-8-sig")
    if query:
        return query
    if sys.stdin.isatty():
        warn("Tapez la requête, puis Ctrl+D.")
    return sys.stdin.read()


def write_table(selection: Selection, target: TextIO) -> None:
    """Write the first rows as a table, and say how to have the others."""
    rows = list(islice(selection.rows, SHOWN + 1))
    shown = [[_text(value) for value in row] for row in rows[:SHOWN]]
    numbers = [
        i for i in range(len(selection.columns)) if any(isinstance(row[i], int | float | Decimal) for row in rows)
    ]
    table(selection.columns, shown, numbers=numbers, file=target)
    more = len(rows) > SHOWN
    warn(f"{SHOWN} premières lignes ; « --format csv » les donne toutes." if more else count(len(rows), "ligne"))


def write_csv(selection: Selection, target: TextIO) -> None:
    """Write a header and every row: comma, UTF-8, empty for what is null; texts are safe cells, numbers are numbers."""
    cells.write_csv(target, chain([selection.columns], ([_cell(value) for value in row] for row in selection.rows)))


def write_json(selection: Selection, target: TextIO) -> None:
    """Write a list of objects, one a line."""
    separator = "[\n"
    for row in selection.rows:
        content = dict(zip(selection.columns, row, strict=True))
        target.write(separator + json.dumps(content, ensure_ascii=False, default=_plain))
        separator = ",\n"
    target.write("[]\n" if separator == "[\n" else "\n]\n")


def _text(value: object) -> str:
    return str(_cell(value))


def _cell(value: object) -> str | int | float | Decimal:
    """A number, whose minus is no formula, or the text of anything else."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_INTEGERS:
        return int(value)  # 41, as a person writes it, and the same number once read back
    if isinstance(value, int | float | Decimal):
        return value
    return json.dumps(value, ensure_ascii=False, default=_plain) if isinstance(value, list | dict) else str(value)


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


def _to_screen(write: Callable[[Selection, TextIO], None], selection: Selection) -> None:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        write(selection, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has had enough: the rest goes nowhere, and that is no error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """Give a file that takes the place of `path` once it is whole; raise Refusal when the disk refuses it."""
    with refusing_output(path), replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        yield file
