"""`clas sql`: one SELECT -> a table on screen, or all its rows as CSV, JSON or Parquet, on screen or in a file."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from cli.words.french_help import FrenchBadParameter, in_a_folder
from cli.words.screen import progress, say, table, warn
from socle.atomic import replacing
from socle.french import count
from socle.machine import refusing_output
from socle.paths import DataFolder
from socle.refusal import Refusal
from socle.settings import load_settings

if TYPE_CHECKING:
    from warehouse.engine.engine import Engine, Format, SqlAnswer
    from warehouse.scope import Scope

SHOWN = 200
"""Rows of a table."""


class Output(StrEnum):
    """How the rows are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


_FORMATS: dict[Output, Format] = {Output.csv: "csv", Output.json: "json", Output.parquet: "parquet"}


def sql(
    query: Annotated[
        str, typer.Argument(metavar="REQUÊTE", help="Un SELECT ; à défaut, il est lu sur l'entrée standard.")
    ] = "",
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FICHIER", exists=True, dir_okay=False, help="Lit la requête là.")
    ] = None,
    output: Annotated[
        Output | None,
        typer.Option(
            "--format",
            metavar="table|csv|json|parquet",
            show_default=False,
            help="table, csv, json, parquet ; à défaut celui que dit le nom du fichier, sinon table.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FICHIER", dir_okay=False, callback=in_a_folder, help="Écrit le résultat dans ce fichier."
        ),
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option(
            "--base",
            metavar="FICHIER",
            dir_okay=False,
            callback=in_a_folder,
            help="Écrit toutes les tables dans une base DuckDB, pour Python, R ou un notebook (docs/sql.md).",
        ),
    ] = None,
    agent: Annotated[
        bool, typer.Option("--agent", help="Avec le handicap et les allophones de chaque action (agent de la Caf).")
    ] = False,
) -> int:
    """Lit les tables publiées par une requête SQL (voir « clas dictionary » et docs/sql.md)."""
    from warehouse.engine.engine import Engine
    from warehouse.scope import LOCAL, Scope

    settings = load_settings()
    chosen = output or _format_of(out)
    if chosen is Output.parquet and out is None and sys.stdout.isatty():
        raise FrenchBadParameter("Un écran ne montre pas de Parquet\u202f: ajoutez «\u202f--out x.parquet\u202f».")
    scope = LOCAL if agent else Scope("analyste", LOCAL.territoire)
    with Engine(DataFolder(settings.data), settings) as engine:
        if base is not None:
            _write_base(engine, scope, base)
            return 0
        text = _query(query, file)
        try:
            _write(engine, scope, text, chosen, out)
        except Refusal as refusal:
            _point(text, refusal)
            raise
    return 0


def _write_base(engine: Engine, scope: Scope, base: Path) -> None:
    from warehouse.engine.analyst_base import write_base

    with refusing_output(base), progress() as show:
        tables = write_base(engine, scope, base, show)
    say(f"{count(tables, 'table')} dans {base}.")


def _format_of(out: Path | None) -> Output:
    suffix = out.suffix.lower().removeprefix(".") if out else ""
    return Output(suffix) if suffix in Output.__members__ else Output.table


def _query(query: str, file: Path | None) -> str:
    if file:
        return file.read_text(encoding="utf-8-sig")
    if query:
        return query
    if sys.stdin.isatty():
        warn("Tapez la requête, puis Ctrl+D.")
    return sys.stdin.read()


def _point(query: str, refusal: Refusal) -> None:
    """Show the line of the query where it is wrong, and a mark under the place."""
    from warehouse.sql.errors import pointed

    if pointed_at := pointed(query, refusal):
        warn(pointed_at)


def _write(engine: Engine, scope: Scope, query: str, output: Output, out: Path | None) -> None:
    if output is Output.table:
        _write_table(engine.run(scope, query, rows=SHOWN), out)
        return
    if warning := engine.warning():
        warn(warning)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    pieces = engine.stream(scope, query, _FORMATS[output])
    if out is None:
        _to_screen(pieces, output)
        return
    with refusing_output(out), replacing(out) as temporary, temporary.open("wb") as target:
        _copy(pieces, target)
    say(f"Résultat écrit dans {out}.")


def _write_table(answer: SqlAnswer, out: Path | None) -> None:
    """Write the first rows as a table, and say how to have the others."""
    if answer.warning:
        warn(answer.warning)
    shown = [[_text(value) for value in row] for row in answer.rows]
    numbers = [
        column
        for column in range(len(answer.columns))
        if any(isinstance(row[column], int | float | Decimal) for row in answer.rows)
    ]
    if out is None:
        table(answer.columns, shown, numbers=numbers)
    else:
        with refusing_output(out), replacing(out) as temporary, temporary.open("w", encoding="utf-8") as target:
            table(answer.columns, shown, numbers=numbers, file=target)
        say(f"Résultat écrit dans {out}.")
    if answer.truncated:
        first = count(len(shown), "première ligne", "premières lignes")
        warn(f"Résultat tronqué\u202f: {first} ; «\u202f--out resultat.csv\u202f» les donne toutes.")
    else:
        warn(count(len(shown), "ligne"))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _to_screen(pieces: Iterator[bytes], output: Output) -> None:
    try:
        if output is Output.parquet:
            _copy(pieces, sys.stdout.buffer)
        else:
            for text in codecs.iterdecode(pieces, "utf-8"):
                sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has had enough: the rest goes nowhere, and that is no error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _copy(pieces: Iterator[bytes], target: BinaryIO) -> None:
    for piece in pieces:
        target.write(piece)
