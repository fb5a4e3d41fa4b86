"""A cell that leaves is never run by a spreadsheet, and reading it back gives what was written."""

from __future__ import annotations

import csv
import io
import re
import warnings
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import openpyxl  # type: ignore[import-untyped]
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reading.text_tables import read_tables
from socle.files.cells import (
    FORMULA_STARTS,
    LONGEST_IN_A_SHEET,
    NumberText,
    safe_cell,
    sheet_cell,
    write_csv,
)
from socle.files.sqltext import safe_cell as safe_cell_sql
from socle.settings import PROJECT_ROOT
from tests.support.cells import read_back

dangerous = st.sampled_from(FORMULA_STARTS)
anything = st.text(max_size=20) | st.lists(st.sampled_from([*"\r\n\t\"';,|= a1é\0\x07", "\r\n"]), max_size=8).map(
    "".join
)
texts = anything | st.builds("".join, st.tuples(st.text("'", max_size=3), dangerous, anything))
numbers = st.integers() | st.floats(allow_nan=False) | st.decimals(allow_nan=False, places=4)
values = texts | numbers | st.none() | st.booleans()
# Fifteen digits: what spreadsheets keep.
sheet_numbers = st.integers(-(10**15), 10**15) | st.floats(-1e9, 1e9).map(lambda value: round(value, 3))
whole = st.integers(-(2**53), 2**53)
tables = st.lists(st.tuples(texts, whole, texts, st.floats(allow_nan=False)), min_size=1, max_size=6)
Row = tuple[str, int, str, float]


@given(values)
def test_reading_back_gives_what_was_written(value: object) -> None:
    assert read_back(safe_cell(value)) == value
    assert type(read_back(safe_cell(value))) is type(value)


@given(texts)
def test_no_text_that_leaves_begins_as_a_formula(text: str) -> None:
    assert not str(safe_cell(text)).startswith(FORMULA_STARTS)
    assert not str(sheet_cell(text)).startswith(FORMULA_STARTS)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+33 6 00 00 00 00", "-3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "'=1", "''=1"],
)
def test_a_text_that_would_run_is_given_one_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value",
    [-3, -3.5, Decimal("-3.5"), NumberText("-3,5"), 0, None, True, "", "l'école", "'", "'l'école", "a=1", "3 - 2"],
)
def test_a_number_and_an_ordinary_text_are_left_as_they_are(value: object) -> None:
    assert safe_cell(value) is value


def test_an_apostrophe_of_the_text_itself_is_kept() -> None:
    assert read_back("'l'école") == "'l'école"


# CSV: what was written is read back by the standard library, by pandas, and by our own reader.


@given(tables, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]))
def test_a_csv_is_read_back_as_it_was_written(rows: list[Row], delimiter: str, end: str) -> None:
    text = io.StringIO(newline="")
    write_csv(text, rows, delimiter, end)
    expected = [tuple(map(str, row)) for row in rows]
    read = csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=delimiter, strict=True)
    assert [tuple(read_back(cell) for cell in row) for row in read] == expected
    frame = pd.read_csv(
        io.StringIO(text.getvalue(), newline=""), sep=delimiter, header=None, dtype=str, keep_default_na=False
    )
    assert [tuple(read_back(cell) for cell in row) for row in frame.itertuples(index=False)] == expected


@given(tables)
def test_the_numbers_of_a_csv_are_numbers_to_who_reads_them(rows: list[Row]) -> None:
    text = io.StringIO(newline="")
    write_csv(text, rows)
    read = list(csv.reader(io.StringIO(text.getvalue(), newline="")))
    assert [(int(row[1]), float(row[3])) for row in read] == [(row[1], row[3]) for row in rows]


@settings(max_examples=50)
@given(tables, st.sampled_from(",;"))
def test_our_own_reader_reads_a_csv_back(rows: list[Row], delimiter: str) -> None:
    head = ("texte", "entier", "autre texte", "nombre")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            # It takes NUL and lines of blanks for damage, and makes line ends alike.
            kept = [(_readable(row[0]), row[1], _readable(row[2]), row[3]) for row in rows]
            write_csv(file, [head, *kept], delimiter)
        (table,) = read_tables(path, path.name, path.parent)
        assert table.separateur == delimiter
        assert table.records == len(rows) + 1
        with table.path.open(encoding="utf-8-sig", newline="") as read:
            found = list(csv.reader(read, delimiter=delimiter, strict=True))[1:]
    assert [[read_back(cell) for cell in row] for row in found] == [list(map(str, row)) for row in kept]


