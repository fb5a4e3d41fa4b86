"""Letters as PDF: what the page says, one sheet each, archived and accessible; any name holds in the window."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from access.letters.letter_text import Letter, sender, write_letter
from access.people.accounts import Account
from bilan.print.letters_pdf import to_pdf
from socle.settings import Settings
from tests.support.contents import texts
from tests.support.documents import loose, pages_of, words_of
from tests.support.pdf_rules import faults

CODE = "4F7K-9Q2M-X8TB-C3ND"
SENDER = sender(Settings(caf="Caf du Loiret", courriel="clas@caf.example", url="https://clas.caf.example"), fictif=True)


def letter(name: str, role: str = "porteur") -> Letter:
    account = Account(1, "21450001500018", name, role, "45", "p45-001", None, "2027-06-30", None, "2026-11-26")
    return write_letter(account, CODE, date(2027, 6, 30), date(2026, 11, 26), SENDER)


def test_a_sheet_a_letter_with_all_its_words(tmp_path: Path) -> None:
    letters = [letter("Association Alpha"), letter("Le comité", "comite")]
    made = to_pdf(letters)
    assert faults(made) == []
    pages = pages_of(made, tmp_path)
    assert len(pages) == 2
    for one, page in zip(letters, pages, strict=True):
        assert [text for text in texts(one) if loose(text) not in loose(page)] == []
    assert loose(letters[0].purpose) not in loose(pages[1])


@pytest.mark.parametrize("name", ["x" * 300, '#read("x") $ * @a', "漢字 🎉 السلام", "A\nB\nC", "Centre " * 40])
def test_any_name_holds_on_its_sheet(name: str, tmp_path: Path) -> None:
    made = to_pdf([letter(name)])
    assert faults(made) == [] and len(pages_of(made, tmp_path)) == 1
    (width, _), words = words_of(made, tmp_path)
    assert [word for word in words if word.left < 60 or word.right > width - 60] == []


def test_the_addressee_stands_in_the_window(tmp_path: Path) -> None:
    _, words = words_of(to_pdf([letter("Association Alpha")]), tmp_path)
    name = next(word for word in words if word.text == "Alpha")
    millimetre = 72 / 25.4
    assert 100 * millimetre < name.left and 45 * millimetre < name.top < 75 * millimetre


def test_the_code_is_written_in_one_piece(tmp_path: Path) -> None:
    assert CODE in pages_of(to_pdf([letter("Alpha")]), tmp_path)[0]
