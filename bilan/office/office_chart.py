"""What a chart that an office suite draws itself takes, whether on a sheet or on a slide."""

from __future__ import annotations

import re

from bilan.model.axis import Axis
from bilan.model.drawn import Drawing, DrawnSeries, DrawnValue
from bilan.model.exhibit import ExhibitCell
from socle.words.french import number

COLOURS = ("0072B2", "E69F00", "009E73", "CC79A7", "56B4E9", "D55E00", "6B4C9A", "7F7F7F")
"""Of Okabe and Ito: told apart by who does not see all colours; the legend and the values say the rest."""
AXIS_FORMATS = {"pct": '0"\u202f"%', "n": "#,##0", "ratio": "General", "h": 'General"\u202fh"', "eur": '#,##0"\u202f€"'}
VALUE_FORMATS = {
    "pct": '0.0"\u202f"%;-0.0"\u202f"%;0"\u202f"%',
    "n": "#,##0",
    "ratio": "0.0",
    "h": '0.0"\u202fh"',
    "eur": '#,##0"\u202f€"',
}
"""By unit, as spreadsheets show a number."""
WRITTEN_OVER = ("FFFFFF", "1B1F24", "1B1F24", "1B1F24", "1B1F24", "1B1F24", "FFFFFF", "1B1F24")
"""What is read over each of them."""
_NUMBER = re.compile(r"[-\u2212]?\d+(?:\u202f\d{3})*(?:,(\d+))?(\u202f(?:%|€|h))?")


def scale(axis: Axis) -> tuple[float, float] | tuple[None, None]:
    """Return where an axis ends and its step, of shares near the whole; else None: the suite follows the numbers."""
    return (axis.top, axis.ticks[1].at) if axis.unit == "pct" and axis.top == 1 else (None, None)


def lengths(drawn: Drawing) -> list[float]:
    """Return how far below each upper bound its lower one is."""
    return [span.ends[1] - span.ends[0] if span.ends else 0.0 for span in drawn.spans]


def value_format(series: DrawnSeries, unit: str) -> str:
    """Return the pattern by which all the numbers of a series read as their texts, else that of the unit."""
    patterns = {as_shown(value) for value in series.values if value.number is not None}
    return patterns.pop() or VALUE_FORMATS[unit] if len(patterns) == 1 else VALUE_FORMATS[unit]


def as_shown(cell: ExhibitCell | DrawnValue) -> str:
    """Return the pattern by which a spreadsheet shows the cell's number as its text is; "" when none does."""
    match = _NUMBER.fullmatch(cell.text)
    if match is None or cell.number is None:
        return ""
    decimals, unit = len(match[1] or ""), match[2] or ""
    value = cell.number * 100 if "%" in unit else cell.number
    if f"{number(value, decimals)}{unit}" != cell.text.replace("\u2212", "-"):
        return ""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return pattern + {"": "", "\u202f%": '"\u202f"%'}.get(unit, f'"{unit}"')
