"""One SELECT typed by a person -> its columns and its rows, streamed from the published build."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from socle.paths import DataFolder
from warehouse.guard import check_select, refused
from warehouse.open import open_current
from warehouse.sql_errors import french_reason

BATCH = 1_000


@dataclass(frozen=True)
class Selection:
    """The answer to a query."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]
    """Read as they are asked for: a result larger than memory can be written to a file."""
    warning: str | None
    """French sentence when the published build is damaged and an earlier one answered."""


@contextmanager
def run_select(folder: DataFolder, query: str) -> Iterator[Selection]:
    """Run one reading statement on the published build; raise Refusal, with the reason, when it is not accepted.

    A refusal may also come while the rows are read: a value that cannot be cast is only met then.
    """
    with open_current(folder) as warehouse:
        statement = check_select(warehouse.connection, query)
        try:
            found = warehouse.connection.execute(statement)
        except duckdb.Error as error:
            raise refused(french_reason(error)) from error
        columns = tuple(column[0] for column in found.description or [])
        yield Selection(columns, _stream(found), warehouse.warning)


def _stream(found: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    try:
        while batch := found.fetchmany(BATCH):
            yield from batch
    except duckdb.Error as error:
        raise refused(french_reason(error)) from error
