"""What is not a CSV or a workbook, or is built to harm, is refused in one French sentence before anything parses it."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest import MonkeyPatch

from pipeline.reading import limits as read_limits
from pipeline.reading.limits import check_file
from socle.words.refusal import Refusal
from tests.support.tables import write_ods, write_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60


def refusal(path: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        check_file(path, "retours/fichier reçu.xlsx")
    assert str(caught.value).startswith("retours/fichier reçu.xlsx ")
    return caught.value


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.csv", lambda path: path.write_text("a;b\n")),
        ("A.CSV", lambda path: path.write_text("a;b\n")),
        ("a.xlsx", lambda path: write_xlsx(path, {"F": [["a", "b"]]})),
        ("a.ods", lambda path: write_ods(path, {"F": [["a", "b"]]})),
    ],
)
def test_a_csv_or_a_workbook_is_known_by_its_extension_and_content(
    tmp_path: Path, name: str, write: Callable[[Path], object]
) -> None:
    write(tmp_path / name)
    assert check_file(tmp_path / name, name) == name.lower().rpartition(".")[2]


@pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a.xlsb", "a.XLSM", "a.csv.exe", "a.pdf", "a", ".csv"])
def test_another_extension_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"a;b\n")
    assert refusal(tmp_path / name).code == "extension_refusee"


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.ods"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert refusal(tmp_path / name).code == "fichier_vide"


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name).code == "fichier_illisible"
    (tmp_path / name).mkdir()
    assert refusal(tmp_path / name).code == "fichier_illisible"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("image.xlsx", PNG, "son contenu n'est pas celui d'un classeur .xlsx"),
        ("texte.ods", b"a;b\n1;2\n", "son contenu n'est pas celui d'un classeur .ods"),
        ("chiffré.xlsx", OLE, "mot de passe"),
        ("ancien.csv", OLE, "ancien classeur .xls"),
        ("tronqué.xlsx", b"PK\x03\x04" + b"\0" * 40, "abîmée"),
    ],
)
def test_a_content_that_is_not_that_of_its_extension_is_refused(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert reason in str(refusal(tmp_path / name))


def test_a_workbook_renamed_as_another_kind_is_refused(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", {"F": [["a"]]})
    for name, reason in (("a.csv", "classeur renommé en .csv"), ("a.ods", "celui d'un classeur .ods")):
        (tmp_path / name).write_bytes((tmp_path / "a.xlsx").read_bytes())
        assert reason in str(refusal(tmp_path / name))


def test_a_workbook_with_macros_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<a/>", "xl/vbaProject.bin": b"x"})
    assert "macros" in str(refusal(path))


def test_a_workbook_protected_by_a_password_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<a/>"})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "mot de passe" in str(refusal(path))


def test_an_archive_that_inflates_two_hundred_times_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b"\0" * 30 * 1024**2})
    assert path.stat().st_size < 40_000
    assert "démesurément gros" in str(refusal(path))


def test_an_archive_of_too_many_bytes_is_refused(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(read_limits, "MAX_INFLATED_BYTES", 10_000)
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": random.Random(1).randbytes(11_000)})
    assert "démesurément gros" in str(refusal(path))


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b"\0" * 30 * 1024**2})
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<L", 30 * 1024**2), struct.pack("<L", 10)))
    assert refusal(path).code == "fichier_illisible"


def test_an_archive_of_too_many_entries_is_refused(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(read_limits, "MAX_ENTRIES", 3)
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<a/>"} | {f"x{n}": b"" for n in range(3)})
    assert "nombre anormal" in str(refusal(path))


@pytest.mark.parametrize(("name", "limit"), [("a.csv", "MAX_BYTES"), ("a.xlsx", "MAX_WORKBOOK_BYTES")])
def test_a_file_too_large_for_its_kind_is_refused(
    tmp_path: Path, monkeypatch: MonkeyPatch, name: str, limit: str
) -> None:
    monkeypatch.setattr(read_limits, limit, 5)
    (tmp_path / name).write_bytes(b"a;b;c\n")
    assert refusal(tmp_path / name).code == "fichier_trop_gros"


def test_a_damaged_archive_is_refused_and_never_raises_anything_else(tmp_path: Path) -> None:
    sound = write_xlsx(tmp_path / "sain.xlsx", {"F": [["a", "b"], ["c", "d"]]}).read_bytes()
    chance = random.Random(20)
    damaged = tmp_path / "a.xlsx"
    refused = 0
    for _ in range(400):
        content = bytearray(sound)
        for _ in range(chance.choice((1, 3, 30))):
            content[chance.randrange(4, len(content))] = chance.randrange(256)
        damaged.write_bytes(content[: chance.choice((len(content), chance.randrange(4, len(content))))])
        try:
            check_file(damaged, "a.xlsx")
        except Refusal:
            refused += 1
    assert refused > 200
