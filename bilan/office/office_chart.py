"""What a chart that an office suite draws itself takes from a figure, whether on a sheet or on a slide."""

from __future__ import annotations

from dataclasses import dataclass

from bilan.model.drawn import drawn_columns
from bilan.model.exhibit import Exhibit

COLOURS = ("0072B2", "E69F00", "009E73", "CC79A7", "56B4E9", "D55E00", "6B4C9A", "7F7F7F")
"""Of Okabe and Ito: told apart by who does not see all colours; the legend and the values say the rest."""
AXIS_FORMATS = {"pct": '0"\u202f"%', "n": "#,##0", "ratio": "General", "h": 'General"\u202fh"', "eur": '#,##0"\u202f€"'}
VALUE_FORMATS = {"pct": '0.0"\u202f"%', "n": "#,##0", "ratio": "0.0", "h": '0.0"\u202fh"', "eur": '#,##0"\u202f€"'}
"""By unit, as spreadsheets show a number."""
WRITTEN_OVER = ("FFFFFF", "1B1F24", "1B1F24", "1B1F24", "1B1F24", "1B1F24", "FFFFFF", "1B1F24")
"""What is read over each of them."""


@dataclass(frozen=True)
class Native:
    """A chart: its categories and its series, each number where the table has it as (row, column)."""

    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    """(name, a place in the table a category)."""
    breaks: frozenset[int]
    """Categories that a line does not reach from the one before."""


def native(figure: Exhibit) -> Native | None:
    """Return the chart; None when the figure wants none, has no number to draw, or too many bars."""
    columns = drawn_columns(figure)
    if not columns:
        return None
    rows = range(len(figure.rows))
    labels = tuple(row.label for row in figure.rows)
    names = {column: figure.columns[column].label for column in columns}
    broken = frozenset(rank for rank in rows if figure.chart == "courbe" and figure.rows[rank].broken)
    if figure.chart == "barres_empilees":
        series = tuple((labels[row], tuple((row, column) for column in columns)) for row in rows)
        return Native(tuple(names.values()), series, broken)
    return Native(labels, tuple((names[one], tuple((row, one) for row in rows)) for one in columns), broken)


def spans(figure: Exhibit) -> tuple[int, tuple[float, ...]] | None:
    """Return the rank of the series of upper bounds, and how far below each its lower bound is; None without bounds."""
    columns = drawn_columns(figure)
    ranks = {figure.columns[column].role: rank for rank, column in enumerate(columns)}
    if figure.chart != "intervalle" or not {"bas", "haut"} <= set(ranks):
        return None
    bounds = [[row.cells[columns[ranks[role]]].number or 0.0 for role in ("bas", "haut")] for row in figure.rows]
    return ranks["haut"], tuple(high - low for low, high in bounds)


def top(figure: Exhibit) -> float | None:
    """Return where the axis of the numbers ends, when the suite would go beyond the whole: 1 for shares near it."""
    if figure.unit != "pct":
        return None
    numbers = [row.cells[column].number or 0 for row in figure.rows for column in drawn_columns(figure)]
    stacked = figure.chart == "barres_empilees"
    return 1.0 if stacked or 0.8 < max(numbers, default=0) <= 1 else None
