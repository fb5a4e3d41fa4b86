"""A table of diffusion.duckdb -> a CSV that a spreadsheet opens safely, and a Parquet; DuckDB streams both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from socle.sqltext import identifier, literal, safe_cell
from warehouse.open_data.tables import ExportedTable

# One thread: the same rows are always cut into the same pieces, the same build gives the same bytes.
_CONNECTION: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",  # by default it would be in the working folder
    "threads": 1,
}


@contextmanager
def open_to_copy(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach a database read-only, in a connection that may write other files: that of `open_current` may not."""
    with duckdb.connect(config=_CONNECTION) as connection:
        connection.execute(f"attach {literal(str(database))} as diffusion (read_only)")
        connection.execute("use diffusion")
        yield connection


def column_types(connection: duckdb.DuckDBPyConnection, table: ExportedTable) -> dict[str, str]:
    """Return {column: DuckDB type} of the columns to publish, in their order."""
    types = dict(row[:2] for row in connection.execute(f"describe {table.table}").fetchall())
    return {column: types[column] for column in table.columns}


def write_csv(connection: duckdb.DuckDBPyConnection, table: ExportedTable, path: Path) -> None:
    """Write the CSV: UTF-8 without BOM, comma, LF, decimal point, ISO dates, empty for null."""
    types = column_types(connection, table)
    cells = ", ".join(f"{cell_sql(column, kind)} as {identifier(column)}" for column, kind in types.items())
    connection.execute(
        f"copy (select {cells} from {table.table} as t order by {_order(table)}) to {literal(str(path))} "
        "(format csv, header true, delimiter ',')"
    )


def write_parquet(connection: duckdb.DuckDBPyConnection, table: ExportedTable, path: Path) -> None:
    """Write the same rows with their types; the texts are as they are, since nothing in a Parquet runs."""
    columns = ", ".join(map(identifier, table.columns))
    connection.execute(
        f"copy (select {columns} from {table.table} as t order by {_order(table)}) to {literal(str(path))} "
        "(format parquet, compression zstd)"
    )


def cell_sql(column: str, kind: str, relation: str = "t") -> str:
    """Return the text of a cell; a text is made safe."""
    name = f"{relation}.{identifier(column)}"
    if kind == "VARCHAR":
        return safe_cell(name)
    if kind == "DOUBLE":
        return rf"regexp_replace({name}::varchar, '\.0+$', '')"  # 41, as a person writes it
    return f"{name}::varchar"


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """Return the few rows of a query."""
    return connection.execute(query).fetchall()


def _order(table: ExportedTable) -> str:
    return ", ".join(f"t.{identifier(column)}" for column in table.key)
