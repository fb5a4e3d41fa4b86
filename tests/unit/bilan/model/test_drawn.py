"""What a chart draws of an exhibit: its series in their order, what is said in the place of a number, a round axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bilan.model.drawn import Drawing, Span, drawing
from bilan.model.exhibit import Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from tests.support.figures import FIVE, along_years, figure, spread, states


def drawn(one: Exhibit) -> Drawing:
    found = drawing(one)
    assert found is not None
    return found


def bars(cells: Mapping[str, ExhibitCell], unit: str = "pct", chart: str = "barres") -> Exhibit:
    """One bar a cell."""
    rows = tuple(ExhibitRow(label, label, (cell,)) for label, cell in cells.items())
    return figure(chart, (ExhibitColumn("valeur", "Loiret"),), rows, unit)


def test_what_is_hidden_or_not_answered_has_words_and_no_number() -> None:
    own, france = drawn(states("barres")).series
    assert [(value.number, value.text) for value in own.values] == [
        (0.0, "0"),
        (None, "non renseigné"),
        (None, "non demandé en 2019-2020"),
        (None, "non diffusé"),
        (None, "non calculable"),
        (0.661, "66,1\u202f%"),
    ]
    assert (france.label, france.role) == ("France, 2019-2020", "repere")


def test_each_value_says_where_the_table_has_it() -> None:
    for kind in ("barres", "barres_groupees", "barres_empilees"):
        shown = states(kind)
        for value in (value for series in drawn(shown).series for value in series.values):
            assert shown.rows[value.row].cells[value.column].number == value.number


def test_the_parts_of_a_stacked_bar_are_the_rows() -> None:
    found = drawn(states("barres_empilees"))
    assert [one.label for one in found.categories] == ["Loiret", "France, 2019-2020"]
    assert (found.series[-1].label, found.series[-1].numbers) == ("Écoliers", [0.661, 0.62])


def test_a_stacked_bar_without_a_number_is_not_drawn() -> None:
    shown = states("barres_empilees")
    alone = replace(shown, rows=tuple(replace(row, cells=(row.cells[0], FIVE[1])) for row in shown.rows))
    assert [one.label for one in drawn(alone).categories] == ["Loiret"]


def test_an_interval_stands_between_two_known_bounds_or_says_why_not() -> None:
    shown = spread()
    (row,) = shown.rows
    assert drawn(shown).spans == (Span((9.0, 12.0), "9,0 à 12,0"),)
    hidden = replace(shown, rows=(replace(row, cells=(row.cells[0], FIVE[3], *row.cells[2:])),))
    assert drawn(hidden).spans == (Span(None, "non diffusé"),)


@pytest.mark.parametrize(("series", "apart"), [(1, False), (2, False), (3, True)])
def test_more_than_two_lines_stand_apart(series: int, apart: bool) -> None:
    assert drawn(along_years(series)).apart is apart


def test_only_a_line_can_be_broken() -> None:
    assert [one.broken for one in drawn(along_years(1)).categories] == [False, False, True, False, False]
    assert not any(one.broken for one in drawn(replace(along_years(1), chart="barres")).categories)


def test_nothing_to_draw_is_no_drawing() -> None:
    assert drawing(bars({"Rien": FIVE[1], "Caché": FIVE[3]})) is None
    assert drawing(bars({})) is None
    assert drawing(states("aucun")) is None


@pytest.mark.parametrize(("kind", "held"), [("barres", 40), ("barres_groupees", 20)])
def test_more_bars_than_can_be_read_are_left_to_the_table(kind: str, held: int) -> None:
    one = states(kind)
    many = replace(one, rows=(one.rows[-1],) * held)
    assert drawing(many) is not None
    assert drawing(replace(many, rows=(*many.rows, one.rows[0]))) is None


@pytest.mark.parametrize(
    ("values", "unit", "marks"),
    [
        ((0.66, 0.34), "pct", ["0\u202f%", "25\u202f%", "50\u202f%", "75\u202f%", "100\u202f%"]),
        ((0.02,), "pct", ["0\u202f%", "5\u202f%", "10\u202f%"]),
        ((41,), "n", ["0", "10", "20", "30", "40", "50"]),
        ((1,), "n", ["0", "1"]),
        ((0,), "n", ["0", "1"]),
        ((1234567.0,), "eur", ["0\u202f€", "250\u202f000\u202f€", "500\u202f000\u202f€", "750\u202f000\u202f€",
                               "1\u202f000\u202f000\u202f€", "1\u202f250\u202f000\u202f€"]),
        ((2.4,), "ratio", ["0", "0,5", "1", "1,5", "2", "2,5"]),
        ((1.2,), "h", ["0\u202fh", "0,25\u202fh", "0,50\u202fh", "0,75\u202fh", "1\u202fh", "1,25\u202fh"]),
    ],
)  # fmt: skip
def test_an_axis_begins_at_zero_and_has_round_marks(values: tuple[float, ...], unit: str, marks: list[str]) -> None:
    axis = drawn(bars({str(value): ExhibitCell(str(value), value) for value in values}, unit)).axis
    assert [tick.text for tick in axis.ticks] == marks
    assert axis.top >= max(values)


def test_parts_that_make_a_little_more_than_the_whole_end_at_the_whole() -> None:
    parts = {"a": ExhibitCell("66,1", 0.6611), "b": ExhibitCell("33,9", 0.339)}
    assert drawn(bars(parts, chart="barres_empilees")).axis.top == 1
