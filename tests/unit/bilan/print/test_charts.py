"""Charts in print: each kind is drawn; what is not said is not drawn; no text of anyone stops or changes a drawing."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from bilan.model.exhibit import CHARTS, Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.print.charts import chart_png, chart_svg, drawing
from bilan.print.printable import Printable
from tests.support.figures import FIVE, along_years, figure, spread, states

YEARS = along_years(3)
CROWDED = replace(
    YEARS,
    rows=tuple(replace(row, key=f"{row.key}{rank}") for rank in range(3) for row in YEARS.rows),
)
"""Three drawings of fifteen years, side by side."""
EVERY_CHART = {
    "barres": states("barres"),
    "barres_groupees": states("barres_groupees"),
    "barres_empilees": states("barres_empilees"),
    "courbe": along_years(2),
    "courbes à part": YEARS,
    "années nombreuses": CROWDED,
    "intervalle": spread(),
}
HIDDEN = FIVE[3]
HOSTILE = '#read("/etc/passwd") $x$ *gras* _it_ @ref <b> \\ \u0007 \U0001f389 السلام 漢 ' + "x" * 200


def test_every_chart_of_a_figure_has_its_drawing() -> None:
    assert {one.chart for one in EVERY_CHART.values()} == {*CHARTS} - {"aucun"}


@pytest.mark.parametrize("kind", EVERY_CHART)
def test_a_chart_is_a_picture_of_its_own_and_the_same_each_time(kind: str) -> None:
    svg, png = chart_svg(EVERY_CHART[kind]), chart_png(EVERY_CHART[kind])
    assert svg and png
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg") and len(list(root.iter())) > 20
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert width == pytest.approx(16 / 2.54 * 220, abs=2) and 100 < height < width
    assert (chart_svg(EVERY_CHART[kind]), chart_png(EVERY_CHART[kind])) == (svg, png)


def test_what_is_hidden_or_not_answered_has_words_and_no_number() -> None:
    drawn = drawing(EVERY_CHART["barres"], Printable())
    assert drawn is not None
    assert [(row["cells"][0]["number"], row["cells"][0]["text"]) for row in drawn["rows"]] == [
        (0.0, "0"),
        (None, "non renseigné"),
        (None, "non demandé en 2019-2020"),
        (None, "non diffusé"),
        (None, "non calculable"),
        (0.661, "66,1\u202f%"),
    ]


@pytest.mark.parametrize("kind", EVERY_CHART)
def test_a_hidden_number_draws_as_much_as_none(kind: str) -> None:
    """The picture holds nothing from which it could be measured."""
    shown = EVERY_CHART[kind]
    one = replace(shown, rows=tuple(replace(row, cells=(HIDDEN, *row.cells[1:])) for row in shown.rows))
    number = replace(one, rows=tuple(replace(row, cells=(ExhibitCell("0,3", 0.3), *row.cells[1:])) for row in one.rows))
    assert chart_svg(one) != chart_svg(number)
    drawn = drawing(one, Printable())
    assert drawn is not None
    said = [cell["number"] for row in drawn["rows"] for cell in row["cells"] if cell["number"] is not None]
    assert said == [cell.number for row in one.rows for cell in row.cells if cell.number is not None]


def test_nothing_to_draw_is_no_chart() -> None:
    nothing = bars({"Rien": FIVE[1], "Caché": HIDDEN})
    assert chart_svg(nothing) is None and chart_png(nothing) is None
    assert chart_svg(replace(EVERY_CHART["barres"], chart="aucun")) is None
    assert chart_svg(bars({})) is None


def test_a_line_stops_where_the_question_changed() -> None:
    cut = along_years(1)
    whole = replace(cut, rows=tuple(replace(row, broken=False) for row in cut.rows))
    assert chart_svg(whole) != chart_svg(cut)
    drawn = drawing(cut, Printable())
    assert drawn is not None and [row["broken"] for row in drawn["rows"]] == [False, False, True, False, False]


@pytest.mark.parametrize("kind", EVERY_CHART)
def test_texts_of_people_are_drawn_as_they_are(kind: str) -> None:
    shown = EVERY_CHART[kind]
    rows = tuple(
        replace(row, label=HOSTILE, cells=tuple(replace(cell, text=HOSTILE) for cell in row.cells))
        for row in shown.rows
    )
    columns = tuple(replace(column, label=HOSTILE) for column in shown.columns)
    assert chart_svg(replace(shown, rows=rows, columns=columns, axis=HOSTILE))


@pytest.mark.parametrize(
    ("values", "unit", "marks"),
    [
        ((0.66, 0.34), "pct", ["0\u202f%", "25\u202f%", "50\u202f%", "75\u202f%", "100\u202f%"]),
        ((0.02,), "pct", ["0\u202f%", "5\u202f%", "10\u202f%"]),
        ((41,), "n", ["0", "10", "20", "30", "40", "50"]),
        ((1,), "n", ["0", "1"]),
        ((0,), "n", ["0", "1"]),
        ((1234567.0,), "eur", ["0\u202f€", "250\u202f000\u202f€", "500\u202f000\u202f€", "750\u202f000\u202f€",
                               "1\u202f000\u202f000\u202f€", "1\u202f250\u202f000\u202f€"]),
        ((2.4,), "ratio", ["0", "0,5", "1", "1,5", "2", "2,5"]),
    ],
)  # fmt: skip
def test_an_axis_begins_at_zero_and_has_round_marks(values: tuple[float, ...], unit: str, marks: list[str]) -> None:
    drawn = drawing(bars({str(value): ExhibitCell(str(value), value) for value in values}, unit), Printable())
    assert drawn is not None and [tick["text"] for tick in drawn["ticks"]] == marks
    assert drawn["top"] >= max(values)


def bars(cells: Mapping[str, ExhibitCell], unit: str = "pct") -> Exhibit:
    """One bar a cell."""
    rows = tuple(ExhibitRow(label, label, (cell,)) for label, cell in cells.items())
    return figure("barres", (ExhibitColumn("valeur", "Loiret"),), rows, unit)
