"""Every record below the header is read, cell by cell and line by line, or the file is refused."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reading.recognise import recognise
from pipeline.reading.text_tables import read_tables
from pipeline.staging.scan import open_scan
from socle.words.refusal import Refusal
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
        lines = [
            (line, [one_line_end(c or "") for c in cells])
            for line, *cells in connection.execute("from lecture").fetchall()
        ]
    assert records == len(lines)
    return lines


def one_line_end(cell: str) -> str:
    """Where line ends differ in a file, those inside its cells may be made alike."""
    return cell.replace("\r\n", "\n")


def filled(lines: Lines) -> Lines:
    """A row of tabs only is a blank line to some and a row of empty cells to others."""
    return [(line, cells) for line, cells in lines if "".join(cells).strip()]


@dataclass(frozen=True)
class Sheet:
    """Rows as a spreadsheet shows them, the first one numbered 1, and how a program writes them."""

    rows: list[list[str]]
    header: int
    encoding: str
    separator: str
    ending: str
    writing: type[csv.Dialect]

    def written(self) -> bytes:
        text = io.StringIO(newline="")
        for row in self.rows:
            if len(row) == 1:
                text.write(row[0] + self.ending)
            else:
                csv.writer(text, self.writing, delimiter=self.separator, lineterminator=self.ending).writerow(row)
        return text.getvalue().encode(self.encoding)

    def expected(self) -> Lines:
        below = list(enumerate(self.rows, start=1))[self.header :]
        return [(line, [one_line_end(cell) for cell in row]) for line, row in below if len(row) > 1]


cells = st.lists(st.sampled_from([*'ab"\n;,\t|éœ€1 ', "\r\n"]), max_size=6).map("".join)
blank_rows = st.sampled_from([[], [], [" "], ["\t "]])
full_rows = st.lists(cells, min_size=len(HEADER), max_size=len(HEADER))


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    titles = draw(
        st.lists(st.one_of(blank_rows, st.just(["Bilan « 2019 »"]), st.just(["Loiret", "", "", ""])), max_size=3)
    )
    body = draw(st.lists(st.one_of(full_rows, full_rows, blank_rows), max_size=12))
    return Sheet(
        rows=[*titles, HEADER, *body],
        header=len(titles) + 1,
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
        separator=draw(st.sampled_from(";,\t|")),
        ending=draw(st.sampled_from(["\n", "\r\n"])),
        writing=draw(st.sampled_from([csv.excel, csv.unix_dialect])),
    )


@settings(max_examples=100, deadline=None)
@given(sheet=sheets())
def test_what_is_read_is_what_was_written_at_the_line_a_spreadsheet_shows(
    connection: duckdb.DuckDBPyConnection, sheet: Sheet
) -> None:
    assert filled(scan(connection, sheet.written())) == filled(sheet.expected())


pieces = st.sampled_from([*'a"";;;\n\n\ré\u2028\x0b\x1c', ";;;", "a;b;c;d\n", "\r\n", '"\n"', '""', "\n \t\n"])


@settings(max_examples=100, deadline=None)
@given(text=st.lists(pieces, max_size=14).map("".join))
def test_what_is_not_refused_is_read_as_another_parser_reads_it(
    connection: duckdb.DuckDBPyConnection, text: str
) -> None:
    content = f"{';'.join(HEADER)}\n{text}"
    try:
        read = scan(connection, content.encode())
    except Refusal:
        return
    lines = re.split("\r\n|\r|\n", content)
    blanked = "\n".join(line.strip(" \t") if not line.strip(" \t") else line for line in lines)
    parser = csv.reader(io.StringIO(blanked, newline=""), delimiter=";", strict=True)
    parsed = [(line, cells) for line, cells in enumerate(parser, start=1) if line > 1 and cells]
    # DuckDB lets empty cells exceed the header: a row that ends with separators.
    fitted = [(line, cells if any(cells[4:]) else cells[:4]) for line, cells in parsed]
    assert read == fitted


def test_the_lines_of_a_large_file_are_numbered_in_order(connection: duckdb.DuckDBPyConnection) -> None:
    lines, blank = 150_000, {2, 77, 78, 149_999}
    text = "".join("\n" if n in blank else f"{n};{'é' * 60};;\n" for n in range(2, lines + 1))
    read = scan(connection, (";".join(HEADER) + "\n" + text).encode())
    assert [line for line, _ in read] == [n for n in range(2, lines + 1) if n not in blank]
    assert all(cells[0] == str(line) for line, cells in read)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{h}\n1;2;3;4\n1;2;3\n", "à la ligne 3, 3 cellules pour 4 colonnes"),
        ("{h}\n1;2;3;4;5\n", "à la ligne 2, 5 cellules pour 4 colonnes"),
        ('Bilan;;;\n\n{h}\n1;2;3;"a\nb"\n\n1;2\n1;2;3;4\n', "à la ligne 6, 2 cellules pour 4 colonnes"),
        ("{h}\nTotal;12\n", "à la ligne 2, 2 cellules pour 4 colonnes"),
        ('{h}\n1;2;3;4\n1;"2"x;3;4\n', "à la ligne 3, une cellule est mal formée"),
    ],
)
def test_a_row_that_does_not_fit_the_header_is_refused_by_its_line(
    connection: duckdb.DuckDBPyConnection, content: str, reason: str
) -> None:
    with pytest.raises(Refusal) as caught:
        scan(connection, content.format(h=";".join(HEADER)).encode())
    assert caught.value.code == "fichier_illisible"
    assert reason in str(caught.value)


def rows_of(widths: list[int]) -> str:
    """Rows filled up to those widths, below the header."""
    return "".join(";".join(str(at) for at in range(width)) + "\n" for width in widths)


@pytest.mark.parametrize(
    "widths",
    [
        [4] * 15 + [2] * 3,
        [4] * 15 + [3] * 16 + [2],
        [4] * 31 + [3] * 16 + [4],
        [4, 2, 4, 1, 2, 4],
        [4] * 9 + [2, 2, 1],
    ],
    ids=["dernier bloc", "deux blocs", "bloc du milieu", "lignes rognées", "dernières lignes rognées"],
)
def test_rows_without_their_last_empty_cells_are_whole(
    connection: duckdb.DuckDBPyConnection, widths: list[int]
) -> None:
    lines = scan(connection, f"{';'.join(HEADER)}\n{rows_of(widths)}".encode())
    assert [line for line, _ in lines] == list(range(2, len(widths) + 2))
    assert [cells for _, cells in lines] == [[str(at) if at < width else "" for at in range(4)] for width in widths]


@pytest.mark.parametrize(
    "text",
    [
        rows_of([4] * 15 + [2] * 3).rstrip("\n"),  # cut by the end of the file
        rows_of([4] * 15 + [3, 2, 3]),  # one block, two widths
        rows_of([4] * 16 + [2]),  # Excel writes a block whole
        rows_of([4, 4, 2, 3, 1, 1]),  # a row cut in two by a line end
        rows_of([4, 2, 2, 1, 5]),
        "1;2;3;\n" + rows_of([2, 2, 2]),  # who writes an empty last cell does not leave them out
    ],
)
def test_a_row_that_may_have_been_cut_is_refused(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    with pytest.raises(Refusal):
        scan(connection, f"{';'.join(HEADER)}\n{text}".encode())


def test_trailing_columns_without_header_or_answer_are_no_trouble(connection: duckdb.DuckDBPyConnection) -> None:
    header = ";".join([*HEADER, "", ""])
    assert scan(connection, f"{header}\n1;2;3;4;;\u00a0\n".encode()) == [(2, ["1", "2", "3", "4", "", "\u00a0"])]


@pytest.mark.parametrize(
    ("header", "row", "column"), [([*HEADER, ""], "1;2;3;4;perdu", 5), (["", *HEADER, " : "], "perdu;1;2;3;4;x", 1)]
)
def test_a_column_filled_without_a_header_is_refused(
    connection: duckdb.DuckDBPyConnection, header: list[str], row: str, column: int
) -> None:
    blank = ";" * (len(header) - 1)
    with pytest.raises(
        Refusal, match=f"la colonne {column} n'a pas d'intitulé, alors qu'elle est remplie à la ligne 3"
    ):
        scan(connection, f"{';'.join(header)}\n{blank}\n{row}\n".encode())


def test_a_count_that_differs_from_the_records_is_refused(connection: duckdb.DuckDBPyConnection) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "retours.csv"
        path.write_text(";".join(HEADER) + "\n1;2;3;4\n")
        (found,) = recognise(read_tables(path, path.name, path.parent), [FORMAT])
        lost = replace(found, table=replace(found.table, records=3))
        with pytest.raises(Refusal, match="compte 2 lignes, mais 1"):
            open_scan(connection, lost, "lecture")


def test_a_header_on_several_lines_is_skipped_whole(connection: duckdb.DuckDBPyConnection) -> None:
    header = ";".join(f'"{name}\n"' for name in HEADER)
    assert scan(connection, f'Bilan\n{header}\r\n1;"x\ny";3;4\r\n'.encode()) == [(3, ["1", "x\ny", "3", "4"])]


def test_a_path_with_a_quote_is_read(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "l'année" / "retour d'été.csv"
    path.parent.mkdir()
    path.write_text(";".join(HEADER) + "\n1;2;3;4\n")
    (found,) = recognise(read_tables(path, path.name, path.parent), [FORMAT])
    assert open_scan(connection, found, "lecture") == 1
