"""Texts made printable: what the fonts draw stays, the rest is marked, and the list of what they draw is true."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from bilan.print.printable import FONTS, MARK, Printable
from socle.settings import PROJECT_ROOT


@pytest.mark.parametrize(
    "text",
    ["Été, 12\u202f% de « bénévoles »\u202f; l'œuvre — 41…", "السلام", "🎉", "Ελλάδα Москва", "a\nb", "€ ≤ ≥ ×", ""],
)
def test_what_the_fonts_draw_stays(text: str) -> None:
    printable = Printable()
    assert printable(text) == text and printable.replaced == 0


@pytest.mark.parametrize(
    ("text", "shown", "replaced"),
    [
        ("漢字", MARK * 2, 2),
        ("a\x00b\x1bc", f"a{MARK}b{MARK}c", 2),
        ("\ud800 \ue000 \ufffe", f"{MARK} {MARK} {MARK}", 3),
        ("e\u0301", "é", 0),
        ("a\u0651", f"a{MARK}", 1),  # an Arabic vowel over a Latin letter: no font has both
        ("👩\u200d🏫 👍\ufe0f", "👩🏫 👍", 0),
        ("\u202eabc\u202c\ufeff\u00ad", "abc", 0),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd e", 0),
    ],
)
def test_the_rest_is_marked_and_counted(text: str, shown: str, replaced: int) -> None:
    printable = Printable()
    assert (printable(text), printable.replaced) == (shown, replaced)


def test_letters_on_end_may_be_cut_anywhere() -> None:
    assert Printable()("x" * 30).split("\u200b") == ["x"] * 30
    assert Printable()("x" * 24) == "x" * 24
    assert Printable()("accompagnement/scolarite/enfants") == "accompagnement/scolarite/enfants"


def test_the_list_of_what_the_fonts_draw_is_theirs() -> None:
    made = runpy.run_path(str(PROJECT_ROOT / "scripts" / "make_fonts.py"))["coverage"]()
    assert (FONTS / "coverage.txt").read_text(encoding="ascii").splitlines() == made


def test_every_font_has_its_licence() -> None:
    fonts = {path.stem.split("-")[0] for path in FONTS.glob("*.ttf")}
    assert {path.stem.removeprefix("LICENSE-") for path in FONTS.glob("LICENSE-*")} == fonts
    assert all("SIL OPEN FONT LICENSE" in path.read_text(encoding="utf-8").upper() for path in _licences())


def _licences() -> list[Path]:
    return list(FONTS.glob("LICENSE-*"))
