"""A chart of an office suite: its numbers read as the texts of the table, shares end at the whole."""

from __future__ import annotations

import pytest

from bilan.model.axis import axis_to
from bilan.model.drawn import DrawnSeries, DrawnValue
from bilan.office.office_chart import VALUE_FORMATS, scale, value_format


def series(*values: tuple[float | None, str]) -> DrawnSeries:
    return DrawnSeries(
        "Loiret", "valeur", tuple(DrawnValue(number, text, row, 0) for row, (number, text) in enumerate(values))
    )


def test_the_numbers_of_a_series_are_shown_as_its_texts_are() -> None:
    assert value_format(series((0.66, "66\u202f%"), (None, "non diffusé"), (0.3, "30\u202f%")), "pct") == (
        '#,##0"\u202f"%'
    )
    assert value_format(series((0.661, "66,1\u202f%"), (0.0, "0\u202f%")), "pct") == VALUE_FORMATS["pct"]
    assert value_format(series((0.6875, "11 sur 16")), "pct") == VALUE_FORMATS["pct"]
    assert value_format(series((None, "secret")), "eur") == VALUE_FORMATS["eur"]


@pytest.mark.parametrize(
    ("longest", "unit", "found"),
    [(0.66, "pct", (1, 0.25)), (1.01, "pct", (None, None)), (0.3, "pct", (None, None)), (1, "n", (None, None))],
)
def test_an_axis_ends_at_the_whole_or_follows_its_numbers(
    longest: float, unit: str, found: tuple[float | None, float | None]
) -> None:
    assert scale(axis_to(longest, unit, "")) == found
