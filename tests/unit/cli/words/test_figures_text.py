"""How a figure is written: INDICATORS §5, rules 1 and 5."""

from __future__ import annotations

import pytest

from cli.words.figures_text import gravity_text, origin_text, value_text


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (3, 12, "3 sur 12"),
        (19, 19, "19 sur 19"),
        (10, 20, "50 % (10 sur 20)"),
        (18, 43, "42 % (18 sur 43)"),
        (99, 99, "100 % (99 sur 99)"),
        (42, 100, "42 %"),
        (420, 1000, "42 %"),
    ],
)
def test_a_share_shows_its_base_until_it_is_large(numerator: float, denominator: float, text: str) -> None:
    assert plain(value_text(numerator / denominator, "pct", numerator, denominator)) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.38, "pct", "38 %"), (485, "n", "485"), (4312, "n", "4 312"), (10.46, "ratio", "10,5"), (0, "n", "0"),
     (448, "eur", "448 €")],
)  # fmt: skip
def test_what_has_no_base_is_the_value_in_its_unit(value: float, unit: str, text: str) -> None:
    assert plain(value_text(value, unit)) == text


def test_the_five_states_are_five_different_texts() -> None:
    states = ("non_renseigne", "non_demande", "non_calculable", "secret")
    texts = {value_text(None, "pct", status=state) for state in states} | {value_text(0, "n")}
    assert len(texts) == 5


def test_a_value_under_secrecy_is_never_written() -> None:
    assert "3" not in value_text(3, "n", status="secret")


def test_origins_and_gravities_are_words() -> None:
    assert origin_text("publie") == "publié"
    assert origin_text(None) == ""
    assert (gravity_text("critique", 1), gravity_text("critique", 2)) == ("ligne écartée", "lignes écartées")
