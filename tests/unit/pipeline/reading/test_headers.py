"""Headers are compared whatever their spelling; two rows make one header the way the format knows it."""

from __future__ import annotations

import html
import unicodedata

import pytest

from pipeline.reading.headers import compose, normalise_header

KNOWN = {normalise_header(entete) for entete in ("Enfants › Inscrits", "Enfants › Présents", "Remarques", "Numéro")}


@pytest.mark.parametrize(
    "written", ["Enfants › Inscrits", "ENFANTS›inscrits", " Enfants : › Inscrits * ", "Enfants\u00a0›\nInscrits"]
)
def test_a_header_of_two_lines_is_compared_piece_by_piece(written: str) -> None:
    assert normalise_header(written) == "enfants › inscrits"


APOSTROPHES = "'’‘‛ʼʻʹˈ′‵´`\uff07"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u202a\u2066\u180e\x07"
SPACES = " \u00a0\u202f\u2009\u2003\u3000\t\n"


def test_what_looks_the_same_is_the_same(subtests: pytest.Subtests) -> None:
    written = "À-t-on déjà l'accord des parents ? Oui : lequel"
    same = [
        *(written.replace("'", sign) for sign in APOSTROPHES),
        *(written.replace("-", sign) for sign in DASHES),
        *(written.replace("o", f"o{sign}") for sign in UNSEEN),
        *(f"{sign}{written}{sign}" for sign in UNSEEN),
        *(written.replace(" ", sign) for sign in SPACES),
        *(written.replace(" ", f"{sign} ") for sign in SPACES),
        *(unicodedata.normalize(form, written) for form in ("NFC", "NFD", "NFKC", "NFKD")),
        *(written.replace(f" {mark}", mark) for mark in "?:"),
        written.replace(" : ", ":"),
        written.upper(),
        html.escape(written).replace("é", "&eacute;").replace("À", "&#192;").replace(" ?", "&nbsp;?"),
        html.escape(html.escape(written, quote=True)),
        written.replace("à", "&#xe0;"),
    ]
    for text in same:
        with subtests.test(repr(text)):
            assert normalise_header(text) == normalise_header(written)


@pytest.mark.parametrize("other", ["Nombre d'enfants", "Nombre de REP+", "Nombre de REP/REP+", "Nombre REP", "R&D"])
def test_what_looks_otherwise_is_another(other: str) -> None:
    assert normalise_header(other) != normalise_header("Nombre de REP")


@pytest.mark.parametrize("written", ["", " ", "›", " : › * ", "\ufeff", "\u00ad\u200b", "&nbsp;"])
def test_a_header_of_nothing_is_nothing(written: str) -> None:
    assert normalise_header(written) == ""


def test_a_group_is_written_over_its_first_column_only() -> None:
    composed = compose(["Enfants", "", ""], ["Inscrits", "Présents", "Autre"], KNOWN)
    assert composed == ("Enfants › Inscrits", "Enfants › Présents", "Enfants › Autre")


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["Enfants", "", "Remarques"], ["Inscrits", "Présents", ""]),
        (["Enfants", "", ""], ["Inscrits", "Présents", "Remarques"]),
        (["Enfants", "Enfants", "Remarques"], ["Inscrits", "Présents"]),
    ],
    ids=["au-dessus", "au-dessous, après un groupe", "une ligne plus courte"],
)
def test_a_lone_text_is_the_header(above: list[str], below: list[str]) -> None:
    assert compose(above, below, KNOWN) == ("Enfants › Inscrits", "Enfants › Présents", "Remarques")


def test_a_lone_text_may_come_before_any_group() -> None:
    assert compose(["", "Enfants"], ["Numéro", "Inscrits"], KNOWN) == ("Numéro", "Enfants › Inscrits")


def test_what_is_not_known_keeps_its_group_so_that_it_is_named_in_full() -> None:
    assert compose(["Enfants", ""], ["Inscrits", "Absents"], KNOWN) == ("Enfants › Inscrits", "Enfants › Absents")


def test_a_column_left_blank_in_both_rows_has_no_header() -> None:
    assert compose(["Numéro", ""], ["", ""], KNOWN)[0] == "Numéro"
    assert compose(["", "Numéro"], ["", ""], KNOWN) == ("", "Numéro")
