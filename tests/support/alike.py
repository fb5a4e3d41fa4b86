"""The rows that a build holds of one département, table by table, as texts to compare with those of another build."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import duckdb

SCHEMAS = ("core", "marts", "qualite")
Rows = Counter[tuple[str, ...]]


def tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return {schema.table: its columns} of what people read."""
    found: dict[str, list[str]] = {}
    query = (
        "select table_schema || '.' || table_name, column_name from information_schema.columns "
        "where table_catalog = current_database() and table_schema in (select unnest(?)) order by 1, ordinal_position"
    )
    for table, column in connection.execute(query, [list(SCHEMAS)]).fetchall():
        found.setdefault(table, []).append(column)
    return found


def rows_of(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], departement: str) -> Rows:
    """Return how many times each row of the département is there, by these columns, without where its file lies.

    A table of files counts those that `core.fichier_departement` gives to the département.
    """
    kept = ", ".join(
        "regexp_extract(fichier, '[^/]*$') as fichier" if name == "fichier" else f'"{name}"::varchar'
        for name in columns
    )
    of_file = (
        "(campagne, fichier) in (select (f.campagne, f.fichier) from core.fichier_departement as f "
        "where f.departement = ?)"
    )
    where = "departement = ?" if "departement" in columns else of_file
    found = connection.execute(f"select {kept} from {table} as t where {where}", [departement]).fetchall()
    return Counter(tuple(_placeless(departement, value) for value in row) for row in found)


def _placeless(departement: str, value: object) -> str:
    """A text in which a file is not said to be in the folder of its département, nor which others the year declares."""
    text = re.sub(rf"(?<![\w-]){departement}/(?=\w)", "", str(value))
    return re.sub(r"ne déclare pas \([^)]*\)", "ne déclare pas", text)


def differences(one: Rows, other: Rows) -> Iterator[str]:
    """Yield some of the rows that one has and not the other."""
    for sign, rows in (("-", one - other), ("+", other - one)):
        yield from (f"{sign} {row}" for row in sorted(rows)[:3])
        if rows:
            yield f"{sign} {rows.total()} in all"
