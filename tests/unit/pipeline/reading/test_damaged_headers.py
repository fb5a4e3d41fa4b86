"""Headers whose accents were damaged lead to their remedy, never to the description of a new export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.reading.recognise import recognise
from pipeline.reading.text_tables import read_tables
from socle.words.damaged import is_damaged, undamaged
from socle.words.refusal import Refusal
from tests.support.builds import plain
from tests.support.exports import codebook, headers, reponse, shipped_format, table, write_csv

FORMATS = codebook().formats


def misread(written: str, read: str, times: int = 1) -> Callable[[str], str]:
    def damage(text: str) -> str:
        for _ in range(times):
            text = text.encode(written).decode(read, errors="replace")
        return text

    return damage


DAMAGES = {
    "UTF-8 lu en cp1252": misread("utf-8", "cp1252"),
    "UTF-8 lu en latin-1": misread("utf-8", "latin-1"),
    "deux fois": misread("utf-8", "latin-1", 2),
    "Mac": misread("mac_roman", "cp1252"),
    "DOS": misread("cp850", "cp1252"),
    "DOS américain": misread("cp437", "cp1252"),
    "perdus": lambda text: text.encode("ascii", errors="replace").decode().replace("?", "\ufffd"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("some", [False, True], ids=["tous", "un seul"])
def test_damaged_headers_are_refused_with_the_remedy(tmp_path: Path, damage: Callable[[str], str], some: bool) -> None:
    lines = table(shipped_format("questionnaire-2016"), [reponse("a1")])
    first = next(at for at, text in enumerate(lines[0]) if "é" in text)
    lines[0] = [damage(text) if at == first or not some else text for at, text in enumerate(lines[0])]
    path = write_csv(tmp_path / "dépôt.csv", lines)
    with pytest.raises(Refusal) as caught:
        recognise(read_tables(path, path.name, tmp_path), FORMATS)
    assert caught.value.code == "accents_abimes"
    assert "Exportez-le de nouveau depuis l'outil de saisie, en « CSV UTF-8 »" in plain(caught.value)


def test_the_header_that_it_was_is_named(tmp_path: Path) -> None:
    lines = [[DAMAGES["UTF-8 lu en cp1252"](text) for text in headers(shipped_format("agrements"))]]
    with pytest.raises(Refusal, match="on y lit «\u202fAnnÃ©e scolaire\u202f» pour «\u202fAnnée scolaire\u202f»"):
        recognise(read_tables(write_csv(tmp_path / "a.csv", lines), "a.csv", tmp_path), FORMATS)


def test_an_export_never_seen_is_no_damaged_one(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["Âge du répondant", "Très gêné"], ["12", "Ãngstrom"]])
    with pytest.raises(Refusal) as caught:
        recognise(read_tables(path, "a.csv", tmp_path), FORMATS)
    assert caught.value.code == "format_inconnu"


def test_no_header_that_is_known_is_damaged() -> None:
    known = [column.entete for fmt in FORMATS for column in fmt.colonnes]
    assert [text for text in known if is_damaged(text)] == []
    assert undamaged("Annee scolaire") == ()
