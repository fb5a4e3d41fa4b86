"""What a chart draws -> the plain data that Typst draws (typeset/charts.typ), and a picture of it.

Typst draws it as text is: one font, labels that wrap, values written, patterns and shapes beside colours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bilan.model.drawn import BREAK, HALF, Drawing, DrawnSeries, DrawnValue, Span, drawing
from bilan.model.exhibit import Exhibit
from bilan.print.printable import Printable, shortened
from bilan.print.typesetting import typeset

PIXELS_PER_INCH = 220
_LABEL, _VALUE = 90, 32
"""Letters of a label and of a value that a chart writes; the table has them whole."""


def chart_png(figure: Exhibit) -> bytes | None:
    """Return the chart as a PNG 16 cm wide; None when the figure wants none, or has not a number to draw."""
    drawn = drawing(figure)
    if drawn is None:
        return None
    return typeset("chart.typ", printed(drawn, Printable()), "png", ppi=PIXELS_PER_INCH)


def printed(drawn: Drawing, printable: Callable[[str], str]) -> dict[str, Any]:
    """Return what charts.typ draws, as JSON takes it."""
    return {
        "kind": drawn.kind,
        "axis": printable(shortened(drawn.axis.title, _LABEL)),
        "top": drawn.axis.top,
        "ticks": [{"at": tick.at, "text": tick.text} for tick in drawn.axis.ticks],
        "apart": drawn.apart,
        "categories": [
            {"label": printable(shortened(part.label, _LABEL)), "broken": part.broken} for part in drawn.categories
        ],
        "series": [_series(part, printable) for part in drawn.series],
        "spans": [_span(part, printable) for part in drawn.spans],
        "half": HALF,
        "rupture": BREAK,
    }


def _series(drawn_series: DrawnSeries, printable: Callable[[str], str]) -> dict[str, Any]:
    values = [_value(value, printable) for value in drawn_series.values]
    return {"label": printable(shortened(drawn_series.label, _LABEL)), "role": drawn_series.role, "values": values}


def _value(value: DrawnValue, printable: Callable[[str], str]) -> dict[str, Any]:
    return {"number": value.number, "text": printable(shortened(value.text, _VALUE))}


def _span(span: Span, printable: Callable[[str], str]) -> dict[str, Any]:
    return {"ends": span.ends, "text": printable(shortened(span.text, 2 * _VALUE))}
