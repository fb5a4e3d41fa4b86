"""A name merged over two actions is that of both; a number merged over two actions is nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from pipeline.codebook.model import FormatColumn
from pipeline.reading.merged import filled_down
from pipeline.reading.recognise import recognise
from pipeline.reading.text_tables import read_tables
from pipeline.staging.conform import conform
from socle.words.refusal import Refusal
from tests.support.builds import plain
from tests.support.exports import PORTEURS, codebook
from tests.support.tables import parsing_connection, small_format, write_ods

HEADER = ["action_id", "siret", "raison_sociale", "qpv", "nb_enfants"]
FORMAT = small_format(*HEADER, FormatColumn("Libre", None, ignoree="essai"))
ALPHA, BETA = PORTEURS
ROWS = [
    [*HEADER, "Libre"],
    ["a1", ALPHA["siret"], ALPHA["raison_sociale"], "Oui", "12", "x"],
    ["a2", "", "", "", "9", ""],
    ["a3", BETA["siret"], BETA["raison_sociale"], "Non", "8", ""],
]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with parsing_connection() as opened:
        yield opened


def xlsx(path: Path, *merged: str, at: str = "A1") -> Path:
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("Export")
    for cells in merged:
        sheet.merge_range(cells, "")
    row, column = xlsxwriter.utility.xl_cell_to_rowcol(at)
    for number, texts in enumerate(ROWS):
        for position, text in enumerate(texts):
            if text:
                sheet.write_string(row + number, column + position, text)
    workbook.close()
    return path


def read(connection: duckdb.DuckDBPyConnection, path: Path) -> list[Any]:
    (found,) = recognise(read_tables(path, path.name, path.parent), [FORMAT])
    conform(connection, filled_down(found, codebook()), codebook(), ("45",))
    return connection.execute("select ligne, action_id, siret, raison_sociale, qpv, nb_enfants from lignes").fetchall()


SHARED = [
    (2, "a1", ALPHA["siret"], ALPHA["raison_sociale"], True, 12),
    (3, "a2", ALPHA["siret"], ALPHA["raison_sociale"], True, 9),
    (4, "a3", BETA["siret"], BETA["raison_sociale"], False, 8),
]


def test_what_is_merged_over_two_rows_is_read_on_both(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert read(connection, xlsx(tmp_path / "a.xlsx", "B2:B3", "C2:C3", "D2:D3", "F2:F4")) == SHARED


def test_what_is_only_blank_is_never_filled(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert read(connection, xlsx(tmp_path / "a.xlsx"))[1] == (3, "a2", None, None, None, 9)


def test_the_cells_of_an_ods_are_treated_alike(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    span = '<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>'
    names = [f"{span}{text}</text:p></table:table-cell>" for text in ROWS[1][1:4]]
    rows = [ROWS[0], ["a1", *names, "12"], ["a2", *["<table:covered-table-cell/>"] * 3, "9"], ROWS[3]]
    assert read(connection, write_ods(tmp_path / "a.ods", {"Export": rows})) == SHARED


@pytest.mark.parametrize(("cells", "column", "value"), [("E2:E3", "nb_enfants", "12"), ("A2:A3", "action_id", "a1")])
def test_a_number_that_is_merged_stops_the_file(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, cells: str, column: str, value: str
) -> None:
    with pytest.raises(Refusal) as caught:
        rows = [list(row) for row in ROWS]
        rows[2][HEADER.index(column)] = ""
        path = xlsx(tmp_path / "a.xlsx", cells)
        read(connection, path)
    assert caught.value.code == "cases_fusionnees"
    assert f"les cases {cells} (« {column} ») sont fusionnées" in plain(caught.value)
    assert caught.value.values["valeur"] == value


def test_the_cells_are_named_where_the_spreadsheet_shows_them(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(Refusal, match="les cases G5:G6"):
        read(connection, xlsx(tmp_path / "a.xlsx", "G5:G6", at="C4"))


def test_a_merged_title_and_merged_empty_rows_change_nothing(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    found = read(connection, xlsx(tmp_path / "a.xlsx", "A1:C2", "B4:B5", "C4:C5", "B7:B9", at="A4"))
    assert [row[1] for row in found] == ["a1", "a2", "a3"]
