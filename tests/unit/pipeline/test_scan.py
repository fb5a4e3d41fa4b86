"""Every record below the header is read, cell by cell and line by line, or the file is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.messages import Refusal
from pipeline.read import read_tables
from pipeline.recognise import recognise
from pipeline.scan import open_scan
from tests.support.tables import small_format

HEADER = ["action_id", "raison_sociale", "intitule", "quartier"]
FORMAT = small_format(*HEADER)
Lines = list[tuple[int, list[str]]]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def scan(connection: duckdb.DuckDBPyConnection, content: bytes) -> Lines:
    """The lines below the header, with their numbers; an empty cell is an empty text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "retours.csv"
        path.write_bytes(content)
        (found,) = recognise(read_tables(path, path.name, path.parent), [FORMAT])
        records = open_scan(connection, found, "lecture")
        lines = [(line, [c or "" for c in cells]) for line, *cells in connection.table("lecture").fetchall()]
    assert records == len(lines)
    return lines


@dataclass(frozen=True)
class Sheet:
    """Rows as a spreadsheet shows them, the first one numbered 1, and how a program writes them."""

    rows: list[list[str]]
    header: int
    encoding: str
    separator: str
    ending: str
    quoting: int

    def written(self) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.separator, lineterminator=self.ending, quoting=self.quoting)  # type: ignore[arg-type]
        for row in self.rows:
            if row and row[0].isspace() and len(row) == 1:
                text.write(row[0] + self.ending)
            else:
                writer.writerow(row)
        return text.getvalue().encode(self.encoding)

    def expected(self) -> Lines:
        below = list(enumerate(self.rows, start=1))[self.header :]
        return [(line, row) for line, row in below if row and not (len(row) == 1 and row[0].isspace())]


cells = st.text('ab"\n;,\t|éœ€1 ', max_size=6)
blank_rows = st.sampled_from([[], [], [" "], ["\t "]])
full_rows = st.lists(cells, min_size=len(HEADER), max_size=len(HEADER))


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    titles = draw(st.lists(st.one_of(blank_rows, st.just(["Bilan « 2019 »"]), st.just(["Loiret", "", "", ""])), max_size=3))
    body = draw(st.lists(st.one_of(full_rows, full_rows, blank_rows), max_size=12))
    return Sheet(
        rows=[*titles, HEADER, *body],
        header=len(titles) + 1,
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
        separator=draw(st.sampled_from(";,\t|")),
        ending=draw(st.sampled_from(["\n", "\r\n"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )


@settings(max_examples=150, deadline=None)
@given(sheet=sheets())
def test_what_is_read_is_what_was_written_at_the_line_a_spreadsheet_shows(
    connection: duckdb.DuckDBPyConnection, sheet: Sheet
) -> None:
    assert scan(connection, sheet.written()) == sheet.expected()
