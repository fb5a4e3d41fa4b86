"""A number and what it rests on: what a share leaves, sums of shares, the gap between two (INDICATORS §5)."""

from __future__ import annotations

import pytest

from bilan.words.numbers import Quantity, gap, gap_size, total
from tests.support.quantities import RULES, part


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
