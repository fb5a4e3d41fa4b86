"""The demo's bilan as Word, Excel and PowerPoint files: the three say what the content says, cell by cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bilan.compose import compose
from bilan.model.content import COMITE, DIFFUSION, Content
from bilan.model.exhibit import Exhibit, ExhibitCell
from bilan.office.xlsx_figure import HEAD
from bilan.render import render
from socle.paths import DataFolder
from socle.words.french import number
from tests.support.documents import squeezed
from tests.support.office import (
    beyond_slides,
    cells_of,
    pages_by_libreoffice,
    sheets,
    slide_cells,
    slide_notes,
    slides,
    word_tables,
    word_text,
)

ADOPTED, PROVISIONAL = "2019-2020", "2024-2025"
SUFFIXES = ("docx", "xlsx", "pptx")


@pytest.fixture(scope="module")
def bilan(adopted_demo: DataFolder) -> Content:
    return compose(adopted_demo, ADOPTED, "45", COMITE)


@pytest.fixture(scope="module")
def made(bilan: Content) -> dict[str, bytes]:
    return {suffix: render(bilan, suffix) for suffix in SUFFIXES}


def test_word_says_every_cell_under_its_heading(bilan: Content, made: dict[str, bytes]) -> None:
    tables = word_tables(made["docx"])
    for figure in bilan.figures():
        head, *rows = tables[f"{figure.number} {figure.title}"]
        assert head == [figure.row_label, *(column.label for column in figure.columns)]
        assert rows == [[row.label, *(cell.text for cell in row.cells)] for row in figure.rows]


def test_a_sheet_says_every_cell_as_a_text_or_as_the_number_that_it_shows(
    bilan: Content, made: dict[str, bytes]
) -> None:
    book = sheets(made["xlsx"])
    named = dict(zip(list(book)[2:], bilan.figures(), strict=True))
    for name, figure in named.items():
        head, *lines = book[name][HEAD:]
        assert book[name][0][0] == f"{figure.number} {figure.title}"
        place = 0
        for rank, column in enumerate(figure.columns):
            place = head.index(column.label, place + 1)
            for row, line in zip(figure.rows, lines, strict=False):
                assert line[0] == row.label
                assert _shown(line[place], row.cells[rank]) == row.cells[rank].text
                if f"{column.label} (nombre)" in head and row.cells[rank].number is not None:
                    assert line[place + 1] == pytest.approx(row.cells[rank].number)


def test_slides_say_every_cell_in_their_notes_and_every_table_on_them(bilan: Content, made: dict[str, bytes]) -> None:
    notes, rows = squeezed(slide_notes(made["pptx"])), slide_cells(made["pptx"])
    charts = [shape.chart for one in slides(made["pptx"]) for shape in one.shapes if shape.has_chart]
    drawn = 0
    for figure in bilan.figures():
        assert [text for text in cells_of(figure) if squeezed(text) not in notes] == []
        whole = [[row.label, *(cell.text for cell in row.cells)] for row in figure.rows]
        drawn += not all(row in rows for row in whole)
    assert len(charts) == drawn > 30


def test_a_chart_holds_the_numbers_of_its_figure(bilan: Content, made: dict[str, bytes]) -> None:
    told = {figure.alt: figure for figure in bilan.figures()}
    for slide in slides(made["pptx"]):
        for shape in slide.shapes:
            if shape.has_chart:
                figure = told[shape._element.xpath(".//p:cNvPr")[0].get("descr")]
                numbers = {cell.number for row in figure.rows for cell in row.cells}
                assert all(set(series.values) <= numbers | {None} for series in shape.chart.plots[0].series)
                assert any(value for series in shape.chart.plots[0].series for value in series.values)


def test_all_three_say_what_was_agreed_with_its_source_and_their_marks(made: dict[str, bytes]) -> None:
    first = [one.text_frame.text for slide in slides(made["pptx"])[:2] for one in slide.shapes if one.has_text_frame]
    said = {
        "docx": word_text(made["docx"]),
        "xlsx": "\n".join(str(cell) for row in sheets(made["xlsx"])["Textes"] for cell in row),
        "pptx": "\n".join(first),
    }
    for text in said.values():
        assert "41 actions, ce qui correspond à l'accompagnement de 485 enfants et jeunes" in text
        assert "Note de cadrage Clas du Loiret 2021-2022" in text
    assert all(
        any("Données fictives" in shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        for slide in slides(made["pptx"])
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_content_gives_the_same_bytes(bilan: Content, made: dict[str, bytes], suffix: str) -> None:
    assert render(bilan, suffix) == made[suffix]


def test_libreoffice_opens_it(made: dict[str, bytes], tmp_path: Path) -> None:
    pages = pages_by_libreoffice(made, tmp_path)
    assert pages["pptx"] == len(slides(made["pptx"]))
    assert pages["docx"] > 40
    assert pages["xlsx"] > 40


@pytest.mark.parametrize(
    ("campagne", "edition"), [("2014-2015", DIFFUSION), (ADOPTED, DIFFUSION), (PROVISIONAL, COMITE)]
)
def test_every_year_is_told_and_stays_on_its_slides(adopted_demo: DataFolder, campagne: str, edition: str) -> None:
    content = compose(adopted_demo, campagne, "45", edition)
    assert len(word_tables(render(content, "docx"))) == len(list(content.figures())) + 1
    assert len(sheets(render(content, "xlsx"))) == len(list(content.figures())) + 2
    assert beyond_slides(render(content, "pptx")) == []


def _shown(value: object, cell: ExhibitCell) -> str:
    """A number as the format of its cell shows it: with the decimals and the unit of the text."""
    if not isinstance(value, int | float):
        return str(value)
    match = re.fullmatch(r"[-\u2212]?[\d\u202f]+(?:,(\d+))?(\u202f.+)?", cell.text)
    assert match, cell.text
    unit = match[2] or ""
    return number(value * 100 if "%" in unit else value, len(match[1] or "")) + unit


def test_the_figures_have_what_the_tests_above_look_for(bilan: Content) -> None:
    figures: list[Exhibit] = list(bilan.figures())
    assert len(figures) > 50 and {figure.chart for figure in figures} >= {"barres", "courbe", "intervalle", "aucun"}
