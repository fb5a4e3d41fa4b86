"""Rows made in Python -> a table of a build, at once: one statement a row takes a second a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Add the rows, whose values stand in the order of the table's columns; none is added when there is none."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        values = ", ".join(["unnest(?)"] * len(columns))
        connection.execute(f"insert into {table} select {values}", columns)
