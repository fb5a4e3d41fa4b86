"""Word, Excel and PowerPoint of any content: whatever people wrote is there as a text, nothing leaves its page."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from bilan.model.content import Box, Content, Heading, KeyFigures, Paragraph
from bilan.model.exhibit import Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.office.docx import OWN_TEMPLATE, render_docx
from bilan.office.pptx import render_pptx
from bilan.office.sheet_names import LONGEST, SheetNames
from bilan.office.slide_text import lines, pages, pieces
from bilan.office.xlsx import render_xlsx
from bilan.render import render
from scripts.make_word_template import template
from socle.words.refusal import Refusal
from tests.support.documents import CARDS, content, section, squeezed
from tests.support.figures import along_years, figure, spread, states
from tests.support.office import (
    beyond_slides,
    pages_by_libreoffice,
    sheets,
    slide_cells,
    slide_notes,
    slides,
    word_tables,
    word_text,
)

SUFFIXES = ("docx", "xlsx", "pptx")
HOSTILE = "A & B < C {{ 7 * 7 }} {% for x in y %} ‮عربي 😀 \x0bfin\x01 =1+1"
"""What people may write; the last but one character is what XML cannot hold."""
FORMULAS = ("=1+1", "+33 2 38", "-cmd|' /C calc'!A0", "@SUM(A1)")
LONG = (
    "Association départementale de soutien à la scolarité et à la parentalité du canton de Châteauneuf-sur-Loire " * 2
)
VALUE, TEXT = ExhibitColumn("v", "Loiret"), ExhibitColumn("t", "Lecture", "texte")


def _rows(many: int, label: str = "Porteur") -> Exhibit:
    rows = tuple(
        ExhibitRow(f"r{one}", f"{label} {one}", (ExhibitCell(str(one), float(one)), ExhibitCell("proche")))
        for one in range(many)
    )
    return figure("barres", (VALUE, TEXT), rows, "n")


def _hostile() -> Content:
    row = ExhibitRow("r", HOSTILE, (ExhibitCell(HOSTILE, 0.5), ExhibitCell(FORMULAS[0])))
    others = tuple(
        ExhibitRow(f"r{one}", text, (ExhibitCell(text, 0.5), ExhibitCell(text))) for one, text in enumerate(FORMULAS)
    )
    drawn = figure("barres", (VALUE, TEXT), (row, *others), title=HOSTILE, message=HOSTILE, notes=(HOSTILE,))
    return content(
        section(Paragraph(HOSTILE), Heading(HOSTILE), drawn, Box("citation", HOSTILE, (HOSTILE,)), name=HOSTILE),
        title=f"Bilan {HOSTILE}", author=HOSTILE,
    )  # fmt: skip


AWKWARD = {
    "everything": content(),
    "hostile": _hostile(),
    "sixty porteurs": content(section(_rows(60))),
    "long names": content(section(_rows(8, LONG), name=LONG, title=LONG)),
    "one action": content(section(_rows(1))),
    "no rows": content(section(_rows(0))),
    "an empty chapter": content(section(name="Vide"), section(Paragraph("Rien encore.", "note"), number="2")),
    "no mark": content(marks=(), watermark="", subtitle="", warning=None),
    "a cell of pages": content(
        section(figure("aucun", (TEXT,), (ExhibitRow("r", "Champ", (ExhibitCell("mot " * 2500),)),)))
    ),
    "a text of pages": content(section(Box("commentaire", "Commentaire", (LONG * 40, "mot" * 900)))),
    "a long message": content(section(replace(states("barres"), message=LONG * 3, title=LONG))),
    "no number": content(
        section(figure("courbe", (VALUE,), (ExhibitRow("r", "2019-2020", (ExhibitCell("secret", None, "secret"),)),)))
    ),
}


@pytest.mark.parametrize("name", AWKWARD)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_any_content_is_a_document_that_says_each_cell(name: str, suffix: str) -> None:
    made, told = render(AWKWARD[name], suffix), AWKWARD[name]
    said = squeezed(_all_text(made, suffix))
    for one in told.figures():
        for row in one.rows:
            for text in (row.label, *(cell.text for cell in row.cells if cell.number is None)):
                assert squeezed(text.replace("\x0b", "\n").replace("\x01", _mark(suffix))) in said
    assert render(told, suffix) == made


def _mark(suffix: str) -> str:
    return "\ufffd" if suffix == "xlsx" else "\u25a1"


def _all_text(made: bytes, suffix: str) -> str:
    if suffix == "docx":
        return word_text(made).replace("\u2028", " ")
    if suffix == "pptx":
        return slide_notes(made)
    return " ".join(str(cell) for rows in sheets(made).values() for row in rows for cell in row).replace(
        "\ufffdfin", "\nfin"
    )


@pytest.mark.parametrize("name", AWKWARD)
def test_nothing_leaves_its_slide(name: str) -> None:
    assert beyond_slides(render_pptx(AWKWARD[name])) == []


def test_a_template_in_a_text_is_not_run_and_no_letter_is_lost() -> None:
    said = word_text(render_docx(AWKWARD["hostile"]))
    assert "A & B < C {{ 7 * 7 }} {% for x in y %}" in said
    assert "49" not in said


def test_no_text_of_a_workbook_is_a_formula() -> None:
    for document in (render_xlsx(AWKWARD["hostile"]), *_workbooks(render_pptx(AWKWARD["hostile"]))):
        with zipfile.ZipFile(BytesIO(document)) as parts:
            assert [name for name in parts.namelist() if b"<f>" in parts.read(name) and "worksheets" in name] == []


def _workbooks(made: bytes) -> list[bytes]:
    with zipfile.ZipFile(BytesIO(made)) as parts:
        found = [parts.read(name) for name in parts.namelist() if name.endswith(".xlsx")]
    assert found
    return found


def test_a_long_table_goes_on_with_its_head() -> None:
    rows = slide_cells(render_pptx(AWKWARD["sixty porteurs"]))
    assert rows.count(["Indicateur", "Loiret", "Lecture"]) > 3
    assert [row[0] for row in rows if row[0] != "Indicateur"] == [f"Porteur {one}" for one in range(60)]
    repeated = Document(BytesIO(render_docx(AWKWARD["sixty porteurs"]))).tables[0]._tbl.tr_lst[0]
    assert repeated.find(f".//{qn('w:tblHeader')}") is not None


def test_a_line_stops_where_the_question_changed() -> None:
    (slide,) = [
        one for one in slides(render_pptx(content(section(along_years(1))))) if any(s.has_chart for s in one.shapes)
    ]
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    (series,) = chart.plots[0].series
    assert series.values == (0.0, None, 2.0, 3.0, 4.0)
    assert [point.get("val") for point in series._element.xpath("./c:dPt/c:idx")] == ["2"]


def test_word_has_headings_alternative_texts_a_language_and_properties() -> None:
    word = Document(BytesIO(render_docx(content(section(Heading("Titre"), spread(), CARDS, name="Les enfants")))))
    headings = [(one.style.name, one.text) for one in word.paragraphs if one.style.name.startswith("Heading")]
    assert headings[:2] == [("Heading 1", "1. Les enfants"), ("Heading 2", "Titre")]
    assert [one.get("descr") for one in word.element.body.iter(qn("wp:docPr"))] == ["Graphique. Essai."]
    languages = {one.get(qn("w:val")) for one in word.styles.element.iter(qn("w:lang"))}
    assert languages == {"fr-FR"}
    said = word.core_properties
    assert (said.title, said.author) == ("Bilan annuel du Clas dans le Loiret", "Caf du Loiret")
    assert "DONNÉES FICTIVES" in said.keywords
    assert "Provisoire" in word.sections[0].header.paragraphs[1].text


def test_a_document_without_mark_has_no_watermark() -> None:
    header = Document(BytesIO(render_docx(AWKWARD["no mark"]))).sections[0].header
    assert header._element.xpath(".//w:pict") == []
    names = {shape.name for one in slides(render_pptx(AWKWARD["no mark"])) for shape in one.shapes}
    assert "Mention" not in names


def test_the_template_is_what_its_script_writes() -> None:
    assert OWN_TEMPLATE.read_bytes() == template()


def test_a_template_of_the_caf_is_used_and_one_that_cannot_be_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bilan.docx"
    own = Document(str(OWN_TEMPLATE))
    own.paragraphs[0].text = "La Caf vous présente : {{ title }}"
    own.save(str(path))
    assert "La Caf vous présente : Bilan annuel" in word_text(render_docx(content(), path))
    for wrong in ("{{ titre }}", "{% for x in %}", "{{ title.__class__.__mro__ }}"):
        own.paragraphs[0].text = wrong
        own.save(str(path))
        with pytest.raises(Refusal, match="ne peut pas servir"):
            render_docx(content(), path)
    path.write_bytes(b"rien")
    with pytest.raises(Refusal, match="ne peut pas servir"):
        render_docx(content(), path)


def test_key_figures_of_any_number_are_told() -> None:
    few = content(section(KeyFigures(CARDS.figures[:4])))
    assert len(word_tables(render_docx(few))["Chiffres clés"]) == 2
    assert sum("1\u202f428" in shape.text_frame.text for one in slides(render_pptx(few)) for shape in one.shapes
               if shape.has_text_frame) == 1  # fmt: skip


def test_sheets_have_names_that_spreadsheets_take() -> None:
    names = SheetNames()
    given = [
        names(title) for title in ("3.2 Écoliers", "3.2 écoliers", "a/b:c*[d]?", "'cité'", "", LONG, LONG, "😀" * 40)
    ]
    assert given[:5] == ["3.2 Écoliers", "3.2 écoliers (2)", "a b c d", "cité", "Feuille"]
    assert all(len(name.encode("utf-16-le")) <= 2 * LONGEST for name in given)
    assert len({name.lower() for name in given}) == len(given)


@pytest.mark.parametrize("text", ["mot " * 500, "x" * 3000, "a\n" * 90, "court", ""])
def test_pieces_of_a_text_hold_and_lose_nothing(text: str) -> None:
    found = list(pieces(text, 3.0, 14, 2.0))
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(lines(piece, 3.0, 14) * 14 * 1.22 / 72 <= 2.0 for piece in found)


def test_pages_hold_and_keep_the_order() -> None:
    found = list(pages([1.0, 1.0, 3.0, 0.5, 0.5], 2.0))
    assert [list(one) for one in found] == [[0, 1], [2], [3, 4]]


def test_libreoffice_opens_the_most_hostile(tmp_path: Path) -> None:
    pages = pages_by_libreoffice({suffix: render(AWKWARD["hostile"], suffix) for suffix in SUFFIXES}, tmp_path)
    assert {suffix for suffix, many in pages.items() if many >= 1} == set(SUFFIXES)
