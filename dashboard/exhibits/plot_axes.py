"""What the charts have in common: labels cut in lines, an axis in the figure's unit, rows from top to bottom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import wrap
from typing import Any

from streamlit.elements.lib.streamlit_plotly_theme import GRAY_90

from bilan.model.exhibit import Exhibit, ExhibitCell, ExhibitColumn
from socle.french import quantity

LABEL_WIDTH = 22
"""Letters of a label on one line: on a telephone, half of the width is left to the bars."""
PATTERNS = ("", "/", ".", "x", "-", "+", "|", "\\")
"""Beside colours: a series is known by its pattern too."""
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "hexagon", "cross")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid", "dash")
INK = GRAY_90
"""Of every text: what Streamlit takes for it, light or dark; its own text is too pale for WCAG AA."""
_REASON = re.compile(r" \(|\u202f:")
_ROOM = 1.3
"""Beside the longest bar, room for its value."""


def broken_label(text: str, width: int = LABEL_WIDTH) -> str:
    """Return a label on several lines, its letters being shown as they are."""
    lines = wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
    return "<br>".join(shown(line) for line in lines)


def shown(text: str) -> str:
    """Return a text that Plotly shows as it is: it takes a few tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def columns_of(figure: Exhibit, *roles: str) -> list[tuple[int, ExhibitColumn]]:
    """Return the columns of those roles, with their places."""
    return [(place, column) for place, column in enumerate(figure.columns) if column.role in roles]


def numbers(figure: Exhibit, place: int) -> list[float | None]:
    """Return the numbers of a column, from the first row to the last."""
    return [row.cells[place].number for row in figure.rows]


def texts(figure: Exhibit, place: int) -> list[str]:
    """Return what is written in a column: a number, or the state that stands in its place, in short."""
    return [written(row.cells[place]) for row in figure.rows]


def written(cell: ExhibitCell) -> str:
    """Return what a chart writes of a cell: a state without its reason, which the table tells."""
    return shown(cell.text if cell.number is not None else _REASON.split(cell.text)[0])


def value_axis(figure: Exhibit, values: Iterable[float | None]) -> dict[str, Any]:
    """Return an axis from zero, its marks in French, with room for what is written beside the longest bar."""
    top = max((value for value in values if value is not None), default=0.0)
    if figure.unit == "pct":
        step = 0.5 if top > 0.5 else 0.25 if top > 0.25 else 0.1
        top = 1.0 if top > 0.5 else max(top, 0.25)
        marks = [step * rank for rank in range(int(top / step + 1e-9) + 1)]
        ticks: dict[str, Any] = {
            "tickvals": marks,
            "ticktext": [quantity(mark, "pct").replace(",0", "") for mark in marks],
        }
    else:
        ticks = {"tickformat": ",.0f", "nticks": 6, "rangemode": "tozero"}
        if figure.unit == "eur":
            ticks["ticksuffix"] = "\u202f€"
    return {
        "range": [0, (top or 1.0) * _ROOM],
        "title": {"text": shown(figure.axis)},
        "zeroline": True,
        "tickangle": 0,
        **ticks,
    }


def row_axis(figure: Exhibit) -> dict[str, Any]:
    """Return the axis of the rows, the first one on top."""
    count = len(figure.rows)
    return {
        "tickvals": list(range(count)),
        "ticktext": [f"{broken_label(row.label)}\u2002" for row in figure.rows],
        "range": [count - 0.5, -0.5],
        "showgrid": False,
        "zeroline": False,
        "title": "",
    }
