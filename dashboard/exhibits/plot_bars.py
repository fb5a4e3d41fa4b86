"""Charts in bars: one a row, one a row and column, one stacked bar a column."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from bilan.model.exhibit import Exhibit
from dashboard.exhibits.plot_axes import (
    PATTERNS,
    broken_label,
    columns_of,
    numbers,
    row_axis,
    shown,
    texts,
    value_axis,
)

MARK = "\u25c6"
_ROW, _EXTRA, _AXIS = 58, 34, 90
_ASIDE = 46
"""Pixels between a stacked bar and its values, above it and below it in turn: two narrow parts do not collide."""


def bars(figure: Exhibit) -> go.Figure:
    """Return one bar a row, and a mark where France is."""
    (place, column), *_ = columns_of(figure, "valeur")
    marks = columns_of(figure, "repere")
    values, written = numbers(figure, place), texts(figure, place)
    rows = list(range(len(figure.rows)))
    drawn = go.Figure(go.Bar(orientation="h", y=rows, x=values, name=shown(column.label), width=0.55))
    ends = [value or 0.0 for value in values]
    for mark, mark_column in marks:
        positions = numbers(figure, mark)
        drawn.add_scatter(
            x=positions, y=rows, mode="markers", name=shown(mark_column.label),
            marker={"symbol": "diamond", "size": 13, "line": {"width": 2, "color": "white"}},
        )  # fmt: skip
        ends = [max(end, position or 0.0) for end, position in zip(ends, positions, strict=True)]
        written = [
            f"{text}<br>{MARK} {other}" if position is not None else text
            for text, other, position in zip(written, texts(figure, mark), positions, strict=True)
        ]
    drawn.add_scatter(
        x=ends, y=rows, mode="text", text=[f"\u2002{text}" for text in written], textposition="middle right",
        cliponaxis=False, showlegend=False,
    )  # fmt: skip
    drawn.update_layout(
        height=_height(len(rows), bool(marks)),
        showlegend=bool(marks),
        xaxis=value_axis(figure, ends),
        yaxis=row_axis(figure),
    )
    return drawn


def grouped_bars(figure: Exhibit) -> go.Figure:
    """Return a bar a row and column."""
    columns = columns_of(figure, "valeur")
    rows = list(range(len(figure.rows)))
    drawn = go.Figure()
    everything: list[float | None] = []
    for rank, (place, column) in enumerate(columns):
        values = numbers(figure, place)
        everything += values
        drawn.add_bar(
            orientation="h", y=rows, x=[value or 0.0 for value in values], name=shown(column.label),
            text=[f"\u2002{text}" for text in texts(figure, place)], textposition="outside", textangle=0,
            cliponaxis=False, marker=_patterned(rank),
        )  # fmt: skip
    several = len(columns) > 1
    drawn.update_layout(
        barmode="group",
        bargap=0.25,
        height=_height(len(rows), several),
        showlegend=several,
        xaxis=value_axis(figure, everything),
        yaxis=row_axis(figure),
    )
    return drawn


def stacked_bars(figure: Exhibit) -> go.Figure:
    """Return one bar a column, a part a row."""
    columns = [(place, column) for place, column in columns_of(figure, "valeur") if any(numbers(figure, place))]
    places = list(range(len(columns)))
    drawn = go.Figure()
    starts = [0.0] * len(columns)
    for rank, row in enumerate(figure.rows):
        values = [row.cells[place].number or 0.0 for place, _ in columns]
        drawn.add_bar(
            orientation="h", y=places, x=values, name=shown(row.label), width=0.5,
            marker={**_patterned(rank), "line": {"width": 2, "color": "white"}},
        )  # fmt: skip
        for position, (place, _) in enumerate(columns):
            if values[position]:
                middle = starts[position] + values[position] / 2
                drawn.add_annotation(
                    x=middle, y=position, text=shown(row.cells[place].text), showarrow=False,
                    yshift=-_ASIDE if rank % 2 else _ASIDE,
                )  # fmt: skip
            starts[position] += values[position]
    drawn.update_layout(
        barmode="stack",
        height=len(columns) * 130 + _AXIS,
        showlegend=True,
        xaxis={**value_axis(figure, [1.0]), "range": [0, max([1.0, *starts]) * 1.12]},
        yaxis={
            "tickvals": places,
            "ticktext": [f"{broken_label(column.label, 12)}\u2002" for _, column in columns],
            "range": [len(columns) - 0.5, -0.5],
            "showgrid": False,
            "title": "",
        },
    )
    return drawn


def _patterned(rank: int) -> dict[str, Any]:
    return {"pattern": {"shape": PATTERNS[rank % len(PATTERNS)], "solidity": 0.25}}


def _height(rows: int, several: bool) -> int:
    return rows * (_ROW + (8 if several else -8)) + _AXIS + (_EXTRA if several else 0)
