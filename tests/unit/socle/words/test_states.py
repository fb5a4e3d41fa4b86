"""Codes -> the words that a page and a command show."""

from __future__ import annotations

from datetime import date

import pytest

from socle.words.states import campagne_text, origin_text, severity_text


def test_a_severity_agrees_with_its_number() -> None:
    assert (severity_text("critique"), severity_text("critique", 2)) == ("ligne écartée", "lignes écartées")
    assert severity_text("alerte", 2) == "à vérifier"


def test_an_origin_is_words_and_none_is_none() -> None:
    assert (origin_text("publie"), origin_text(None)) == ("publié", "")


@pytest.mark.parametrize(
    ("state", "day", "text"),
    [
        ("arretee", "2020-10-12", "arrêtée le 12/10/2020"),
        ("arretee", date(2020, 10, 12), "arrêtée le 12/10/2020"),
        ("arretee", None, "arrêtée"),
        ("provisoire", None, "provisoire"),
        (None, None, "absente"),
    ],
)
def test_a_campagne_is_provisional_or_adopted_on_a_day(state: str | None, day: str | date | None, text: str) -> None:
    assert campagne_text(state, day) == text
