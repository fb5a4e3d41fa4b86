"""Charts in print: each kind is drawn; what is not said is not drawn; no text of anyone stops or changes a drawing."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

import pytest

from bilan.model.drawn import drawing
from bilan.model.exhibit import CHARTS, Exhibit, ExhibitCell
from bilan.print.charts import chart_png, printed
from bilan.print.printable import Printable
from tests.support.figures import FIVE, along_years, spread, states

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
HOSTILE = '#read("/etc/passwd") $x$ *gras* _it_ @ref <b> \\ \u0007 \U0001f389 السلام 漢 ' + "x" * 200


def test_every_chart_of_a_figure_has_its_drawing() -> None:
    assert {one.chart for one in EVERY_CHART.values()} == {*CHARTS} - {"aucun"}


def data_of(figure: Exhibit) -> dict[str, Any]:
    """What charts.typ is given."""
    drawn = drawing(figure)
    assert drawn is not None
    return printed(drawn, Printable())


@pytest.mark.parametrize("kind", EVERY_CHART)
def test_a_chart_is_a_picture_of_its_own_and_the_same_each_time(kind: str) -> None:
    png = chart_png(EVERY_CHART[kind])
    assert png and png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert width == pytest.approx(16 / 2.54 * 220, abs=2) and 100 < height < width
    assert chart_png(EVERY_CHART[kind]) == png


@pytest.mark.parametrize("kind", EVERY_CHART)
def test_a_hidden_number_draws_as_much_as_none(kind: str) -> None:
    """The picture holds nothing from which it could be measured."""
    shown = EVERY_CHART[kind]
    one = replace(shown, rows=tuple(replace(row, cells=(FIVE[3], *row.cells[1:])) for row in shown.rows))
    number = replace(one, rows=tuple(replace(row, cells=(ExhibitCell("0,3", 0.3), *row.cells[1:])) for row in one.rows))
    assert chart_png(one) != chart_png(number)
    said = [value["number"] for series in data_of(one)["series"] for value in series["values"]]
    known = [cell.number for row in one.rows for cell in row.cells if cell.number is not None]
    assert sorted(value for value in said if value is not None) == sorted(known)


def test_nothing_to_draw_is_no_picture() -> None:
    assert chart_png(replace(EVERY_CHART["barres"], chart="aucun")) is None


def test_a_line_stops_where_the_question_changed() -> None:
    cut = along_years(1)
    whole = replace(cut, rows=tuple(replace(row, broken=False) for row in cut.rows))
    assert chart_png(whole) != chart_png(cut)
    assert [one["broken"] for one in data_of(cut)["categories"]] == [False, False, True, False, False]


@pytest.mark.parametrize("kind", EVERY_CHART)
def test_texts_of_people_are_drawn_as_they_are(kind: str) -> None:
    shown = EVERY_CHART[kind]
    rows = tuple(
        replace(row, label=HOSTILE, cells=tuple(replace(cell, text=HOSTILE) for cell in row.cells))
        for row in shown.rows
    )
    columns = tuple(replace(column, label=HOSTILE) for column in shown.columns)
    assert chart_png(replace(shown, rows=rows, columns=columns, axis=HOSTILE))
