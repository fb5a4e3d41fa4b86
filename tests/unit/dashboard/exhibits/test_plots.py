"""Charts are read without colour and without hovering: every number is written, every state has its words."""

from __future__ import annotations

import json

import pytest
from plotly.graph_objects import Figure as Drawn

from bilan.model.exhibit import BLANK, CHARTS, ExhibitCell, ExhibitColumn, ExhibitRow
from dashboard.exhibits.plots import chart, config
from tests.support.figures import FIVE, along_years, figure, spread, states


def drawn(one: object) -> Drawn:
    found = chart(one)  # type: ignore[arg-type]
    assert found is not None
    return found


def written(one: Drawn) -> str:
    """All that is written on a chart."""
    return json.dumps(json.loads(one.to_json()), ensure_ascii=False)


@pytest.mark.parametrize("kind", ["barres", "barres_groupees"])
def test_bars_say_each_number_and_each_state_in_other_words(kind: str) -> None:
    said = written(drawn(states(kind)))
    short = ["0", "non renseigné", "non demandé en 2019-2020", "non diffusé", "non calculable"]
    for text in [*short, "66,1\u202f%", "62,0\u202f%"]:
        assert f"\u2002{text}" in said or f" {text}" in said
    assert "(3 bilans)" not in "".join(str(trace.text) for trace in drawn(states(kind)).data)
    assert len(set(short)) == len(FIVE)


def test_a_stacked_bar_says_the_value_of_each_part() -> None:
    columns = (ExhibitColumn("valeur", "Loiret"), ExhibitColumn("france", "France"))
    parts = [("Élémentaire", 0.66, 0.62), ("Collège", 0.32, 0.34), ("Lycée", 0.02, 0.04)]
    rows = tuple(
        ExhibitRow(name, name, (ExhibitCell(f"{own:.0%}", own), ExhibitCell(f"{other:.0%}", other)))
        for name, own, other in parts
    )
    found = drawn(figure("barres_empilees", columns, rows))
    assert {note.text for note in found.layout.annotations} == {"66%", "62%", "32%", "34%", "2%", "4%"}
    assert [trace.name for trace in found.data] == [name for name, _, _ in parts]
    assert len({trace.marker.pattern.shape for trace in found.data}) == len(parts)


@pytest.mark.parametrize("series", [1, 2, 3])
def test_a_line_stops_where_the_question_changed_and_says_why_a_year_is_missing(series: int) -> None:
    found = drawn(along_years(series))
    for trace in found.data:
        assert not trace.connectgaps
        assert list(trace.y).count(None) == 2  # the year that is not known, the break
        assert [text for text in trace.text if text] == [f"{value:.0f}" for value in trace.y if value is not None]
    notes = [note.text for note in found.layout.annotations]
    assert notes.count("rupture") == len(found.layout.shapes) == (series if series > 2 else 1)
    assert ("non renseigné" in notes) == (series != 2)
    assert len({(trace.line.dash, trace.marker.symbol) for trace in found.data}) == series
    assert "(provisoire)" in str(found.layout.to_plotly_json())


def test_an_interval_writes_its_bounds_and_marks_france() -> None:
    found = drawn(spread())
    assert "9,0 à 12,0" in written(found)
    assert "diamond" in written(found)


@pytest.mark.parametrize(
    ("kind", "texts"),
    [("barres", ["0\u202f%", "", "50\u202f%", "", "100\u202f%"]), ("courbe", ["0", "1", "2", "3", "4"])],
)
def test_an_axis_has_the_marks_of_print_of_which_a_telephone_has_room_for_one_in_two(
    kind: str, texts: list[str]
) -> None:
    one = drawn(states("barres") if kind == "barres" else along_years(1))
    axis = one.layout.xaxis if kind == "barres" else one.layout.yaxis
    assert list(axis.ticktext) == texts
    assert axis.range[1] > axis.tickvals[-1]


def test_every_kind_of_chart_has_a_drawing_and_a_table_alone_has_none() -> None:
    kinds = {"barres": states("barres"), "barres_groupees": states("barres_groupees"), "courbe": along_years(1)}
    kinds |= {"intervalle": spread(), "barres_empilees": states("barres_empilees")}
    assert {*kinds, "aucun"} == set(CHARTS)
    assert all(chart(one) is not None for one in kinds.values())
    assert chart(states("aucun")) is None


def test_nothing_is_drawn_where_there_is_no_number() -> None:
    rows = tuple(ExhibitRow(cell.text, cell.text, (cell,)) for cell in (*FIVE[1:], BLANK))
    assert chart(figure("barres", (ExhibitColumn("valeur", "Loiret"),), rows)) is None


def test_what_a_porteur_typed_is_no_markup() -> None:
    rows = (ExhibitRow("a", "<b>Les & Cie</b>", (ExhibitCell("3", 3.0),)),)
    assert "&lt;b&gt;Les" in written(drawn(figure("barres", (ExhibitColumn("valeur", "Loiret"),), rows, "n")))


@pytest.mark.parametrize("kind", ["barres", "barres_groupees", "barres_empilees", "courbe", "intervalle"])
def test_no_colour_is_written_but_those_that_streamlit_turns_into_the_theme_s(kind: str) -> None:
    one = {"courbe": along_years(3), "intervalle": spread()}.get(kind) or states(kind)
    colours = {word for word in written(drawn(one)).split('"') if word.startswith("#")}
    assert all(word.startswith("#0000") for word in colours)


def test_plotly_s_own_words_are_french_and_nothing_is_fetched() -> None:
    told = config(spread())
    assert told["locale"] in told["locales"]
    assert drawn(spread()).layout.separators == ",\u202f"
    assert not told["displaylogo"]


def test_a_chart_is_drawn_once_and_another_figure_has_its_own() -> None:
    one, same, other = states("barres"), states("barres"), states("barres_groupees")
    assert chart(one) is chart(same)
    assert chart(one) is not chart(other)
