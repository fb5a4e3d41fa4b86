"""A workbook becomes one CSV a sheet in a child process; what would be lost is said."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from pipeline.reading.workbook import Sheet, read_workbook
from socle.words.refusal import Refusal
from tests.support.tables import Grid, rewrite, write_ods, write_xlsx

WRITERS = pytest.mark.parametrize(
    ("name", "write"), [("a.xlsx", write_xlsx), ("a.ods", write_ods)], ids=["xlsx", "ods"]
)


def texts(path: Path) -> dict[str, list[list[str]]]:
    """The texts of each sheet."""
    workspace = path.parent / "atelier"
    workspace.mkdir(exist_ok=True)
    sheets = {}
    for sheet in read_workbook(path, path.name, workspace):
        with sheet.path.open(encoding="utf-8", newline="") as file:
            sheets[sheet.name] = list(csv.reader(file))
    return sheets


def sheets_of(path: Path) -> dict[str, Sheet]:
    """What is said of each sheet."""
    workspace = path.parent / "atelier"
    workspace.mkdir(exist_ok=True)
    return {sheet.name: sheet for sheet in read_workbook(path, path.name, workspace)}


def refusal(path: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        texts(path)
    assert caught.value.code == "fichier_illisible"
    return caught.value


@WRITERS
def test_values_become_the_text_a_person_would_have_typed(tmp_path: Path, name: str, write: Any) -> None:
    values: Grid = [
        ["texte", " é\u202f€ ", 'guillemet " ; ,', "deux\nlignes"],
        [12, 12.0, 12.5, -3],
        [True, False, date(2019, 9, 3), None],
        [73282932000074, 45200000000000.0, 0.1, 1e-7],
        [123456789012345678, 0, "0123", "=texte"],
    ]
    if name.endswith("xlsx"):
        values = [*values[:-1], [123456789012345678, 0, "0123", "texte"]]
    sheets = texts(write(tmp_path / name, {"Feuille 1": values}))
    assert sheets["Feuille 1"][:4] == [
        ["texte", " é\u202f€ ", 'guillemet " ; ,', "deux\nlignes"],
        ["12", "12", "12.5", "-3"],
        ["oui", "non", "2019-09-03", ""],
        ["73282932000074", "45200000000000", "0.1", "0.0000001"],
    ]
    assert sheets["Feuille 1"][4][1:3] == ["0", "0123"]
    assert "E" not in sheets["Feuille 1"][4][0].upper()


def test_a_date_with_a_time_keeps_it(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"F": [[datetime(2019, 9, 3, 10, 30), "x"]]})
    assert texts(path) == {"F": [["2019-09-03 10:30:00", "x"]]}


@WRITERS
def test_every_sheet_is_read_in_order_and_a_blank_row_keeps_its_place(tmp_path: Path, name: str, write: Any) -> None:
    path = write(tmp_path / name, {"Été « 1 »": [[None], ["a", "b"], ["  "], [], ["c"]], "<2>": [["d"]], "vide": []})
    sheets = texts(path)
    assert list(sheets) == ["Été « 1 »", "<2>", "vide"]
    assert sheets["Été « 1 »"][:5] == [[], ["a", "b"], [], [], ["c", ""]]
    assert sheets["vide"] == []


def test_a_merged_cell_has_its_value_at_the_top_left_only(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("F")
    sheet.merge_range("A1:B2", "titre")
    sheet.write_row("A3", ["a", "b"])
    workbook.close()
    assert texts(path) == {"F": [["titre", ""], [], ["a", "b"]]}


def test_a_sheet_of_a_chart_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(path)
    workbook.add_worksheet("F").write_row("A1", ["a", 1])
    chart = workbook.add_chart({"type": "line"})
    chart.add_series({"values": "=F!$B$1:$B$1"})
    workbook.add_chartsheet("G").set_chart(chart)
    workbook.close()
    assert texts(path) == {"F": [["a", "1"]], "G": []}


def test_a_carriage_return_inside_a_cell_is_not_a_new_row(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(path)
    workbook.add_worksheet("F").write_row("A1", ["a\rb", "c\r\nd"])
    workbook.close()
    ((first, second),) = texts(path)["F"]
    assert (first.split(), second.split()) == (["a", "b"], ["c", "d"])


# formulas


def with_formulas(path: Path) -> Path:
    workbook = xlsxwriter.Workbook(path)
    workbook.add_worksheet("Notes").write("A1", "rien")
    sheet = workbook.add_worksheet("Bilan & « 2019 »")
    sheet.write_row("B2", ["a", "b", "c"])
    sheet.write_formula("B3", "=1+1", None, 2)
    sheet.write_formula("C3", "=1/0", None, "#DIV/0!")
    sheet.write_formula("D3", '="x"', None, "x")
    workbook.close()
    return path


def test_the_result_of_a_formula_is_read_and_an_error_is_kept_as_it_shows(tmp_path: Path) -> None:
    path = with_formulas(tmp_path / "a.xlsx")
    assert texts(path)["Bilan & « 2019 »"] == [[], ["a", "b", "c"], ["2", "#DIV/0!", "x"]]


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    path = rewrite(with_formulas(tmp_path / "a.xlsx"), "xl/worksheets/sheet2.xml", "<v>x</v>", "<v></v>")
    assert texts(path)["Bilan & « 2019 »"][2] == ["2", "#DIV/0!", ""]


def test_a_formula_saved_without_its_result_is_named_by_its_cell(tmp_path: Path) -> None:
    path = rewrite(with_formulas(tmp_path / "a.xlsx"), "xl/worksheets/sheet2.xml", "<v>2</v>", "")
    assert {name: sheet.unsaved for name, sheet in sheets_of(path).items()} == {"Notes": None, "Bilan & « 2019 »": "B3"}


def test_the_cells_of_a_program_that_does_not_compute_are_named(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append([*"a" * 27, "=1+1"])
    workbook.save(tmp_path / "a.xlsx")
    assert [sheet.unsaved for sheet in sheets_of(tmp_path / "a.xlsx").values()] == ["AB1"]


def test_the_formulas_of_an_ods_are_treated_alike(tmp_path: Path) -> None:
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    computed = '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>'
    space = '<table:table-cell table:number-columns-repeated="2"/>'
    path = write_ods(tmp_path / "a.ods", {"Notes": [["x"]], "F": [["a", "b"], ["c", space, error, computed]]})
    assert texts(path)["F"][1] == ["c", "", "", "#DIV/0!", "2"]
    uncomputed = '<table:table-cell table:formula="of:=1+1"/>'
    write_ods(path, {"Notes": [["x"]], "F": [["a", "b"], ["c", space, uncomputed]]})
    assert sheets_of(path)["F"].unsaved == "D2"


@WRITERS
def test_a_workbook_whose_xml_is_damaged_is_refused(tmp_path: Path, name: str, write: Any) -> None:
    part = "content.xml" if name == "a.ods" else "xl/worksheets/sheet1.xml"
    path = rewrite(write(tmp_path / name, {"F": [["a", "b"]]}), part, "</", "<<")
    assert "abîmé" in str(refusal(path))


def test_an_encrypted_ods_is_refused(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "a.ods", {"F": [["a", "b"]]})
    encrypted = "><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    assert refusal(rewrite(path, "META-INF/manifest.xml", "/></manifest:manifest>", encrypted))
