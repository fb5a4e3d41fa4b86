"""How a number is written: small bases, states, gaps, differences (INDICATORS §5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilan.words.numbers import Quantity, cell, gap, gap_size, plain, share, signed, state_text, total
from tests.support.builds import plain as spaced
from tests.support.quantities import RULES, part


@pytest.mark.parametrize(
    ("above", "below", "said"),
    [
        (3, 12, "3 sur 12"),
        (0, 19, "0 sur 19"),
        (18, 43, "42 % (18 sur 43)"),
        (20, 20, "100 % (20 sur 20)"),
        (42, 100, "42 %"),
        (1_234, 2_000, "62 %"),
        (408, 410, "plus de 99 %"),
        (1, 1_000, "moins de 1 %"),
        (0, 1_000, "0 %"),
    ],
)
def test_a_share_is_said_as_its_base_allows(above: int, below: int, said: str) -> None:
    assert spaced(share(part(above, below), RULES)) == said


@given(st.integers(1, 5_000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_no_share_under_twenty_is_a_percentage_and_all_others_are(sums: tuple[int, int]) -> None:
    said = share(part(*sums), RULES)
    assert ("%" in said) == (sums[1] >= 20)
    assert (" sur " in said) == (sums[1] < 100)
    assert said.replace("\u202f", "").replace(" ", "").isprintable()


@given(st.integers(20, 5_000).flatmap(lambda base: st.tuples(st.integers(1, base - 1), st.just(base))))
def test_a_share_is_rounded_to_all_or_nothing_only_when_it_is(sums: tuple[int, int]) -> None:
    assert plain(part(*sums)).split("\u202f")[0] not in ("0", "100")


def test_a_share_told_without_its_sums_is_a_percentage_alone() -> None:
    assert spaced(share(Quantity(0.42, "pct"), RULES)) == "42 %"


@pytest.mark.parametrize(
    ("quantity", "written"),
    [
        (part(7, 24), "29,2 %"),
        (part(3, 12), "3 sur 12"),
        (Quantity(0.28, "pct", 12, 43), "28 %"),  # published: not recomputed
        (Quantity(0.66, "pct"), "66 %"),  # rounded before it is diffused
        (Quantity(41, "n"), "41"),
        (Quantity(1_234, "n"), "1 234"),
        (Quantity(10.391, "ratio", 478, 46), "10,4"),
        (Quantity(11.0, "ratio", 22, 2), "11,0"),
        (Quantity(1.55, "h"), "1,6 h"),
        (Quantity(173_743.4, "eur"), "173 743 €"),
    ],
)
def test_a_table_writes_one_decimal_where_there_is_one(quantity: Quantity, written: str) -> None:
    assert spaced(cell(quantity, RULES)) == written


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(11.0, "ratio", "11"), (10.391, "ratio", "10,4"), (104.0, "h", "104 h"), (362.9, "eur", "363 €"), (41, "n", "41")],
)
def test_a_sentence_writes_no_useless_decimal(value: float, unit: str, said: str) -> None:
    assert spaced(plain(Quantity(value, unit))) == said


def test_thousands_and_percents_hold_a_narrow_space() -> None:
    assert plain(Quantity(37_757, "n")) == "37\u202f757"
    assert plain(Quantity(0.5, "pct")) == "50\u202f%"


@pytest.mark.parametrize(
    ("state", "relation", "returns", "text"),
    [
        ("non_renseigne", "core.action", 3, "non renseigné (3 bilans)"),
        ("non_renseigne", "core.action", 1, "non renseigné (1 bilan)"),
        ("non_renseigne", "core.action", None, "non renseigné"),
        ("non_demande", "core.action", None, "non demandé en 2019-2020"),
        ("secret", "core.action", None, "non diffusé : trop peu de porteurs"),
        ("non_calculable", "core.collectif", None, "non calculable : la donnée n'existe pas par collectif"),
        ("non_calculable", "core.action", None, "non calculable : la donnée n'existe pas par action"),
    ],
)
def test_the_states_read_differently(state: str, relation: str, returns: int | None, text: str) -> None:
    assert spaced(state_text(state, "2019-2020", relation, returns)) == text


@pytest.mark.parametrize(
    ("own", "other", "word"),
    [
        (part(60, 100), part(56, 100), "proche"),
        (part(61, 100), part(56, 100), "plus_elevee"),
        (part(50, 100), part(56, 100), "moins_elevee"),
        (part(10, 19), part(56, 100), None),
        (part(60, 100), part(1, 19), None),
        (Quantity(10.9, "ratio", 218, 20), Quantity(10.0, "ratio"), "proche"),
        (Quantity(11.1, "ratio", 222, 20), Quantity(10.0, "ratio"), "plus_elevee"),
        (Quantity(11.1, "ratio", 111, 10), Quantity(10.0, "ratio"), None),
        (Quantity(5, "n"), Quantity(0, "n"), None),
        (Quantity(None, "pct", state="secret"), part(1, 30), None),
    ],
)
def test_a_gap_has_a_word_only_where_both_bases_allow_it(own: Quantity, other: Quantity, word: str | None) -> None:
    assert gap(own, other, RULES) == word
    assert (gap_size(own, other, RULES) >= 1) == (word in ("plus_elevee", "moins_elevee"))


@pytest.mark.parametrize(
    ("own", "other", "text"),
    [
        (part(60, 100), part(50, 100), "+10 points"),
        (part(49, 100), part(50, 100), "−1 point"),
        (part(502, 1_000), part(500, 1_000), "0 point"),
        (Quantity(230, "n"), Quantity(231, "n"), "−1"),
        (Quantity(11.6, "ratio"), Quantity(11.4, "ratio"), "+0,2"),
        (Quantity(420, "eur"), Quantity(410, "eur"), "+10 €"),
        (Quantity(None, "n", state="secret"), Quantity(1, "n"), ""),
    ],
)
def test_a_difference_of_shares_is_in_points(own: Quantity, other: Quantity, text: str) -> None:
    assert spaced(signed(own, other)) == text


def test_what_is_missing_of_a_share_is_told_only_with_its_sums() -> None:
    assert part(17, 41).missing == Quantity(1 - 17 / 41, "pct", 24, 41)
    assert not Quantity(0.4, "pct").missing.said


def test_shares_of_one_whole_add_up_and_one_that_is_hidden_hides_the_sum() -> None:
    asked = [Quantity(0.30, "pct", 30, 100), Quantity(0.11, "pct", 11, 100)]
    not_asked, hidden = Quantity(None, "pct", state="non_demande"), Quantity(None, "pct", state="secret")
    assert total([*asked, not_asked]) == Quantity(0.41, "pct", 41, 100)
    assert not total([*asked, hidden]).said
    assert not total([not_asked]).said
    assert total([Quantity(0.30, "pct"), Quantity(0.11, "pct")]) == Quantity(0.41, "pct", None, None)
