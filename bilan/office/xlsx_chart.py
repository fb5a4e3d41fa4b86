"""What a chart draws -> the chart of a sheet, drawn by the spreadsheet from the numbers of the table above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from bilan.model.drawn import BARS, GROUPED, INTERVALS, LINES, STACKED, Drawing, DrawnSeries
from bilan.office.office_chart import AXIS_FORMATS, COLOURS, WRITTEN_OVER, lengths, scale, value_format
from socle.files.cells import sheet_cell

_KINDS = {
    BARS: {"type": "bar"},
    GROUPED: {"type": "bar"},
    STACKED: {"type": "column", "subtype": "stacked"},
    LINES: {"type": "line"},
    INTERVALS: {"type": "line"},
}
_MARKERS = ("circle", "square", "diamond", "triangle", "x", "plus", "star", "short_dash")
_AROUND = {"bas": "below", "haut": "above", "valeur": "left", "repere": "right"}
"""Where the values of an interval are written."""
_WIDTH, _HEIGHT, _BAR = 860, 320, 22
_FEW = 2
_FONT = {"size": 10}


@dataclass(frozen=True)
class SheetTable:
    """Where the table of a figure stands."""

    sheet: str
    head: int
    """Its first row."""
    labels: Sequence[int]
    """By column of the figure, the column of the sheet that bears its label."""
    numbers: Sequence[int]
    """And the one where its numbers are."""


def chart(book: Any, drawn: Drawing, table: SheetTable) -> Any:
    """Return the chart, which its caller places on a sheet."""
    made = book.add_chart(_KINDS[drawn.kind])
    for rank, series in enumerate(drawn.series):
        options = _data(drawn, series, table)
        look = _points if drawn.kind in (LINES, INTERVALS) else _bars
        made.add_series(options | look(drawn, series, rank) | _labels(drawn, series, rank))
    _lay_out(made, drawn)
    return made


def _data(drawn: Drawing, series: DrawnSeries, table: SheetTable) -> dict[str, Any]:
    cells = [(table.head + 1 + value.row, table.numbers[value.column]) for value in series.values]
    heads = [(table.head, table.labels[value.column]) for value in series.values]
    return {
        "name": str(sheet_cell(series.label)),
        "categories": _reference(table.sheet, heads if drawn.kind == STACKED else [(row, 0) for row, _ in cells]),
        "values": _reference(table.sheet, cells),
        "categories_data": [category.label for category in drawn.categories],
        "values_data": series.numbers,
    }


def _points(drawn: Drawing, series: DrawnSeries, rank: int) -> dict[str, Any]:
    """Markers, on a line that stops where it must, or on the stroke that joins two bounds."""
    colour = {"color": f"#{COLOURS[rank % len(COLOURS)]}"}
    marker = {"type": _MARKERS[rank % len(_MARKERS)], "size": 8, "fill": colour, "border": colour}
    if drawn.kind == INTERVALS:
        stroke = {"y_error_bars": _stroke(lengths(drawn))} if series.role == "haut" and drawn.spans else {}
        return {"marker": marker, "line": {"none": True}, **stroke}
    stops = [{"line": {"none": True}} if category.broken else None for category in drawn.categories]
    return {"marker": marker, "line": {**colour, "width": 2}, **({"points": stops} if any(stops) else {})}


def _stroke(below: Sequence[float]) -> dict[str, Any]:
    return {
        "type": "custom",
        "direction": "minus",
        "end_style": 0,
        "plus_values": [0] * len(below),
        "minus_values": below,
        "line": {"color": "#4A5560", "width": 2},
    }


def _bars(drawn: Drawing, series: DrawnSeries, rank: int) -> dict[str, Any]:
    return {
        "fill": {"color": f"#{COLOURS[rank % len(COLOURS)]}"},
        "gap": 60 if len(drawn.categories) > _FEW else 180,
        "border": {"color": "#FFFFFF"},
    }


def _labels(drawn: Drawing, series: DrawnSeries, rank: int) -> dict[str, Any]:
    font: dict[str, Any] = {"size": 9}
    labels: dict[str, Any] = {"value": True, "num_format": value_format(series, drawn.axis.unit), "font": font}
    if drawn.kind == STACKED:
        font["color"] = f"#{WRITTEN_OVER[rank % len(WRITTEN_OVER)]}"
    elif drawn.kind in (LINES, INTERVALS):
        labels["position"] = "above" if drawn.kind == LINES else _AROUND[series.role]
    return {"data_labels": labels}


def _reference(sheet: str, cells: Sequence[tuple[int, int]]) -> str:
    """One range when the cells follow each other in a column, else each of them."""
    named = "'" + sheet.replace("'", "''") + "'"
    (top, column), (bottom, _) = cells[0], cells[-1]
    if cells == [(row, column) for row in range(top, bottom + 1)]:
        first, last = (xl_rowcol_to_cell(row, column, True, True) for row in (top, bottom))
        return f"={named}!{first}:{last}"
    each = ",".join(f"{named}!{xl_rowcol_to_cell(row, column, True, True)}" for row, column in cells)
    return f"=({each})"


def _lay_out(made: Any, drawn: Drawing) -> None:
    top, step = scale(drawn.axis)
    values = {"name": str(sheet_cell(drawn.axis.title)), "num_format": AXIS_FORMATS[drawn.axis.unit],
              "min": 0, "max": top, "major_unit": step,
              "name_font": {"size": 10, "bold": False}, "num_font": _FONT,
              "major_gridlines": {"visible": True, "line": {"color": "#D9DEE3"}}}  # fmt: skip
    categories = {"num_font": _FONT, "text_axis": True}
    lying = _KINDS[drawn.kind]["type"] == "bar"
    if lying:
        made.set_x_axis(values)
        made.set_y_axis(categories | {"reverse": True, "crossing": "max", "major_gridlines": {"visible": False}})
    else:
        made.set_y_axis(values)
        made.set_x_axis(categories)
    made.set_title({"none": True})
    made.show_blanks_as("gap")
    made.set_legend({"position": "bottom"} if len(drawn.series) > 1 else {"none": True})
    bars = len(drawn.categories) * (len(drawn.series) if lying else 0)
    made.set_size({"width": _WIDTH, "height": max(_HEIGHT, 90 + bars * _BAR)})
