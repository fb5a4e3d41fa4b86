"""A figure -> the chart of a slide, which PowerPoint draws and whose numbers can be edited there."""

from __future__ import annotations

from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches, Pt

from bilan.model.drawn import without_reason
from bilan.model.exhibit import Exhibit
from bilan.office.deck import FONT, HIGH, INK, LEFT, SOFT, TOP, WIDE, Deck, describe
from bilan.office.office_chart import AXIS_FORMATS, COLOURS, VALUE_FORMATS, WRITTEN_OVER, Native, native, spans, top
from bilan.office.slide_text import SMALLEST
from bilan.print.printable import shortened
from socle.cells import sheet_cell

_KINDS = {
    "barres": XL_CHART_TYPE.BAR_CLUSTERED,
    "barres_groupees": XL_CHART_TYPE.BAR_CLUSTERED,
    "barres_empilees": XL_CHART_TYPE.COLUMN_STACKED,
    "courbe": XL_CHART_TYPE.LINE_MARKERS,
    "intervalle": XL_CHART_TYPE.LINE_MARKERS,
}
_MARKERS = (XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.DIAMOND, XL_MARKER_STYLE.TRIANGLE)
_AROUND = (XL_LABEL_POSITION.BELOW, XL_LABEL_POSITION.ABOVE, XL_LABEL_POSITION.LEFT, XL_LABEL_POSITION.RIGHT)
"""Where the values of the two bounds, of the middle and of France are written."""
_FEW = 2
_BARS, _LABEL = 14, 60
"""Bars that a slide holds, and letters of what each is called."""


def chart_of(figure: Exhibit) -> Native | None:
    """Return what a slide can draw of it; None when there is nothing, or more than a room can read."""
    wanted = native(figure)
    if wanted is None:
        return None
    together = len(wanted.series) if figure.chart in ("barres", "barres_groupees") else 1
    return wanted if len(wanted.categories) * together <= 2 * _BARS and len(wanted.categories) <= _BARS else None


def draw(deck: Deck, slide: Any, figure: Exhibit, wanted: Native) -> None:
    """Draw the chart on the slide, under its title."""
    data = CategoryChartData()
    data.categories = [_cell(deck, _category(figure, wanted, rank)) for rank in range(len(wanted.categories))]
    for name, places in wanted.series:
        values = [figure.rows[row].cells[column].number for row, column in places]
        data.add_series(_cell(deck, name), values, number_format=VALUE_FORMATS[figure.unit])
    box = (Inches(one) for one in (LEFT, TOP, WIDE, HIGH))
    frame = slide.shapes.add_chart(_KINDS[figure.chart], *box, data)
    describe(frame, "Graphique", deck.legible(figure.alt))
    chart = frame.chart
    chart.font.size, chart.font.name, chart.font.language_id = Pt(SMALLEST), FONT, MSO_LANGUAGE_ID.FRENCH
    chart.font.color.rgb = RGBColor.from_string(INK)
    chart.has_title = False
    chart.has_legend = len(wanted.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axes(deck, chart, figure)
    _plot(chart, figure)
    for rank, series in enumerate(chart.plots[0].series):
        _series(series, figure, wanted, rank)


def _cell(deck: Deck, text: str) -> str:
    """The numbers of a chart are a workbook: its texts are safe cells."""
    return str(sheet_cell(shortened(deck.legible(text).replace("\n", " "), _LABEL)))


def _category(figure: Exhibit, wanted: Native, rank: int) -> str:
    """Its name; and what is said of it, where it has no number."""
    cells = [figure.rows[row].cells[column] for _, places in wanted.series for row, column in places[rank : rank + 1]]
    said = next((without_reason(cell) for cell in cells if cell.text), "")
    name = wanted.categories[rank]
    return f"{name} ({said})" if said and all(cell.number is None for cell in cells) else name


def _axes(deck: Deck, chart: Any, figure: Exhibit) -> None:
    values, categories = chart.value_axis, chart.category_axis
    values.minimum_scale, values.maximum_scale = 0, top(figure)
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = AXIS_FORMATS[figure.unit], False
    values.major_gridlines.format.line.color.rgb = RGBColor.from_string("D9DEE3")
    values.has_title = bool(figure.axis)
    if figure.axis:
        paragraph = values.axis_title.text_frame.paragraphs[0]
        deck.write(paragraph._p, shortened(figure.axis, _LABEL), SMALLEST, SOFT)
    categories.has_major_gridlines = False
    categories.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if _KINDS[figure.chart] is XL_CHART_TYPE.BAR_CLUSTERED:
        categories.reverse_order = True
        # The values stay below: their axis crosses where the categories end.
        values._element.find(qn("c:crosses")).set("val", "max")


def _labels(drawn: Any, figure: Exhibit, position: Any, colour: str = INK) -> None:
    """Write the values of a series, or of all, beside what is drawn."""
    labels = drawn.data_labels
    labels.number_format, labels.number_format_is_linked = VALUE_FORMATS[figure.unit], False
    labels.show_value, labels.position = True, position
    labels.font.size, labels.font.name = Pt(SMALLEST), FONT
    labels.font.color.rgb = RGBColor.from_string(colour)


def _plot(chart: Any, figure: Exhibit) -> None:
    plot = chart.plots[0]
    if figure.chart in ("barres", "barres_groupees", "courbe"):
        plot.has_data_labels = True
        _labels(plot, figure, XL_LABEL_POSITION.ABOVE if figure.chart == "courbe" else XL_LABEL_POSITION.OUTSIDE_END)
    if figure.chart not in ("courbe", "intervalle"):
        plot.gap_width = 60 if len(figure.rows) > _FEW else 150


def _series(series: Any, figure: Exhibit, wanted: Native, rank: int) -> None:
    colour = RGBColor.from_string(COLOURS[rank % len(COLOURS)])
    if figure.chart not in ("courbe", "intervalle"):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour
        if figure.chart == "barres_empilees":
            _labels(series, figure, XL_LABEL_POSITION.CENTER, WRITTEN_OVER[rank % len(WRITTEN_OVER)])
        return
    series.smooth = False
    marker = series.marker
    marker.style, marker.size = _MARKERS[rank % len(_MARKERS)], 9
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = colour
    marker.format.line.color.rgb = colour
    if figure.chart == "intervalle":
        series.format.line.fill.background()
        _labels(series, figure, _AROUND[rank % len(_AROUND)])
        bounds = spans(figure)
        if bounds and bounds[0] == rank:
            series._element.find(qn("c:cat")).addprevious(_bars(bounds[1]))
        return
    series.format.line.color.rgb, series.format.line.width = colour, Pt(2.25)
    for broken in wanted.breaks:
        series.points[broken].format.line.fill.background()


def _bars(lengths: tuple[float, ...]) -> Any:
    """From each upper bound down to its lower one."""
    points = "".join(f'<c:pt idx="{rank}"><c:v>{length!r}</c:v></c:pt>' for rank, length in enumerate(lengths))
    nothing = "".join(f'<c:pt idx="{rank}"><c:v>0</c:v></c:pt>' for rank in range(len(lengths)))
    count = f'<c:formatCode>General</c:formatCode><c:ptCount val="{len(lengths)}"/>'
    return parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errDir val="y"/><c:errBarType val="minus"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="1"/><c:plus><c:numLit>{count}{nothing}</c:numLit></c:plus>'
        f'<c:minus><c:numLit>{count}{points}</c:numLit></c:minus><c:spPr><a:ln w="25400"><a:solidFill>'
        f'<a:srgbClr val="{SOFT}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
