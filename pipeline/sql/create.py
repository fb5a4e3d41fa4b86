"""sql/core/*.sql and sql/marts/*.sql -> the tables and views of a build; a file's name is its table's."""

from __future__ import annotations

import duckdb

from socle.settings import PROJECT_ROOT

_SQL = PROJECT_ROOT / "pipeline" / "sql"

VIEWS = {"marts.indicateur_valeur", "marts.action_large"}


def create_from_file(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> None:
    """Create the table or view that sql/<schema>/<name>.sql selects."""
    kind = "view" if f"{schema}.{name}" in VIEWS else "table"
    select = (_SQL / schema / f"{name}.sql").read_text(encoding="utf-8")
    connection.execute(f"create {kind} {schema}.{name} as {select}")
