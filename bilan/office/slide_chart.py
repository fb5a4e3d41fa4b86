"""What a chart draws -> the chart of a slide, which PowerPoint draws and whose numbers can be edited there."""

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

from bilan.model.drawn import BARS, GROUPED, INTERVALS, LINES, STACKED, Drawing, DrawnSeries, drawing
from bilan.model.exhibit import Exhibit
from bilan.office.deck import FONT, HIGH, INK, LEFT, SOFT, TOP, WIDE, Deck, describe
from bilan.office.office_chart import AXIS_FORMATS, COLOURS, WRITTEN_OVER, lengths, scale, value_format
from bilan.office.slide_text import SMALLEST
from bilan.print.printable import shortened
from socle.files.cells import sheet_cell

_KINDS = {
    BARS: XL_CHART_TYPE.BAR_CLUSTERED,
    GROUPED: XL_CHART_TYPE.BAR_CLUSTERED,
    STACKED: XL_CHART_TYPE.COLUMN_STACKED,
    LINES: XL_CHART_TYPE.LINE_MARKERS,
    INTERVALS: XL_CHART_TYPE.LINE_MARKERS,
}
_MARKERS = (XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.DIAMOND, XL_MARKER_STYLE.TRIANGLE)
_AROUND = {
    "bas": XL_LABEL_POSITION.BELOW,
    "haut": XL_LABEL_POSITION.ABOVE,
    "valeur": XL_LABEL_POSITION.LEFT,
    "repere": XL_LABEL_POSITION.RIGHT,
}
"""Where the values of an interval are written."""
_FEW = 2
_BARS, _LABEL = 14, 60
"""Bars that a slide holds, and letters of what each is called."""


def chart_of(figure: Exhibit) -> Drawing | None:
    """Return what a slide can draw of it; None when there is nothing, or more than a room can read."""
    drawn = drawing(figure)
    if drawn is None:
        return None
    together = len(drawn.series) if drawn.kind in (BARS, GROUPED) else 1
    return drawn if len(drawn.categories) * together <= 2 * _BARS and len(drawn.categories) <= _BARS else None


def draw(deck: Deck, slide: Any, drawn: Drawing) -> None:
    """Draw the chart on the slide, under its title."""
    data = CategoryChartData()
    data.categories = [_cell(deck, _category(drawn, rank)) for rank in range(len(drawn.categories))]
    for series in drawn.series:
        pattern = value_format(series, drawn.axis.unit)
        data.add_series(_cell(deck, series.label), series.numbers, number_format=pattern)
    box = (Inches(side) for side in (LEFT, TOP, WIDE, HIGH))
    frame = slide.shapes.add_chart(_KINDS[drawn.kind], *box, data)
    describe(frame, "Graphique", deck.legible(drawn.alt))
    chart = frame.chart
    chart.font.size, chart.font.name, chart.font.language_id = Pt(SMALLEST), FONT, MSO_LANGUAGE_ID.FRENCH
    chart.font.color.rgb = RGBColor.from_string(INK)
    chart.has_title = False
    chart.has_legend = len(drawn.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axes(deck, chart, drawn)
    if drawn.kind not in (LINES, INTERVALS):
        chart.plots[0].gap_width = 60 if drawn.kind == STACKED or len(drawn.categories) > _FEW else 150
    for rank, (shape, series) in enumerate(zip(chart.plots[0].series, drawn.series, strict=True)):
        _series(shape, drawn, series, rank)


def _cell(deck: Deck, text: str) -> str:
    """The numbers of a chart are a workbook: its texts are safe cells."""
    return str(sheet_cell(shortened(deck.legible(text).replace("\n", " "), _LABEL)))


def _category(drawn: Drawing, rank: int) -> str:
    """Its name; and what is said of it, where it has no number."""
    name, values = drawn.categories[rank].label, drawn.at(rank)
    said = next((value.text for value in values if value.text), "")
    return f"{name} ({said})" if said and all(value.number is None for value in values) else name


def _axes(deck: Deck, chart: Any, drawn: Drawing) -> None:
    values, categories, axis = chart.value_axis, chart.category_axis, drawn.axis
    values.minimum_scale = 0
    values.maximum_scale, values.major_unit = scale(axis)
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = AXIS_FORMATS[axis.unit], False
    values.major_gridlines.format.line.color.rgb = RGBColor.from_string("D9DEE3")
    values.has_title = bool(axis.title)
    if axis.title:
        paragraph = values.axis_title.text_frame.paragraphs[0]
        deck.write(paragraph._p, shortened(axis.title, _LABEL), SMALLEST, SOFT)
    categories.has_major_gridlines = False
    categories.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if _KINDS[drawn.kind] is XL_CHART_TYPE.BAR_CLUSTERED:
        categories.reverse_order = True
        # The values stay below: their axis crosses where the categories end.
        values._element.find(qn("c:crosses")).set("val", "max")


def _series(shape: Any, drawn: Drawing, series: DrawnSeries, rank: int) -> None:
    colour = RGBColor.from_string(COLOURS[rank % len(COLOURS)])
    _labels(shape, drawn, series, rank)
    if drawn.kind not in (LINES, INTERVALS):
        shape.format.fill.solid()
        shape.format.fill.fore_color.rgb = colour
        return
    shape.smooth = False
    marker = shape.marker
    marker.style, marker.size = _MARKERS[rank % len(_MARKERS)], 9
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = colour
    marker.format.line.color.rgb = colour
    if drawn.kind == INTERVALS:
        shape.format.line.fill.background()
        if series.role == "haut" and drawn.spans:
            shape._element.find(qn("c:cat")).addprevious(_strokes(lengths(drawn)))
        return
    shape.format.line.color.rgb, shape.format.line.width = colour, Pt(2.25)
    for broken in (place for place, category in enumerate(drawn.categories) if category.broken):
        shape.points[broken].format.line.fill.background()


def _labels(shape: Any, drawn: Drawing, series: DrawnSeries, rank: int) -> None:
    """Write the values of a series beside what is drawn."""
    labels, stacked = shape.data_labels, drawn.kind == STACKED
    labels.number_format, labels.number_format_is_linked = value_format(series, drawn.axis.unit), False
    labels.show_value, labels.position = True, _position(drawn.kind, series.role)
    labels.font.size, labels.font.name = Pt(SMALLEST), FONT
    labels.font.color.rgb = RGBColor.from_string(WRITTEN_OVER[rank % len(WRITTEN_OVER)] if stacked else INK)


def _position(kind: str, role: str) -> Any:
    if kind == INTERVALS:
        return _AROUND[role]
    return {STACKED: XL_LABEL_POSITION.CENTER, LINES: XL_LABEL_POSITION.ABOVE}.get(kind, XL_LABEL_POSITION.OUTSIDE_END)


def _strokes(below: list[float]) -> Any:
    """From each upper bound down to its lower one."""
    points = "".join(f'<c:pt idx="{rank}"><c:v>{length!r}</c:v></c:pt>' for rank, length in enumerate(below))
    nothing = "".join(f'<c:pt idx="{rank}"><c:v>0</c:v></c:pt>' for rank in range(len(below)))
    count = f'<c:formatCode>General</c:formatCode><c:ptCount val="{len(below)}"/>'
    return parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errDir val="y"/><c:errBarType val="minus"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="1"/><c:plus><c:numLit>{count}{nothing}</c:numLit></c:plus>'
        f'<c:minus><c:numLit>{count}{points}</c:numLit></c:minus><c:spPr><a:ln w="25400"><a:solidFill>'
        f'<a:srgbClr val="{SOFT}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
