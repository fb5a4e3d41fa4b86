"""What a spreadsheet opens is read: parts under other names, cells without references, far cells, marks of texts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from pipeline.reading.limits import check_file
from pipeline.reading.text_tables import TextTable, read_tables
from socle.words.refusal import Refusal
from tests.support.builds import plain
from tests.support.tables import write_ods, write_xlsx

ROWS = [["N°", "Nom", "Reste"], ["1", "Alpha", "x"], ["2", "Bêta", "y"]]
SHEET = "xl/worksheets/sheet1.xml"


def read(path: Path) -> list[TextTable]:
    workspace = path.parent / "atelier"
    workspace.mkdir(exist_ok=True)
    return read_tables(path, path.name, workspace)


def refusal(path: Path) -> str:
    with pytest.raises(Refusal) as caught:
        read(path)
    return plain(caught.value)


def repacked(
    path: Path, rename: Callable[[str], str], change: Callable[[str, str], str] = lambda _, text: text
) -> Path:
    """The workbook with other part names and texts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo("x")
            entry.filename = rename(name)
            archive.writestr(entry, change(name, text))
    return path


@pytest.mark.parametrize(
    "rename",
    [
        str.lower,
        str.upper,
        lambda name: name.replace("/", "\\"),
        lambda name: name.replace("xl/worksheets/sheet1", "xl/Worksheets/Sheet1"),
        lambda name: f"/{name}",
        lambda name: f"./{name}",
    ],
    ids=["minuscules", "majuscules", "antislash", "une partie", "racine", "point"],
)
def test_the_parts_of_a_workbook_are_found_whatever_their_spelling(
    tmp_path: Path, rename: Callable[[str], str]
) -> None:
    (table,) = read(repacked(write_xlsx(tmp_path / "a.xlsx", {"F": ROWS}), rename))
    assert (table.feuille, [list(row) for row in table.head]) == ("F", ROWS)


@pytest.mark.parametrize(
    "target", ["/xl/worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml", "worksheets/../worksheets/SHEET1.xml"]
)
def test_a_target_is_followed_as_a_spreadsheet_follows_it(tmp_path: Path, target: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"F": ROWS})
    repacked(path, str, lambda _, text: text.replace('"worksheets/sheet1.xml"', f'"{target}"'))
    assert [list(row) for row in read(path)[0].head] == ROWS


def test_a_workbook_under_another_name_is_found_by_its_relation(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"F": ROWS})
    repacked(
        path,
        lambda name: name.replace("workbook.xml", "classeur.xml"),
        lambda name, text: text.replace("xl/workbook.xml", "xl/classeur.xml") if name == "_rels/.rels" else text,
    )
    assert [list(row) for row in read(path)[0].head] == ROWS


def test_a_sheet_whose_part_is_missing_is_named(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"F": ROWS})
    repacked(path, lambda name: name.replace("sheet1.xml", "autre.xml"))
    assert "la feuille « F » n'y est pas" in refusal(path)


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"F": ROWS})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/Sheet1.xml", "<worksheet/>")
    with pytest.raises(Refusal, match="deux de ses éléments portent le même nom"):
        check_file(path, "a.xlsx")


@pytest.mark.parametrize("kept", [r"(?!)", r"<row r", r"<c r"], ids=["aucune", "des lignes", "des cellules"])
def test_cells_without_references_follow_one_another(tmp_path: Path, kept: str) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("F")
    for number, row in enumerate(ROWS):
        sheet.write_row(number, 0, row)
    sheet.write_formula("C2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("C3", "=4+5", None, 9)
    workbook.close()

    def without(name: str, text: str) -> str:
        return (
            re.sub(r'<(row|c) r="[A-Z]*[0-9]+"', lambda m: m[0] if re.match(kept, m[0]) else f"<{m[1]}", text)
            if name == SHEET
            else text
        )

    (table,) = read(repacked(path, str, without))
    assert [row[2] for row in table.head] == ["Reste", "#DIV/0!", "9"]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_cell_alone_far_below_is_left_out_and_named(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "xlsx":
        workbook = xlsxwriter.Workbook(path)
        sheet = workbook.add_worksheet("F")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
        sheet.write("C1048576", "perdu")
        workbook.close()
    else:
        empty = '<table:table-row table:number-rows-repeated="1048572"><table:table-cell/></table:table-row>'
        gap = f"</table:table-row>{empty}<table:table-row>"
        write_ods(path, {"F": [*ROWS, [gap, None, None, "perdu"]]})
        repacked(path, str, lambda _, text: text.replace("<table:table-row></table:table-row>", ""))
    (table,) = read(path)
    assert (table.records, [list(row) for row in table.head]) == (3, ROWS)
    assert table.stray == ("C1048576",)


def test_rows_far_below_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("F")
    for number, row in enumerate(ROWS):
        sheet.write_row(number if number < 2 else 500_000, 0, row)
    workbook.close()
    (table,) = read(path)
    assert (table.records, table.stray) == (3, ())
    assert [table.shown_line(line) for line in table.head_lines] == [1, 2, 500_001]


def test_sheets_that_people_do_not_see_are_known(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(path)
    for name, hide in (("vue", None), ("masquée", "hide"), ("très masquée", "very_hidden")):
        sheet = workbook.add_worksheet(name)
        sheet.write_row(0, 0, ROWS[0])
        if hide:
            getattr(sheet, hide)()
    workbook.close()
    assert [table.hidden for table in read(path)] == [False, True, True]
    ods = write_ods(tmp_path / "a.ods", {"vue": ROWS, "masquée": ROWS})
    style = (
        '<office:automatic-styles><style:style xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
        'style:name="m" style:family="table"><style:table-properties table:display="false"/></style:style>'
        "</office:automatic-styles><office:body>"
    )
    repacked(
        ods,
        str,
        lambda _, text: text.replace("<office:body>", style).replace(
            'table:name="masquée"', 'table:name="masquée" table:style-name="m"'
        ),
    )
    assert [table.hidden for table in read(ods)] == [False, True]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (
            "<text:p>Écoliers<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>voir</text:p></text:note-body></text:note></text:p>",
            "Écoliers",
        ),
        ("<office:annotation><text:p>relu</text:p></office:annotation><text:p>12</text:p>", "12"),
        ("<text:p>un<text:tab/>deux<text:line-break/>trois</text:p><text:p>quatre</text:p>", "un\tdeux\ntrois\nquatre"),
        ('<text:p>Aide<text:s text:c="3"/>aux <text:span>devoirs</text:span></text:p>', "Aide   aux devoirs"),
        ('<text:p><text:a xlink:href="x">CCAS</text:a> fictif</text:p>', "CCAS fictif"),
        (
            "<text:p><text:ruby><text:ruby-base>mot</text:ruby-base><text:ruby-text>rubis</text:ruby-text></text:ruby></text:p>",
            "mot",
        ),
    ],
)
def test_the_whole_text_of_an_opendocument_cell_is_read_and_its_notes_are_not(
    tmp_path: Path, inside: str, text: str
) -> None:
    cell = f'<table:table-cell office:value-type="string">{inside}</table:table-cell>'
    path = write_ods(tmp_path / "a.ods", {"F": [["N°", "Nom"], ["1", cell]]})
    repacked(
        path, str, lambda _, xml: xml.replace("<office:document-content", '<office:document-content xmlns:xlink="x"', 1)
    )
    assert read(path)[0].head[1] == ("1", text)
