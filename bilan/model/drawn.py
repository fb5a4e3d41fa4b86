"""An exhibit -> what its chart draws, whoever draws it: series of values, the categories along which they go, an axis.

A renderer only translates it. What is of one medium stays with it: letters that hold on a page, colours, patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bilan.model.axis import Axis, axis_to
from bilan.model.exhibit import Exhibit, ExhibitCell

BARS, GROUPED, STACKED, LINES, INTERVALS = "barres", "barres_groupees", "barres_empilees", "courbe", "intervalle"
HALF = "La moitié des porteurs"
"""What stands between the two bounds of an interval."""
BREAK = "rupture"
"""What is said where a line stops."""
_DRAWN: Mapping[str, Sequence[str]] = {
    BARS: ("valeur", "repere"),
    GROUPED: ("valeur",),
    STACKED: ("valeur",),
    LINES: ("valeur",),
    INTERVALS: ("bas", "haut", "valeur", "repere"),
}
"""By chart, the roles of the columns that it draws, in the order in which it does."""
_BARS = 40
"""More would not be read: the table alone says them."""
_TOGETHER = 2
"""Lines on one drawing; of more, each may have its own."""
_REASON = re.compile(r" \(|\u202f:")


@dataclass(frozen=True)
class DrawnValue:
    """One value: its number, what is written of it, and where the exhibit's table has it."""

    number: float | None
    text: str
    """Where there is no number, its state without the reason, which the table tells: « non calculable »."""
    row: int
    column: int


@dataclass(frozen=True)
class DrawnSeries:
    """What is drawn alike: the bars of one colour, a line, the marks of France."""

    label: str
    role: str
    """Of the column: valeur, repere, bas, haut."""
    values: tuple[DrawnValue, ...]
    """One a category."""

    @property
    def numbers(self) -> list[float | None]:
        """The numbers of its values."""
        return [value.number for value in self.values]


@dataclass(frozen=True)
class Category:
    """What the values of one place are about: a year, a kind of structure; of stacked bars, the whole that they cut."""

    label: str
    broken: bool = False
    """True when a line does not reach it from the one before."""


@dataclass(frozen=True)
class Span:
    """The interval of one category."""

    ends: tuple[float, float] | None
    """None when one of the two is not known."""
    text: str
    """« 9,0 à 12,0 », or the state that stands in its place."""


@dataclass(frozen=True)
class Drawing:
    """All that a chart draws and writes."""

    kind: str
    """One of CHARTS (bilan/model/exhibit.py), « aucun » apart."""
    axis: Axis
    categories: tuple[Category, ...]
    series: tuple[DrawnSeries, ...]
    spans: tuple[Span, ...]
    """Of intervals, one a category: what the series of bounds draw together."""
    alt: str
    """What it shows, for who does not see it."""

    @property
    def apart(self) -> bool:
        """Whether its lines are too many for one drawing."""
        return self.kind == LINES and len(self.series) > _TOGETHER

    def at(self, rank: int) -> list[DrawnValue]:
        """Return the values of a category, one a series."""
        return [serie.values[rank] for serie in self.series]


def drawing(exhibit: Exhibit) -> Drawing | None:
    """Return what the chart of an exhibit draws; None when it wants none, has no number to draw, or too many bars."""
    columns = _columns(exhibit)
    if not columns:
        return None
    if exhibit.chart == STACKED:
        series, categories = (
            _parts(exhibit, columns),
            tuple(Category(exhibit.columns[column].label) for column in columns),
        )
    else:
        series, categories = _series(exhibit, columns), tuple(_categories(exhibit))
    axis = axis_to(max(_lengths(exhibit.chart, series)), exhibit.unit, exhibit.axis)
    return Drawing(exhibit.chart, axis, categories, series, tuple(_spans(series)), exhibit.alt)


def _columns(exhibit: Exhibit) -> list[int]:
    """The places of the columns drawn: a bar of parts that have no number is not."""
    roles = _DRAWN.get(exhibit.chart, ())
    places = [position for role in roles for position, column in enumerate(exhibit.columns) if column.role == role]
    if all(row.cells[position].number is None for row in exhibit.rows for position in places) or _too_many(
        exhibit, places
    ):
        return []
    if exhibit.chart == STACKED:
        return [position for position in places if any(row.cells[position].number for row in exhibit.rows)]
    return places


def _too_many(exhibit: Exhibit, columns: Sequence[int]) -> bool:
    return len(exhibit.rows) * (len(columns) if exhibit.chart == GROUPED else 1) > _BARS


def _categories(exhibit: Exhibit) -> Iterator[Category]:
    for row in exhibit.rows:
        yield Category(row.label, row.broken and exhibit.chart == LINES)


def _series(exhibit: Exhibit, columns: Sequence[int]) -> tuple[DrawnSeries, ...]:
    """A column, a series."""
    heads = ((position, exhibit.columns[position]) for position in columns)
    rows = range(len(exhibit.rows))
    return tuple(
        DrawnSeries(head.label, head.role, tuple(_value(exhibit, row, position) for row in rows))
        for position, head in heads
    )


def _parts(exhibit: Exhibit, columns: Sequence[int]) -> tuple[DrawnSeries, ...]:
    """A row, a series: a part of each of the columns."""
    return tuple(
        DrawnSeries(row.label, "valeur", tuple(_value(exhibit, rank, position) for position in columns))
        for rank, row in enumerate(exhibit.rows)
    )


def _value(exhibit: Exhibit, row: int, column: int) -> DrawnValue:
    cell = exhibit.rows[row].cells[column]
    return DrawnValue(cell.number, _written(cell), row, column)


def _written(cell: ExhibitCell) -> str:
    return cell.text if cell.number is not None else _REASON.split(cell.text)[0]


def _lengths(kind: str, series: Sequence[DrawnSeries]) -> Iterator[float]:
    """How far each value goes, or each bar of parts."""
    places = zip(*(serie.numbers for serie in series), strict=True)
    for numbers in places:
        known = [number or 0.0 for number in numbers]
        yield sum(known) if kind == STACKED else max(known)


def _spans(series: Sequence[DrawnSeries]) -> Iterator[Span]:
    bounds = {serie.role: serie.values for serie in series}
    for low, high in zip(bounds.get("bas", ()), bounds.get("haut", ()), strict=False):
        if low.number is None or high.number is None:
            yield Span(None, low.text if low.number is None else high.text)
        else:
            yield Span((low.number, high.number), f"{low.text} à {high.text}")
