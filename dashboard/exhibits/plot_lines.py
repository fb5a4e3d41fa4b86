"""Charts along years, which stop where the question changed; intervals, where half of the porteurs stand."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bilan.model.exhibit import Exhibit
from dashboard.exhibits.plot_axes import (
    DASHES,
    INK,
    SYMBOLS,
    broken_label,
    columns_of,
    numbers,
    row_axis,
    shown,
    texts,
    value_axis,
    written,
)

_TOGETHER = 2
"""Series on one drawing, their values above one and below the other; of more, each has its own."""


def lines(figure: Exhibit) -> go.Figure:
    """Return a line a column along the rows; a dotted line stands where a row does not compare with the one before."""
    columns = columns_of(figure, "valeur")
    apart = len(columns) > _TOGETHER
    drawn = make_subplots(
        rows=len(columns) if apart else 1,
        shared_xaxes=True,
        vertical_spacing=0.1,
        subplot_titles=[shown(column.label) for _, column in columns] if apart else None,
    )
    below = {place for place, _ in columns if not apart and place != _highest(figure, [place for place, _ in columns])}
    for rank, (place, column) in enumerate(columns):
        drawn.add_scatter(
            **_points(figure, place),
            name=shown(column.label),
            mode="lines+markers+text",
            textposition="bottom center" if place in below else "top center",
            connectgaps=False,
            cliponaxis=False,
            line={"width": 3, "dash": DASHES[rank % len(DASHES)]},
            marker={"size": 10, "symbol": SYMBOLS[rank % len(SYMBOLS)]},
            row=rank + 1 if apart else 1,
            col=1,
        )
        if apart or len(columns) == 1:
            _say_states(drawn, figure, place, rank + 1 if apart else 1)
    _draw_breaks(drawn, figure)
    drawn.update_yaxes(**value_axis(figure, [value for place, _ in columns for value in numbers(figure, place)]))
    count = len(figure.rows)
    drawn.update_xaxes(range=[-0.5, count - 0.5], showgrid=False, zeroline=False, title="", tickvals=list(range(count)))
    drawn.update_xaxes(
        ticktext=[broken_label(row.label.replace("-", "- "), 6).replace("- ", "-") for row in figure.rows]
    )
    drawn.update_layout(height=260 * len(columns) if apart else 400, showlegend=len(columns) > 1 and not apart)
    return drawn


def intervals(figure: Exhibit) -> go.Figure:
    """Return a thick line between two bounds a row, a point between them, and a mark where France is."""
    low, high = (columns_of(figure, role)[0][0] for role in ("bas", "haut"))
    rows = list(range(len(figure.rows)))
    lows, highs = numbers(figure, low), numbers(figure, high)
    bounds = [(below, above) for below, above in zip(lows, highs, strict=True)]
    drawn = go.Figure()
    drawn.add_scatter(
        x=[value for below, above in bounds for value in (below, above, None)],
        y=[place for row in rows for place in (row, row, None)],
        mode="lines", line={"width": 14}, name="La moitié des porteurs", opacity=0.6,
    )  # fmt: skip
    everything: list[float | None] = [*lows, *highs]
    for rank, (place, column) in enumerate(columns_of(figure, "valeur", "repere")):
        values = numbers(figure, place)
        everything += values
        drawn.add_scatter(
            x=values, y=rows, mode="markers", name=shown(column.label),
            marker={"size": 14, "symbol": ("line-ns-open", "diamond")[rank % 2], "line": {"width": 3}},
        )  # fmt: skip
    ends = [max((cell.number or 0.0 for cell in row.cells), default=0.0) for row in figure.rows]
    drawn.add_scatter(
        x=ends, y=rows, mode="text", textposition="middle right", showlegend=False, cliponaxis=False,
        text=[f"\u2002{a} à {b}" for a, b in zip(texts(figure, low), texts(figure, high), strict=True)],
    )  # fmt: skip
    drawn.update_layout(
        height=len(rows) * 64 + 130, showlegend=True, xaxis=value_axis(figure, everything), yaxis=row_axis(figure)
    )
    return drawn


def _highest(figure: Exhibit, places: list[int]) -> int:
    return max(places, key=lambda place: sum(value or 0.0 for value in numbers(figure, place)))


def _points(figure: Exhibit, place: int) -> dict[str, list[float | str | None]]:
    """The points, with nothing between two rows that do not compare."""
    points: dict[str, list[float | str | None]] = {"x": [], "y": [], "text": []}
    for position, row in enumerate(figure.rows):
        cell = row.cells[place]
        if row.broken:
            points["x"].append(position - 0.5)
            points["y"].append(None)
            points["text"].append("")
        points["x"].append(position)
        points["y"].append(cell.number)
        points["text"].append("" if cell.number is None else written(cell))
    return points


def _say_states(drawn: go.Figure, figure: Exhibit, place: int, panel: int) -> None:
    """Where there is no point, why, upwards from the axis."""
    for position, row in enumerate(figure.rows):
        cell = row.cells[place]
        if cell.number is None and cell.text:
            drawn.add_annotation(
                x=position, y=0, text=written(cell), textangle=-90, showarrow=False,
                yanchor="bottom", row=panel, col=1,
            )  # fmt: skip


def _draw_breaks(drawn: go.Figure, figure: Exhibit) -> None:
    for position, row in enumerate(figure.rows):
        if row.broken:
            drawn.add_vline(
                x=position - 0.5, line={"width": 2, "dash": "dot", "color": INK}, annotation_text="rupture",
                annotation_position="top right", annotation_yanchor="top", annotation_textangle=-90,
            )  # fmt: skip
