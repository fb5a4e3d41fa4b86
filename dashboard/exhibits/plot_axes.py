"""What the charts have in common: labels cut in lines, the axis of the numbers, categories from top to bottom."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from streamlit.elements.lib.streamlit_plotly_theme import GRAY_90

from bilan.model.drawn import Drawing, DrawnSeries

LABEL_WIDTH = 22
"""Letters of a label on one line: on a telephone, half of the width is left to the bars."""
PATTERNS = ("", "/", ".", "x", "-", "+", "|", "\\")
"""Beside colours: a series is known by its pattern too."""
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "hexagon", "cross")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid", "dash")
INK = GRAY_90
"""Of every text: what Streamlit takes for it, light or dark; its own text is too pale for WCAG AA."""
_ROOM = 1.3
"""Beyond what is drawn, room for its value."""
_MARKS = 4
"""Written along the width of a telephone; of more, one in two is."""


def broken_label(text: str, width: int = LABEL_WIDTH) -> str:
    """Return a label on several lines, its letters being shown as they are."""
    lines = wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
    return "<br>".join(shown(line) for line in lines)


def shown(text: str) -> str:
    """Return a text that Plotly shows as it is: it takes a few tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def written(series: DrawnSeries) -> list[str]:
    """Return what is written of each value: a number, or the state that stands in its place, in short."""
    return [shown(value.text) for value in series.values]


def ends(drawn: Drawing) -> list[float]:
    """Return how far each category goes, from the first to the last."""
    return [max(value.number or 0.0 for value in drawn.at(rank)) for rank in range(len(drawn.categories))]


def rising_axis(drawn: Drawing) -> dict[str, Any]:
    """Return the axis of the numbers from the bottom to the top, with room for what is written above the highest."""
    return {**_value_axis(drawn), "range": [0, max(drawn.axis.top, max(ends(drawn)) * _ROOM)]}


def lying_axis(drawn: Drawing) -> dict[str, Any]:
    """Return it from left to right, with room for what is written beyond a bar: of many marks, one in two is named."""
    every = 2 if len(drawn.axis.ticks) > _MARKS else 1
    texts = ["" if rank % every else tick.text for rank, tick in enumerate(drawn.axis.ticks)]
    return {**_value_axis(drawn), "range": [0, drawn.axis.top * _ROOM], "ticktext": texts}


def _value_axis(drawn: Drawing) -> dict[str, Any]:
    return {
        "title": {"text": shown(drawn.axis.title)},
        "zeroline": True,
        "tickangle": 0,
        "tickvals": [tick.at for tick in drawn.axis.ticks],
        "ticktext": [tick.text for tick in drawn.axis.ticks],
    }


def category_axis(drawn: Drawing, width: int = LABEL_WIDTH) -> dict[str, Any]:
    """Return the axis of the categories, the first one on top."""
    count = len(drawn.categories)
    return {
        "tickvals": list(range(count)),
        "ticktext": [f"{broken_label(category.label, width)}\u2002" for category in drawn.categories],
        "range": [count - 0.5, -0.5],
        "showgrid": False,
        "zeroline": False,
        "title": "",
    }
