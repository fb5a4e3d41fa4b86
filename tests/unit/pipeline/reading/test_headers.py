"""Headers are compared whatever their spelling; two rows make one header the way the format knows it."""

from __future__ import annotations

import pytest

from pipeline.reading.headers import compose, normalise_header

KNOWN = {normalise_header(entete) for entete in ("Enfants › Inscrits", "Enfants › Présents", "Remarques", "Numéro")}


@pytest.mark.parametrize(
    "written", ["Enfants › Inscrits", "ENFANTS›inscrits", " Enfants : › Inscrits * ", "Enfants\u00a0›\nInscrits"]
)
def test_a_header_of_two_lines_is_compared_piece_by_piece(written: str) -> None:
    assert normalise_header(written) == "enfants › inscrits"


@pytest.mark.parametrize("written", ["", " ", "›", " : › * "])
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
