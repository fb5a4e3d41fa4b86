"""A figure -> its chart in print: what is to be drawn, as plain data, and its picture for a document that takes one.

Typst draws it (typeset/charts.typ), as text is: one font, labels that wrap, values written, patterns and shapes beside
colours. What has no number is written in words, or left to the table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from bilan.model.drawn import drawn_columns, without_reason
from bilan.model.exhibit import Exhibit, ExhibitCell
from bilan.print.printable import Printable, shortened
from bilan.print.typesetting import typeset
from socle.french import NARROW_SPACE, number, quantity

PIXELS_PER_INCH = 220
_ROUNDING = 0.02
"""Of a step: parts that make 100,01 % of a whole do not call for 125 %."""
_TOGETHER = 2
"""Series on one drawing; of more, each has its own."""
_LABEL, _VALUE = 90, 32
"""Letters of a label and of a value that a chart writes; the table has them whole."""


def chart_svg(figure: Exhibit) -> bytes | None:
    """Return the chart as an SVG 16 cm wide; None when the figure wants none, or has not a number to draw."""
    return _picture(figure, "svg")


def chart_png(figure: Exhibit) -> bytes | None:
    """Return the chart as a PNG 16 cm wide; None as `chart_svg`."""
    return _picture(figure, "png")


def drawing(figure: Exhibit, printable: Callable[[str], str]) -> dict[str, Any] | None:
    """Return what charts.typ draws, as JSON takes it; None when there is nothing to draw."""
    drawn = drawn_columns(figure)
    if not drawn:
        return None
    stacked = figure.chart == "barres_empilees"
    numbers = [row.cells[place].number for row in figure.rows for place in drawn]
    top, ticks = _axis(_longest_stack(figure, drawn) if stacked else numbers, figure.unit)
    return {
        "kind": figure.chart,
        "axis": printable(shortened(figure.axis, _LABEL)),
        "top": top,
        "ticks": [{"at": at, "text": text} for at, text in ticks],
        "apart": figure.chart == "courbe" and len(drawn) > _TOGETHER,
        "columns": [
            {"label": printable(shortened(figure.columns[place].label, _LABEL)), "role": figure.columns[place].role}
            for place in drawn
        ],
        "rows": [
            {
                "label": printable(shortened(row.label, _LABEL)),
                "broken": row.broken,
                "cells": [_cell(row.cells[place], printable) for place in drawn],
            }
            for row in figure.rows
        ],
    }


def _picture(figure: Exhibit, to: Any) -> bytes | None:
    drawn = drawing(figure, Printable())
    if drawn is None:
        return None
    return typeset("chart.typ", drawn, to, ppi=PIXELS_PER_INCH if to == "png" else None)


def _cell(cell: ExhibitCell, printable: Callable[[str], str]) -> dict[str, Any]:
    """The number, and what is written: a state without its reason, which the table tells."""
    text = cell.text if cell.number is not None else without_reason(cell)
    return {"number": cell.number, "text": printable(shortened(text, _VALUE))}


def _longest_stack(figure: Exhibit, places: Sequence[int]) -> list[float | None]:
    return [sum(row.cells[place].number or 0.0 for row in figure.rows) for place in places]


def _axis(values: Sequence[float | None], unit: str) -> tuple[float, list[tuple[float, str]]]:
    """From zero to a round number: where it ends, and (place, text) of its marks."""
    top = max((value for value in values if value is not None), default=0.0)
    if unit == "pct":
        step = 0.25 if top > 0.5 else 0.1 if top > 0.2 else 0.05
        top = max(top, 1.0 if top > 0.5 else 0.1)
    else:
        step = _round_step(top or 1.0, whole=unit == "n")
    count = math.ceil(top / step - _ROUNDING) or 1
    return count * step, [(rank * step, _written(rank * step, unit)) for rank in range(count + 1)]


def _round_step(top: float, whole: bool) -> float:
    """A step of 1, 2, 2.5 or 5 times a power of ten that cuts the axis in five at most."""
    power = 10.0 ** math.floor(math.log10(top / 5))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor * 5 >= top * (1 - 1e-9))
    return max(1.0, math.ceil(step)) if whole else step


def _written(value: float, unit: str) -> str:
    if unit == "pct":
        return quantity(value, unit).replace(",0", "")
    suffix = {"eur": f"{NARROW_SPACE}€", "h": f"{NARROW_SPACE}h"}.get(unit, "")
    return number(value, 0 if value == int(value) else 1) + suffix
