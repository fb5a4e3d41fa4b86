"""A figure -> the chart of its sheet, drawn by the spreadsheet from the numbers beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from bilan.model.exhibit import Exhibit
from bilan.office.office_chart import AXIS_FORMATS, COLOURS, VALUE_FORMATS, WRITTEN_OVER, Native, native, spans, top
from socle.cells import sheet_cell

_KINDS = {
    "barres": {"type": "bar"},
    "barres_groupees": {"type": "bar"},
    "barres_empilees": {"type": "column", "subtype": "stacked"},
    "courbe": {"type": "line"},
    "intervalle": {"type": "line"},
}
_MARKERS = ("circle", "square", "diamond", "triangle", "x", "plus", "star", "short_dash")
_AROUND = ("below", "above", "left", "right")
_WIDTH, _HEIGHT, _BAR = 860, 320, 22
_FEW = 2
_FONT = {"size": 10}


def add_chart(book: Any, sheet: Any, figure: Exhibit, numbers: Sequence[int | None], head: int, row: int) -> bool:
    """Draw it under the table, at that row; `numbers` are the columns of the sheet where the figure's numbers are.

    Return whether there was something to draw.
    """
    wanted = native(figure)
    if wanted is None:
        return False
    chart = book.add_chart(_KINDS[figure.chart])
    for rank, (name, places) in enumerate(wanted.series):
        chart.add_series(_series(sheet.get_name(), figure, wanted, rank, name, places, numbers, head))
    _lay_out(chart, figure, wanted)
    sheet.insert_chart(row, 0, chart, {"description": figure.alt, "object_position": 3})
    return True


def _series(
    sheet: str,
    figure: Exhibit,
    wanted: Native,
    rank: int,
    name: str,
    places: Sequence[tuple[int, int]],
    numbers: Sequence[int | None],
    head: int,
) -> dict[str, Any]:
    colour = f"#{COLOURS[rank % len(COLOURS)]}"
    stacked = figure.chart == "barres_empilees"
    cells = [(head + 1 + row, numbers[column] or 0) for row, column in places]
    labels = [(head, column) for _, column in cells] if stacked else [(row, 0) for row, _ in cells]
    told: dict[str, Any] = {
        "name": str(sheet_cell(name)),
        "categories": _reference(sheet, labels),
        "values": _reference(sheet, cells),
        "categories_data": list(wanted.categories),
        "values_data": [figure.rows[row].cells[column].number for row, column in places],
        "data_labels": {"value": True, "num_format": VALUE_FORMATS[figure.unit], "font": {"size": 9}},
    }
    if figure.chart in ("courbe", "intervalle"):
        told["marker"] = {"type": _MARKERS[rank % len(_MARKERS)], "size": 8, "fill": {"color": colour},
                          "border": {"color": colour}}  # fmt: skip
        told["line"] = {"none": True} if figure.chart == "intervalle" else {"color": colour, "width": 2}
        told["data_labels"]["position"] = "above" if figure.chart == "courbe" else _AROUND[rank % len(_AROUND)]
        bounds = spans(figure)
        if bounds and bounds[0] == rank:
            told["y_error_bars"] = {"type": "custom", "direction": "minus", "end_style": 0,
                                    "plus_values": [0] * len(cells), "minus_values": list(bounds[1]),
                                    "line": {"color": "#4A5560", "width": 2}}  # fmt: skip
        if wanted.breaks:
            told["points"] = [{"line": {"none": True}} if one in wanted.breaks else None for one in range(len(cells))]
    else:
        told["fill"], told["gap"] = {"color": colour}, 60 if len(wanted.categories) > _FEW else 180
        told["border"] = {"color": "#FFFFFF"}
        if stacked:
            told["data_labels"]["font"]["color"] = f"#{WRITTEN_OVER[rank % len(WRITTEN_OVER)]}"
    return told


def _reference(sheet: str, cells: Sequence[tuple[int, int]]) -> str:
    """One range when the cells follow each other in a column, else each of them."""
    named = "'" + sheet.replace("'", "''") + "'"
    (top, column), (bottom, _) = cells[0], cells[-1]
    if cells == [(row, column) for row in range(top, bottom + 1)]:
        first, last = (xl_rowcol_to_cell(row, column, True, True) for row in (top, bottom))
        return f"={named}!{first}:{last}"
    each = ",".join(f"{named}!{xl_rowcol_to_cell(row, column, True, True)}" for row, column in cells)
    return f"=({each})"


def _lay_out(chart: Any, figure: Exhibit, wanted: Native) -> None:
    values = {"name": str(sheet_cell(figure.axis)), "num_format": AXIS_FORMATS[figure.unit],
              "min": 0, "max": top(figure),
              "name_font": {"size": 10, "bold": False}, "num_font": _FONT,
              "major_gridlines": {"visible": True, "line": {"color": "#D9DEE3"}}}  # fmt: skip
    categories = {"num_font": _FONT, "text_axis": True}
    lying = _KINDS[figure.chart]["type"] == "bar"
    if lying:
        chart.set_x_axis(values)
        chart.set_y_axis(categories | {"reverse": True, "crossing": "max", "major_gridlines": {"visible": False}})
    else:
        chart.set_y_axis(values)
        chart.set_x_axis(categories)
    chart.set_title({"none": True})
    chart.show_blanks_as("gap")
    chart.set_legend({"position": "bottom"} if len(wanted.series) > 1 else {"none": True})
    bars = len(wanted.categories) * (len(wanted.series) if lying else 0)
    chart.set_size({"width": _WIDTH, "height": max(_HEIGHT, 90 + bars * _BAR)})
