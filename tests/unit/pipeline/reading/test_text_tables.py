"""A CSV is read whatever its encoding, separator and blank lines; what cannot be read whole is refused."""

from __future__ import annotations

import codecs
from datetime import date
from pathlib import Path

import pytest

from pipeline.reading.text_tables import HEAD_RECORDS, TextTable, count_records, read_tables
from socle.words.refusal import Refusal
from tests.support.tables import write_ods, write_xlsx

TEXT = "Année;Commune\n2019;Orléans\u00a0: 1\u202f234,50\u00a0€\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "atelier"
    folder.mkdir()
    return folder


def read(content: bytes, workspace: Path, name: str = "retours.csv") -> TextTable:
    path = workspace.parent / name
    path.write_bytes(content)
    (table,) = read_tables(path, name, workspace)
    return table


def refusal(content: bytes, workspace: Path, name: str = "retours.csv") -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(content, workspace, name)
    assert str(caught.value).startswith(f"{name} ")
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "reported"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_the_encoding_is_found_and_reported(workspace: Path, encoding: str, reported: str) -> None:
    text = TEXT.replace("\u202f", " ") if encoding == "cp1252" else TEXT
    table = read(text.encode(encoding), workspace)
    assert table.encodage == reported
    assert table.head == tuple(tuple(line.split(";")) for line in text.splitlines())
    assert table.path.read_text(encoding="utf-8-sig") == text


def test_utf_16_in_the_other_order_is_read(workspace: Path) -> None:
    assert read(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), workspace).head[0] == ("Année", "Commune")


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found_among_decimal_commas_and_titles(workspace: Path, separator: str) -> None:
    lines = [["Bilan, Loiret"], ["a", "b", "c"], ["1", '"2,5"', "x"], ["2", '"3,5"', "y"]]
    table = read("\n".join(separator.join(line) for line in lines).encode(), workspace)
    assert table.separateur == separator
    assert table.head[1] == ("a", "b", "c")


def test_titles_may_outnumber_the_rows(workspace: Path) -> None:
    table = read(b"Bilan\nLoiret\n2019-2020\na;b;c\n1;2;3\n", workspace)
    assert (table.separateur, table.head[3]) == (";", ("a", "b", "c"))


def test_a_header_alone_is_a_table_without_rows(workspace: Path) -> None:
    table = read(b"a;b\n", workspace)
    assert (table.records, table.head) == (1, (("a", "b"),))


def test_blank_lines_are_counted_as_a_spreadsheet_counts_them(workspace: Path) -> None:
    table = read(b'\na;b\r\n  \t \r\n1;"x\n\ny"\n\n2;z\n   ', workspace)
    assert table.records == 3
    assert table.head == (("a", "b"), ("1", "x\n\ny"), ("2", "z"))
    assert table.head_lines == (2, 4, 6)
    assert table.head_ends == (2, 6, 8)
    assert table.blank_lines == (1, 3, 5)


def test_blanks_inside_a_cell_are_kept(workspace: Path) -> None:
    table = read('a;b\n   \n1;"é\n   \ny"\n'.encode("cp1252"), workspace)
    assert table.head[1] == ("1", "é\n   \ny")


def test_only_the_first_records_are_looked_at_for_a_header(workspace: Path) -> None:
    table = read(b"a;b\n" * 100, workspace)
    assert (len(table.head), table.records) == (HEAD_RECORDS, 100)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (codecs.BOM_UTF8 + b"a;b\n1;\xff\n", "encodage n'est pas celui qu'il annonce"),
        (b"\xff\xfea;b", "encodage n'est pas celui qu'il annonce"),
        (b"a;b\n1;x\0y\n", "octets nuls"),
        (codecs.BOM_UTF8 + b"a;b\n1;x\0y\n", "octets nuls"),
        ("\ufeffa;b\n1;x\0y\n".encode("utf-16-le"), "octets nuls"),
        ("a;b\n1;2\n".encode("utf-16-le"), "octets nuls"),
        (codecs.BOM_UTF32_LE + "a;b\n".encode("utf-32-le"), "octets nuls"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "octets nuls"),
        (b"\xff\xd8\xff\xe0\x10JFIF\x81", "encodage"),
        (b'a;b\n1;"x\n2;y\n', "un guillemet y est ouvert"),
        (b'a;"b\n' + b"1;y\n" * 60_000, "guillemet non fermé"),
        (b'a;b\n1;"' + b"y" * 200_000 + b'"\n', "une cellule y dépasse la taille permise"),
        (b"a\n1\n2\n", "aucun séparateur"),
        (b"\n\n\n", "aucun séparateur"),
        (codecs.BOM_UTF8, "aucun séparateur"),
    ],
)
def test_a_csv_that_cannot_be_read_whole_is_refused(workspace: Path, content: bytes, reason: str) -> None:
    error = refusal(content, workspace)
    assert error.code == "fichier_illisible"
    assert reason in str(error)


def test_the_bytes_of_a_mac_are_refused_with_the_remedy(workspace: Path) -> None:
    error = refusal("à;é\nélève;collège\n".encode("mac_roman"), workspace)
    assert error.code == "encodage_inconnu"
    assert "CSV UTF-8" in str(error)


def test_every_sheet_that_holds_something_is_a_table(workspace: Path) -> None:
    for name, write in (("a.xlsx", write_xlsx), ("a.ods", write_ods)):
        path = write(workspace.parent / name, {"F1": [["a", "b"], [1, date(2019, 9, 3)]], "vide": [], "F2": [["c"]]})
        tables = read_tables(path, name, workspace)
        assert [(t.feuille, t.records, t.encodage) for t in tables] == [("F1", 2, name[2:]), ("F2", 1, name[2:])]
        assert tables[0].head == (("a", "b"), ("1", "2019-09-03"))


def test_a_workbook_of_empty_sheets_is_refused_as_empty(workspace: Path) -> None:
    path = write_xlsx(workspace.parent / "a.xlsx", {"F1": [], "F2": [[" "], [None]]})
    with pytest.raises(Refusal, match=r"^a\.xlsx est vide"):
        read_tables(path, "a.xlsx", workspace)


def test_an_endless_cell_of_a_workbook_is_refused(workspace: Path) -> None:
    path = write_ods(workspace.parent / "a.ods", {"F": [["a", "b"], ["x" * 200_000, "y"]]})
    with pytest.raises(Refusal, match="une cellule y dépasse"):
        read_tables(path, "a.ods", workspace)


@pytest.mark.parametrize(
    ("content", "counted"),
    [
        (b"", (0, (), True)),
        (b"a;b", (1, (), True)),
        (b"a;b\r\n\r\nc;d\r\n", (2, (2,), True)),
        (b'"a\n\nb";c\n', (1, (), True)),
        (b'"a ""q""\nb";c\nd;e\n', (2, (), True)),
        (b'a;"b\n', (1, (), False)),
        (b";;\n\n", (1, (2,), True)),
        (codecs.BOM_UTF8 + b"\na;b\n", (1, (1,), True)),
    ],
)
def test_records_are_counted_without_parsing_cells(
    tmp_path: Path, content: bytes, counted: tuple[int, tuple[int, ...], bool]
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert count_records(tmp_path / "a.csv") == counted
