"""The rows that a build holds of one département, table by table, as texts to compare with those of another build."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import duckdb

SCHEMAS = ("core", "marts", "qualite")
Rows = Counter[tuple[str, ...]]


def tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return {schema.table: its columns} of what people read.

    Without the views of each series on each row, which say again what core and the figures of porteurs and actions do,
    and take longer to plan than all the rest.
    """
    found: dict[str, list[str]] = {}
    query = (
        "select table_schema || '.' || table_name, column_name from information_schema.columns "
        "where table_catalog = current_database() and table_schema in (select unnest(?)) "
        "and not starts_with(table_name, 'calcul_') and table_name <> 'indicateur_detail' order by 1, ordinal_position"
    )
    for table, column in connection.execute(query, [list(SCHEMAS)]).fetchall():
        found.setdefault(table, []).append(column)
    return found


def rows_by_departement(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]
) -> dict[str | None, Rows]:
    """Return {departement: how many times each of its rows is there}, by these columns, without where its file lies.

    The rows of a table that has no département are those of the départements of their file.
    """
    kept = ", ".join(
        "regexp_extract(t.fichier, '[^/]*$') as fichier" if name == "fichier" else f't."{name}"::varchar'
        for name in columns
    )
    whose = "t" if "departement" in columns else "f"
    files = "inner join core.fichier_departement as f on t.campagne = f.campagne and t.fichier = f.fichier"
    query = f"select {whose}.departement, {kept} from {table} as t {files if whose == 'f' else ''}"
    found: dict[str | None, Rows] = {}
    for departement, *row in connection.execute(query).fetchall():
        told = tuple(_placeless(departement, value) for value in row)
        found.setdefault(departement, Counter())[told] += 1
    return found


def _placeless(departement: str | None, value: object) -> str:
    """A text in which a file is not said to be in the folder of its département, nor which others the year declares."""
    text = str(value)
    if departement and f"{departement}/" in text:
        text = re.sub(rf"(?<![\w-]){departement}/(?=\w)", "", text)
    return re.sub(r"ne déclare pas \([^)]*\)", "ne déclare pas", text) if "déclare" in text else text


def differences(one: Rows, other: Rows) -> Iterator[str]:
    """Yield some of the rows that one has and not the other."""
    for sign, rows in (("-", one - other), ("+", other - one)):
        yield from (f"{sign} {row}" for row in sorted(rows)[:3])
        if rows:
            yield f"{sign} {rows.total()} in all"