def _readable(text: str) -> str:
    return text.replace("\0", "").replace("\r", "").replace("\n", " ")


# What DuckDB writes itself.


@given(st.lists(texts, min_size=1, max_size=20))
def test_duckdb_makes_the_same_cells_and_its_csv_is_read_back(written: list[str]) -> None:
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "a.csv"
        connection.execute(
            "create table t as select unnest(?::varchar[]) as c, unnest(range(?)) as n", [written, len(written)]
        )
        made = connection.execute(f"select {safe_cell_sql('c')} from t order by n").fetchall()
        assert made == [(safe_cell(text),) for text in written]
        query = f"select {safe_cell_sql('c')} as c, n from t order by n"
        connection.execute(f"copy ({query}) to '{path}' (format csv, delimiter ';', header)")
        with path.open(encoding="utf-8", newline="") as file:
            read = list(csv.reader(file, delimiter=";", strict=True))[1:]
        frame = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    assert [read_back(cell) for cell, _ in read] == written
    assert [read_back(cell) for cell in frame["c"]] == written


# XLSX


@settings(max_examples=50)
@given(st.lists(st.tuples(texts, sheet_numbers), min_size=1, max_size=6))
def test_a_workbook_is_read_back_as_it_was_written(rows: list[tuple[str, int | float]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        _write_workbook(path, rows)
        opened = openpyxl.load_workbook(path).active
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pandas will read it otherwise one day
            frame = pd.read_excel(path, header=None, dtype=object, keep_default_na=False, na_values=[])
        own = _own_reading(path)
    for number, (text, value) in enumerate(rows):
        cell, figure = opened.cell(number + 1, 1), opened.cell(number + 1, 2)
        assert read_back(cell.value or "") == _shown(text)
        assert read_back(frame.iloc[number, 0]) == _shown(text)
        assert read_back(own[number][0]) == _shown(text)
        assert (figure.data_type, figure.value) == ("n", value)
        assert float(own[number][1]) == value


def _write_workbook(path: Path, rows: list[tuple[str, int | float]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, (text, value) in enumerate(rows):
            sheet.write_string(number, 0, str(sheet_cell(text)))
            sheet.write_number(number, 1, sheet_cell(value))


def _own_reading(path: Path) -> list[list[str]]:
    """The rows of a workbook as our own reader gives them; what is empty on the left is not in them."""
    (table,) = read_tables(path, path.name, path.parent)
    with table.path.open(encoding="utf-8", newline="") as file:
        return [["", *row] if len(row) == 1 else row for row in csv.reader(file, strict=True)]


def _shown(text: str) -> str:
    return str(read_back(sheet_cell(text)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\0\x07b", "a\ufffd\ufffdb"),
        ("\r=1", "'\n=1"),
        ("\x0b=1", "\ufffd=1"),
        ("=\0", "'=\ufffd"),
    ],
)
def test_what_a_workbook_cannot_hold_is_shown(text: str, shown: str) -> None:
    assert sheet_cell(text) == shown


def test_a_text_too_long_for_a_cell_says_where_the_rest_is() -> None:
    cell = str(sheet_cell("é" * 40_000))
    assert len(cell) == LONGEST_IN_A_SHEET
    assert cell.endswith("… (suite dans le CSV)")
    assert sheet_cell("é" * LONGEST_IN_A_SHEET) == "é" * LONGEST_IN_A_SHEET


# Every writer

INTERNAL = {"pipeline/adopt.py", "pipeline/reading/fiche.py", "pipeline/reading/workbook.py",
            "pipeline/reading/merged.py", "pipeline/reading/short_rows.py",
            "clas_demo/files/files.py", "clas_demo/generate.py", "pipeline/preparation/write_register.py"}  # fmt: skip
"""They write what we read ourselves: what was adopted, the texts of a workbook, the register, fictitious exports."""


def test_no_other_file_writes_the_cells_of_a_csv() -> None:
    packages = ("socle", "pipeline", "clas_demo", "warehouse", "access", "bilan", "dashboard", "cli")
    files = [path for package in packages for path in (PROJECT_ROOT / package).rglob("*.py")]
    writers = {
        path.relative_to(PROJECT_ROOT).as_posix()
        for path in files
        if re.search(r"csv\.(Dict)?[wW]riter\(|\.to_csv\(|\.to_excel\(", path.read_text(encoding="utf-8"))
    }
    assert writers == INTERNAL | {"socle/files/cells.py"}
