"""Print, screen, sheet and slide draw the same numbers, in the same order, under the same names."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from lxml import etree
from openpyxl.utils import range_boundaries  # type: ignore[import-untyped]

from bilan.model.drawn import HALF, drawing
from bilan.model.exhibit import Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.office.pptx import render_pptx
from bilan.office.xlsx import render_xlsx
from bilan.print.charts import printed
from bilan.print.printable import Printable
from dashboard.exhibits.plots import chart
from tests.support.documents import content, section
from tests.support.figures import figure
from tests.support.office import slides

ROWS = {"Élémentaire": (0.5, 0.2, 0.8, 0.61), "Collège": (0.3, 0.1, 0.44, 0.347), "Lycée": (0.05, 0.021, 0.1, 0.043)}
ROLES = {
    "barres": ("valeur", "texte", "texte", "repere"),
    "barres_groupees": ("valeur", "base", "valeur", "valeur"),
    "barres_empilees": ("valeur", "base", "texte", "valeur"),
    "courbe": ("valeur", "valeur", "base", "valeur"),
    "intervalle": ("valeur", "bas", "haut", "repere"),
}
"""By chart, what each of the same four columns is to it."""


@dataclass(frozen=True)
class Drawn:
    """What was drawn: the labels along the chart, and {name: numbers} of its series in their order."""

    labels: list[str]
    series: list[tuple[str, list[float]]]


def exhibit(kind: str) -> Exhibit:
    labels = ("Loiret", "Premier quart", "Dernier quart", "France")
    columns = tuple(ExhibitColumn(label, label, role) for label, role in zip(labels, ROLES[kind], strict=True))
    rows = tuple(
        ExhibitRow(name, name, tuple(ExhibitCell(f"{number:.1%}", number) for number in numbers))
        for name, numbers in ROWS.items()
    )
    return replace(figure(kind, columns, rows), title="Niveau")


def described(one: Exhibit) -> Drawn:
    found = drawing(one)
    assert found is not None
    series = [(each.label, [number or 0.0 for number in each.numbers]) for each in found.series]
    return Drawn([category.label for category in found.categories], series)


def in_print(one: Exhibit) -> Drawn:
    found = drawing(one)
    assert found is not None
    data = printed(found, Printable())
    series = [(each["label"], [value["number"] for value in each["values"]]) for each in data["series"]]
    return Drawn([category["label"] for category in data["categories"]], series)


def on_screen(one: Exhibit) -> Drawn:
    plot = chart(one)
    assert plot is not None
    lying = one.chart != "courbe"
    traces = [trace for trace in plot.data if trace.name is not None]
    series = [(trace.name, list(trace.x if lying else trace.y)) for trace in traces]
    axis = plot.layout.yaxis if lying else plot.layout.xaxis
    return Drawn([re.sub("<br>|\u2002", "", text) for text in axis.ticktext], list(_with_bounds(series)))


def _with_bounds(series: list[tuple[str, list[float]]]) -> Iterator[tuple[str, list[float]]]:
    """The screen joins the two bounds of an interval in one stroke, and gives it their name."""
    for name, numbers in series:
        if name == HALF:
            yield "Premier quart", numbers[0::3]
            yield "Dernier quart", numbers[1::3]
        else:
            yield name, numbers


def on_a_sheet(one: Exhibit) -> Drawn:
    made = BytesIO(render_xlsx(content(section(one))))
    book, names = openpyxl.load_workbook(made), {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    with zipfile.ZipFile(made) as parts:
        root: Any = etree.fromstring(parts.read("xl/charts/chart1.xml"))
    series = [
        (each.findtext("c:tx//c:v", namespaces=names), _cells(book, each.findtext("c:val//c:f", namespaces=names)))
        for each in root.iterfind(".//c:ser", names)
    ]
    return Drawn(_cells(book, root.findtext(".//c:cat//c:f", namespaces=names)), series)


def _cells(book: Any, reference: str) -> list[Any]:
    """What the cells hold from which the spreadsheet draws."""
    found = []
    for sheet, place in re.findall(r"'([^']+)'!([$A-Z0-9:]+)", reference):
        left, top, right, bottom = range_boundaries(place)
        cells = book[sheet].iter_rows(top, bottom, left, right)
        found += [cell.value for row in cells for cell in row]
    return found


def on_a_slide(one: Exhibit) -> Drawn:
    shapes = [shape for slide in slides(render_pptx(content(section(one)))) for shape in slide.shapes]
    (plot,) = [shape.chart.plots[0] for shape in shapes if shape.has_chart]
    return Drawn(list(plot.categories), [(series.name, list(series.values)) for series in plot.series])


@pytest.mark.parametrize("kind", ROLES)
def test_four_drawers_draw_the_same(kind: str) -> None:
    one = exhibit(kind)
    wanted = described(one)
    assert len(wanted.series) > 1
    for drawer in (in_print, on_screen, on_a_sheet, on_a_slide):
        assert drawer(one) == wanted, drawer.__name__
