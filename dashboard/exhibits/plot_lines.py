"""Charts along years, which stop where the question changed; intervals, where half of the porteurs stand."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bilan.model.drawn import BREAK, HALF, Drawing, DrawnSeries
from dashboard.exhibits.plot_axes import (
    DASHES,
    INK,
    SYMBOLS,
    broken_label,
    category_axis,
    ends,
    lying_axis,
    rising_axis,
    shown,
)


def lines(drawn: Drawing) -> go.Figure:
    """Return a line a series; a dotted line stands where a category does not compare with the one before."""
    apart, count = drawn.apart, len(drawn.series)
    plot = make_subplots(
        rows=count if apart else 1,
        shared_xaxes=True,
        vertical_spacing=0.1,
        subplot_titles=[shown(series.label) for series in drawn.series] if apart else None,
    )
    highest = max(drawn.series, key=lambda series: sum(number or 0.0 for number in series.numbers))
    for rank, series in enumerate(drawn.series):
        panel = rank + 1 if apart else 1
        plot.add_scatter(
            **_points(drawn, series),
            name=shown(series.label),
            mode="lines+markers+text",
            textposition="top center" if apart or series is highest else "bottom center",
            connectgaps=False,
            cliponaxis=False,
            line={"width": 3, "dash": DASHES[rank % len(DASHES)]},
            marker={"size": 10, "symbol": SYMBOLS[rank % len(SYMBOLS)]},
            row=panel,
            col=1,
        )
        if apart or count == 1:
            _say_states(plot, series, panel)
    _draw_breaks(plot, drawn)
    plot.update_yaxes(**rising_axis(drawn))
    plot.update_xaxes(**_years(drawn))
    plot.update_layout(height=260 * count if apart else 400, showlegend=count > 1 and not apart)
    return plot


def intervals(drawn: Drawing) -> go.Figure:
    """Return a thick line between two bounds a category, a point between them, and a mark where France is."""
    rows = list(range(len(drawn.categories)))
    bounds = [span.ends or (None, None) for span in drawn.spans]
    plot = go.Figure()
    plot.add_scatter(
        x=[value for low, high in bounds for value in (low, high, None)],
        y=[place for row in rows for place in (row, row, None)],
        mode="lines", line={"width": 14}, name=HALF, opacity=0.6,
    )  # fmt: skip
    points = [series for series in drawn.series if series.role not in ("bas", "haut")]
    for rank, series in enumerate(points):
        plot.add_scatter(
            x=series.numbers, y=rows, mode="markers", name=shown(series.label),
            marker={"size": 14, "symbol": ("line-ns-open", "diamond")[rank % 2], "line": {"width": 3}},
        )  # fmt: skip
    plot.add_scatter(
        x=ends(drawn), y=rows, mode="text", textposition="middle right", showlegend=False, cliponaxis=False,
        text=[f"\u2002{shown(span.text)}" for span in drawn.spans],
    )  # fmt: skip
    plot.update_layout(
        height=len(rows) * 64 + 130, showlegend=True, xaxis=lying_axis(drawn), yaxis=category_axis(drawn)
    )
    return plot


def _points(drawn: Drawing, series: DrawnSeries) -> dict[str, list[float | str | None]]:
    """The points, with nothing between two categories that do not compare."""
    points: dict[str, list[float | str | None]] = {"x": [], "y": [], "text": []}
    for position, (category, value) in enumerate(zip(drawn.categories, series.values, strict=True)):
        if category.broken:
            points["x"].append(position - 0.5)
            points["y"].append(None)
            points["text"].append("")
        points["x"].append(position)
        points["y"].append(value.number)
        points["text"].append("" if value.number is None else shown(value.text))
    return points


def _years(drawn: Drawing) -> dict[str, object]:
    """The axis of the categories, each label in short lines."""
    count = len(drawn.categories)
    labels = [broken_label(category.label.replace("-", "- "), 6).replace("- ", "-") for category in drawn.categories]
    shape = {"range": [-0.5, count - 0.5], "showgrid": False, "zeroline": False, "title": ""}
    return {**shape, "tickvals": list(range(count)), "ticktext": labels}


def _say_states(plot: go.Figure, series: DrawnSeries, panel: int) -> None:
    """Where there is no point, why, upwards from the axis."""
    for position, value in enumerate(series.values):
        if value.number is None and value.text:
            plot.add_annotation(
                x=position, y=0, text=shown(value.text), textangle=-90, showarrow=False,
                yanchor="bottom", row=panel, col=1,
            )  # fmt: skip


def _draw_breaks(plot: go.Figure, drawn: Drawing) -> None:
    for position, category in enumerate(drawn.categories):
        if category.broken:
            plot.add_vline(
                x=position - 0.5, line={"width": 2, "dash": "dot", "color": INK}, annotation_text=BREAK,
                annotation_position="top right", annotation_yanchor="top", annotation_textangle=-90,
            )  # fmt: skip
