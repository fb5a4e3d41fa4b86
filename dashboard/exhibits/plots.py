"""A figure -> the chart it wants, legible without colour and without hovering: its values are written on it.

Colours are the theme's (dashboard/server/config.toml), light or dark: a chart names their rank, never the colour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import plotly.graph_objects as go

from bilan.model.drawn import BARS, GROUPED, INTERVALS, LINES, STACKED, Drawing, drawing
from bilan.model.exhibit import Exhibit
from dashboard.exhibits.plot_axes import INK
from dashboard.exhibits.plot_bars import bars, grouped_bars, stacked_bars
from dashboard.exhibits.plot_lines import intervals, lines

_KINDS: Mapping[str, Callable[[Drawing], go.Figure]] = {
    BARS: bars,
    GROUPED: grouped_bars,
    STACKED: stacked_bars,
    LINES: lines,
    INTERVALS: intervals,
}
_FRENCH = {
    "dictionary": {
        "Autoscale": "Échelle automatique",
        "Download plot": "Enregistrer l'image",
        "Download plot as a PNG": "Enregistrer l'image (PNG)",
        "Taking snapshot - this may take a few seconds": "Image en cours d'enregistrement…",
        "Snapshot succeeded": "Image enregistrée",
        "Sorry, there was a problem downloading your snapshot!": "L'image n'a pas pu être enregistrée.",
        "Double-click on legend to isolate one trace": "Double-cliquez sur la légende pour isoler une série",
        "Click on legend to hide or show a trace": "Cliquez sur la légende pour masquer ou afficher une série",
    },
    "format": {
        "decimal": ",",
        "thousands": "\u202f",
        "grouping": [3],
        "currency": ["", "\u202f€"],
        "percent": "\u202f%",
    },
}
_KEPT = 500
_ABOVE = 40
"""Pixels for a legend, or the title of the first of several drawings."""


@lru_cache(_KEPT)
def chart(figure: Exhibit) -> go.Figure | None:
    """Return the chart, to be shown as it is; None when the figure wants none, has no number to draw, or too many bars.

    It is kept: drawn again at each visit, the fourteen of a page take half a second. Its key is all that it shows.
    """
    drawn = drawing(figure)
    return None if drawn is None else _laid_out(_KINDS[drawn.kind](drawn))


def _laid_out(plot: go.Figure) -> go.Figure:
    plot.update_layout(
        separators=",\u202f",
        hovermode=False,
        dragmode=False,
        margin={"l": 0, "r": 8, "t": _ABOVE if plot.layout.showlegend or plot.layout.annotations else 8, "b": 0},
        legend={
            "orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "title": "",
            "itemclick": False, "itemdoubleclick": False, "traceorder": "normal", "font": {"size": 14, "color": INK},
        },
        font={"size": 15, "color": INK},
        barcornerradius=0,
    )  # fmt: skip
    words = {"size": 14, "color": INK}
    plot.update_xaxes(fixedrange=True, tickfont=words, title={"font": words})
    plot.update_yaxes(fixedrange=True, tickfont=words, title={"font": words})
    plot.update_traces(textfont=words, selector=lambda trace: trace.text is not None)
    return plot


def config(figure: Exhibit) -> dict[str, Any]:
    """Return what Plotly is told: its own words in French, and one button, which saves the picture."""
    return {
        "locale": "fr",
        "locales": {"fr": _FRENCH},
        "displaylogo": False,
        "showTips": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "filename": figure.id, "scale": 2},
    }
