"""sql/<schema>/*.sql -> the tables and views of a build; a file's name is its table's."""

from __future__ import annotations

from pathlib import Path

import duckdb

_SQL = Path(__file__).parent

VIEWS = {"marts.indicateur_valeur", "marts.action_large"}


def read_select(schema: str, name: str) -> str:
    """Return the SELECT that sql/<schema>/<name>.sql holds."""
    return (_SQL / schema / f"{name}.sql").read_text(encoding="utf-8")


def create_from_file(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> None:
    """Create the table or view that sql/<schema>/<name>.sql selects."""
    kind = "view" if f"{schema}.{name}" in VIEWS else "table"
    connection.execute(f"create {kind} {schema}.{name} as {read_select(schema, name)}")
