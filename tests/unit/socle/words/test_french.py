"""Numbers, lists and times as a French reader writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.words.french import count, line_ranges, listing, moment, number, out_of, percentage, quantity, size
from tests.support.builds import plain


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 0, "0"),
        (485, 0, "485"),
        (1234.5, 1, "1\u202f234,5"),
        (1234567, 0, "1\u202f234\u202f567"),
        (-1234, 0, "-1\u202f234"),
        (2.5, 0, "3"),
        (0.5, 0, "1"),
        (0.125, 2, "0,13"),
        (2.675, 2, "2,68"),
        (1.005, 2, "1,01"),
        (3, 2, "3,00"),
        (-0.4, 0, "0"),
        (-0.04, 1, "0,0"),
        (999.95, 1, "1\u202f000,0"),
        (1e15, 0, "1\u202f000\u202f000\u202f000\u202f000\u202f000"),
        (None, 0, "non renseigné"),
    ],
)
def test_a_number(value: float | None, decimals: int, text: str) -> None:
    assert number(value, decimals) == text


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_keeps_its_digits(value: int) -> None:
    assert int(number(value).replace("\u202f", "")) == value


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_a_rounded_number_is_within_half_a_unit(thousandths: int, decimals: int) -> None:
    shown = float(number(thousandths / 1000, decimals).replace("\u202f", "").replace(",", "."))
    assert abs(shown - thousandths / 1000) <= 0.5 * 10**-decimals + 1e-6


@pytest.mark.parametrize(
    ("ratio", "decimals", "text"),
    [
        (0.84, 0, "84\u202f%"),
        (0.285, 0, "29\u202f%"),
        (0.145, 0, "15\u202f%"),
        (0.0285, 1, "2,9\u202f%"),
        (1 / 3, 1, "33,3\u202f%"),
        (0, 0, "0\u202f%"),
        (1, 0, "100\u202f%"),
        (0.004, 0, "moins de 1\u202f%"),
        (0.998, 0, "plus de 99\u202f%"),
        (0.998, 1, "99,8\u202f%"),
        (0.9999, 1, "plus de 99,9\u202f%"),
        (1.002, 0, "plus de 100\u202f%"),
        (1 - 1e-12, 0, "100\u202f%"),
        (None, 0, "non renseigné"),
    ],
)
def test_a_percentage_rounds_the_half_up_as_by_hand(ratio: float | None, decimals: int, text: str) -> None:
    assert percentage(ratio, decimals) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (41, "n", "41"),
        (0.875, "pct", "87,5\u202f%"),
        (11.84, "ratio", "11,8"),
        (2.25, "h", "2,3\u202fh"),
        (12345.5, "eur", "12\u202f346\u202f€"),
        (None, "pct", "non renseigné"),
        (None, "n", "non renseigné"),
        (0, "n", "0"),
    ],
)
def test_a_quantity_has_its_unit_and_nothing_filled_in_is_not_a_zero(value: float | None, unit: str, text: str) -> None:
    assert quantity(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.875, "pct", "88\u202f%"), (11.0, "ratio", "11"), (11.84, "ratio", "11,8"), (2.0, "h", "2\u202fh")],
)
def test_a_short_quantity_has_no_useless_decimal(value: float, unit: str, text: str) -> None:
    assert quantity(value, unit, short=True) == text


def test_a_part_of_a_whole() -> None:
    assert out_of(1_018, 1_043) == "1\u202f018 sur 1\u202f043"


@pytest.mark.parametrize(
    ("value", "plural", "text"),
    [
        (0, None, "0 action"),
        (1, None, "1 action"),
        (2, None, "2 actions"),
        (1234, None, "1 234 actions"),
        (1, "travaux", "1 action"),
        (3, "travaux", "3 travaux"),
    ],
)
def test_zero_and_one_are_singular(value: int, plural: str | None, text: str) -> None:
    assert plain(count(value, "action", plural)).replace("\xa0", " ") == text


def test_a_list_ends_with_et() -> None:
    assert [listing(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a et b", "a, b et c"]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([], ""),
        ([7], "7"),
        ([2, 3, 4, 8], "2 à 4 et 8"),
        ([8, 2, 4, 3, 3], "2 à 4 et 8"),
        ([1, 3, 5], "1, 3 et 5"),
        ([1, 2, 10, 11, 20], "1 à 2, 10 à 11 et 20"),
    ],
)
def test_line_numbers_are_grouped(lines: list[int], text: str) -> None:
    assert line_ranges(lines) == text


@given(st.lists(st.integers(1, 60)))
def test_a_range_of_lines_says_each_line_once(lines: list[int]) -> None:
    said: list[int] = []
    for part in line_ranges(lines).replace(" et ", ", ").split(", ") if lines else ():
        first, _, last = part.partition(" à ")
        said += range(int(first), int(last or first) + 1)
    assert said == sorted(set(lines))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 11, 23, 13, 5, tzinfo=UTC), "23/11/2026 à 14 h 05"),
        (datetime(2026, 7, 14, 22, 30, tzinfo=UTC), "15/07/2026 à 00 h 30"),
        (datetime(2026, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=3))), "31/12/2025 à 23 h 00"),
    ],
)
def test_a_time_is_that_of_paris_in_winter_and_in_summer(value: datetime, text: str) -> None:
    assert plain(moment(value)) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (None, "non renseigné"),
        (0, "0\u202fko"),
        (999, "1\u202fko"),
        (40_000, "40\u202fko"),
        (1_400_000, "1,4\u202fMo"),
        (12_000_000, "12\u202fMo"),
        (2_500_000_000, "2,5\u202fGo"),
        (75_000_000_000, "75\u202fGo"),
    ],
)
def test_a_size(octets: int | None, text: str) -> None:
    assert size(octets) == text
