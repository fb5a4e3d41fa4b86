"""In a child: a statement that may run -> its first rows as JSON, or all of them written to a pipe."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

import duckdb

from socle import cells
from socle.sqltext import identifier, literal, safe_cell
from warehouse.sql.errors import refused
from warehouse.sql.statements import Statement

BATCH = 200
LONGEST_CELL = 100_000
"""Characters of a text that are read; a file gives them all."""
_NUMBERS = r"U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL\(\d+,\d+\)"
_READABLE = re.compile(rf'{_NUMBERS}|VARCHAR|BOOLEAN|DATE|TIME|TIMESTAMP|DOUBLE|FLOAT|JSON|"NULL"')
"""Types whose values Python has, and JSON or the parent can hold."""
_NESTED = re.compile(r"\]$|^(STRUCT|MAP|UNION)\(", re.IGNORECASE)
_OF_CSV = re.compile(rf"{_NUMBERS}|BOOLEAN|DATE|TIME|TIMESTAMP")
"""Types that are written as they are: no spreadsheet runs them."""
_EXACT_INTEGERS = 2**53
"""Below it, every whole number is exact in a double."""

Column = tuple[str, str]
"""Name and type."""


def read_answer(cursor: duckdb.DuckDBPyConnection, statement: Statement, rows: int, characters: int) -> dict[str, Any]:
    """Return {"colonnes", "types", "lignes", "tronque"}: at most so many rows, and characters in them."""
    columns = _described(cursor.execute(statement.text))
    if not statement.is_explain and not all(_READABLE.fullmatch(kind) for _, kind in columns):
        cursor.execute(_selected(statement, columns, _readable))
    lines: list[list[Any]] = []
    is_cut = False
    while batch := cursor.fetchmany(min(BATCH, rows + 1 - len(lines))):
        for row in batch:
            line = [_cell(value) for value in row]
            characters -= len(json.dumps(line, ensure_ascii=False))
            if len(lines) == rows or characters < 0:
                return _answer(columns, lines, is_cut=True)
            is_cut = is_cut or any(isinstance(value, str) and len(value) > LONGEST_CELL for value in row)
            lines.append(line)
    return _answer(columns, lines, is_cut)


def write_stream(cursor: duckdb.DuckDBPyConnection, statement: Statement, format: str, output: str) -> dict[str, Any]:
    """Write every row to `output` as csv, parquet or json, and return {"colonnes": …}."""
    if statement.is_explain:
        raise refused("un EXPLAIN se lit en tableau")
    columns = _described(cursor.execute(f"describe (\n{statement.text}\n)"), from_rows=True)
    select, options = {
        "csv": (_selected(statement, _safe_names(columns), _csv), "format csv, header"),
        "json": (_selected(statement, columns, _same), "format json, array true"),
        "parquet": (_selected(statement, columns, _same), "format parquet, compression zstd"),
    }[format]
    cursor.execute(f"copy (\n{select}\n) to {literal(output)} ({options})")
    return {"colonnes": [name for name, _ in columns]}


def _described(cursor: duckdb.DuckDBPyConnection, from_rows: bool = False) -> list[Column]:
    if from_rows:
        return [(str(row[0]), str(row[1])) for row in cursor.fetchall()]
    return [(column[0], str(column[1])) for column in cursor.description or []]


def _selected(statement: Statement, columns: Sequence[Column], value: Callable[[str, str], str]) -> str:
    """The same rows, each value as `value` has it. The text is whole by itself: it cannot close our bracket."""
    places = [f"c{column}" for column in range(len(columns))]  # a name may be given twice
    values = (
        f"{value(column, kind)} as {identifier(name)}" for column, (name, kind) in zip(places, columns, strict=True)
    )
    return f"select {', '.join(values)} from (\n{statement.text}\n) as resultat ({', '.join(places)})"


def _safe_names(columns: Sequence[Column]) -> list[Column]:
    return [(str(cells.safe_cell(name)), kind) for name, kind in columns]


def _answer(columns: Sequence[Column], lines: list[list[Any]], is_cut: bool) -> dict[str, Any]:
    names, types = [name for name, _ in columns], [kind for _, kind in columns]
    return {"colonnes": names, "types": types, "lignes": lines, "tronque": is_cut}


def _cell(value: object) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_CELL else value[:LONGEST_CELL] + "…"
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date | time) else value


def _same(column: str, _: str) -> str:
    return column


def _readable(column: str, kind: str) -> str:
    """Lists are read as JSON, what else JSON cannot hold (binary texts, intervals) as DuckDB writes it."""
    if _READABLE.fullmatch(kind):
        return column
    return f"to_json({column})::varchar" if _NESTED.search(kind) else f"{column}::varchar"


def _csv(column: str, kind: str) -> str:
    """A number as a person writes it, a text that no spreadsheet runs."""
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"{column} = trunc({column}) and abs({column}) < {_EXACT_INTEGERS}"
        return f"if({whole}, {column}::bigint::varchar, {column}::varchar)"
    return column if _OF_CSV.fullmatch(kind) else safe_cell(_readable(column, kind))
