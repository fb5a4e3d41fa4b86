"""The files of a figure hold the numbers of its table, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

from openpyxl import load_workbook

from bilan.model.exhibit import ExhibitCell, ExhibitColumn, ExhibitRow
from dashboard.exhibits.figure_files import csv_file, xlsx_file
from tests.support.figures import FIVE, figure, states


def test_a_csv_opens_in_a_french_spreadsheet_with_its_texts_and_its_numbers() -> None:
    content = csv_file(states("barres"))
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    last = lines[-1]
    assert (last["Indicateur"], last["Loiret"], last["Loiret (nombre)"]) == ("Écoliers", "66,1\u202f%", "0,661")
    assert {line["Loiret"] for line in lines[:5]} == {cell.text for cell in FIVE}
    assert [line["Loiret (nombre)"] for line in lines[:5]] == ["0", "", "", "", ""]
    assert {line["Mentions"] for line in lines} == {"Données fictives"}


def test_a_workbook_holds_numbers_as_numbers_and_how_to_read_them() -> None:
    book = load_workbook(BytesIO(xlsx_file(states("barres"))))
    head, *lines = book["Tableau"].iter_rows(values_only=True)
    assert head[:3] == ("Indicateur", "Loiret", "Loiret (nombre)")
    assert lines[-1][:3] == ("Écoliers", "66,1\u202f%", 0.661)
    assert lines[1][2] is None
    read = {(name, text) for name, text in book["À lire"].iter_rows(values_only=True)}
    assert {("Champ", "champ"), ("Source", "source"), ("n", "41 actions"), ("Mention", "Données fictives")} <= read


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    rows = (ExhibitRow("a", "=HYPERLINK(1)", (ExhibitCell("@b", None),)),)
    one = figure("aucun", (ExhibitColumn("valeur", "+c", "texte"),), rows)
    assert "'=HYPERLINK(1);'@b;" in csv_file(one).decode("utf-8-sig")
    (head, line) = load_workbook(BytesIO(xlsx_file(one)))["Tableau"].iter_rows(values_only=True)
    assert (head[1], line[0], line[1]) == ("'+c", "'=HYPERLINK(1)", "'@b")
