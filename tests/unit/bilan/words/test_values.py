"""How a number, or the state in its place, is written: small bases, almost all, states, differences (INDICATORS §5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilan.words.numbers import Quantity
from bilan.words.values import plain, share, signed, value_text
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
        (1_002, 1_000, "plus de 100 %"),
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
        (part(408, 410), "99,5 %"),
        (part(9_999, 10_000), "plus de 99,9 %"),
        (part(1, 10_000), "moins de 0,1 %"),
        (Quantity(0.998, "pct"), "plus de 99 %"),
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
    assert spaced(value_text(quantity, RULES, "2019-2020", "core.action", table=True)) == written


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
    nothing = Quantity(None, "pct", state=state)
    for table in (False, True):
        said = value_text(nothing, RULES, "2019-2020", relation, returns=returns, table=table)
        assert spaced(said) == text


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
