"""Charts in bars: one a category, one a category and series, one stacked bar a category."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from bilan.model.drawn import Drawing, DrawnSeries
from dashboard.exhibits.plot_axes import PATTERNS, category_axis, ends, lying_axis, shown, written

MARK = "\u25c6"
_ROW, _EXTRA, _AXIS = 58, 34, 90
_ASIDE = 46
"""Pixels between a stacked bar and its values, above it and below it in turn: two narrow parts do not collide."""


def bars(drawn: Drawing) -> go.Figure:
    """Return one bar a category, and a mark where France is."""
    own, *marks = drawn.series
    rows = list(range(len(drawn.categories)))
    plot = go.Figure(go.Bar(orientation="h", y=rows, x=own.numbers, name=shown(own.label), width=0.55))
    said = written(own)
    for mark in marks:
        plot.add_scatter(
            x=mark.numbers, y=rows, mode="markers", name=shown(mark.label),
            marker={"symbol": "diamond", "size": 13, "line": {"width": 2, "color": "white"}},
        )  # fmt: skip
        said = _marked(said, mark)
    plot.add_scatter(
        x=ends(drawn), y=rows, mode="text", text=[f"\u2002{text}" for text in said], textposition="middle right",
        cliponaxis=False, showlegend=False,
    )  # fmt: skip
    plot.update_layout(
        height=_height(len(rows), bool(marks)),
        showlegend=bool(marks),
        xaxis=lying_axis(drawn),
        yaxis=category_axis(drawn),
    )
    return plot


def grouped_bars(drawn: Drawing) -> go.Figure:
    """Return a bar a category and series."""
    rows = list(range(len(drawn.categories)))
    plot = go.Figure()
    for rank, series in enumerate(drawn.series):
        plot.add_bar(
            orientation="h", y=rows, x=[number or 0.0 for number in series.numbers], name=shown(series.label),
            text=[f"\u2002{text}" for text in written(series)], textposition="outside", textangle=0,
            cliponaxis=False, marker=_patterned(rank),
        )  # fmt: skip
    several = len(drawn.series) > 1
    plot.update_layout(
        barmode="group",
        bargap=0.25,
        height=_height(len(rows), several),
        showlegend=several,
        xaxis=lying_axis(drawn),
        yaxis=category_axis(drawn),
    )
    return plot


def stacked_bars(drawn: Drawing) -> go.Figure:
    """Return one bar a category, a part a series."""
    count = len(drawn.categories)
    plot = go.Figure()
    starts = [0.0] * count
    for rank, series in enumerate(drawn.series):
        parts = [number or 0.0 for number in series.numbers]
        plot.add_bar(
            orientation="h", y=list(range(count)), x=parts, name=shown(series.label), width=0.5,
            marker={**_patterned(rank), "line": {"width": 2, "color": "white"}},
        )  # fmt: skip
        _say_parts(plot, series, starts, -_ASIDE if rank % 2 else _ASIDE)
        starts = [start + part for start, part in zip(starts, parts, strict=True)]
    plot.update_layout(
        barmode="stack",
        height=count * 130 + _AXIS,
        showlegend=True,
        xaxis={**lying_axis(drawn), "range": [0, drawn.axis.top * 1.12]},
        yaxis=category_axis(drawn, 12),
    )
    return plot


def _marked(said: list[str], mark: DrawnSeries) -> list[str]:
    """What is written beside each bar, and under it what its mark says."""
    return [
        f"{text}<br>{MARK} {shown(value.text)}" if value.number is not None else text
        for text, value in zip(said, mark.values, strict=True)
    ]


def _say_parts(plot: go.Figure, series: DrawnSeries, starts: list[float], aside: int) -> None:
    for position, (start, value) in enumerate(zip(starts, series.values, strict=True)):
        if value.number:
            plot.add_annotation(
                x=start + value.number / 2, y=position, text=shown(value.text), showarrow=False, yshift=aside
            )


def _patterned(rank: int) -> dict[str, Any]:
    return {"pattern": {"shape": PATTERNS[rank % len(PATTERNS)], "solidity": 0.25}}


def _height(rows: int, several: bool) -> int:
    return rows * (_ROW + (8 if several else -8)) + _AXIS + (_EXTRA if several else 0)
