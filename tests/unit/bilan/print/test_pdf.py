"""The PDF of a document: archived, accessible, whole, within its pages, the same each time, whatever people wrote."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from bilan.model.content import STYLES, Box, Content, Glossary, Paragraph
from bilan.model.exhibit import ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.print.pdf import render_pdf
from bilan.print.printable import MARK
from tests.support.contents import texts
from tests.support.documents import (
    EVERYTHING,
    beyond_margins,
    content,
    figure_texts,
    loose,
    pages_of,
    section,
    squeezed,
    structure_of,
    text_of,
    words_of,
)
from tests.support.figures import figure, states
from tests.support.pdf_rules import faults

LONG = (
    "Association pour la promotion de l'accompagnement à la scolarité des enfants et des jeunes " * 2
    + "du Val de Loire"
)
HOSTILE = {
    "markup": '#read("/etc/passwd") #import "x.typ" $x^2$ *gras* _ital_ @ref <label> = Titre `code` \\ // /* ~',
    "emoji": "Fête\u202f: 🎉👩\u200d🏫 1\ufe0f\u20e3 👍🏽 bravo",
    "arabe": "السلام عليكم ورحمة الله",
    "hebreu et chinois": "שלום 漢字 한국어",
    "controle": "a\u0000b\u0007c\u001bd\u0085e\u2028f\ufffeg\ud800h\ue000i",
    "marques": "e\u0301 a\u0651 Z̷̛a̵l̶g̸o n\u20e3",
    "bidi": "\u202egnirts\u202c \u2067x\u2069",
    "mot sans fin": "x" * 400,
    "lignes": "un\r\ndeux\ttrois\n\n\nquatre",
    "vide": " ",
    "html": "<script>alert(1)</script> & &amp; \"'",
    "lettres doubles": "ﬁ ﬀ œ Œ Ǆ ß ﷺ",
}


@pytest.fixture(scope="module")
def whole() -> bytes:
    return render_pdf(content())


@pytest.mark.parametrize("kind", ["bilan", "synthese"])
def test_it_is_archived_and_accessible(kind: str) -> None:
    assert faults(render_pdf(content(kind=kind, contents=kind == "bilan"))) == []


def test_the_checker_sees_what_is_missing(whole: bytes) -> None:
    """The test above could fail."""
    with pikepdf.open(io.BytesIO(whole)) as opened:
        del opened.Root.Lang
        for element in opened.objects:
            if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/Figure":
                del element.Alt
        out = io.BytesIO()
        opened.save(out)
    assert {"LANGUAGE", "ALTERNATIVE"} & {word for fault in faults(out.getvalue()) for word in fault.split("-")}


def test_what_it_says_of_itself(whole: bytes) -> None:
    with pikepdf.open(io.BytesIO(whole)) as opened:
        assert opened.Root.Lang == "fr-FR" and opened.Root.MarkInfo.Marked
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        with opened.open_metadata() as told:
            assert (told["pdfaid:part"], told["pdfaid:conformance"], told["pdfuaid:part"]) == ("2", "A", "1")
            assert told["dc:title"] == "Bilan annuel du Clas dans le Loiret"
            assert told["dc:creator"] == ["Caf du Loiret"]
            assert "DONNÉES FICTIVES" in told["pdf:Keywords"] and "Version provisoire" in told["pdf:Keywords"]
            assert told["xmp:CreateDate"].startswith("2026-11-26T14:05:00")


def test_bookmarks_name_the_sections_and_their_figures(whole: bytes) -> None:
    with pikepdf.open(io.BytesIO(whole)) as opened, opened.open_outline() as outline:
        assert [squeezed(one.title) for one in outline.root] == ["L'essentiel", "1 Un chapitre", "2 Un chapitre"]
        assert "Un intertitre" in [squeezed(one.title) for one in outline.root[1].children]
        assert "Figure 3.2 Essai" in [squeezed(one.title) for one in outline.root[2].children]


def test_tags_say_headings_tables_lists_figures_and_contents(whole: bytes, tmp_path: Path) -> None:
    told = structure_of(whole, tmp_path)
    for tag in ("TOC", "TOCI", "H1", "H2", "H3", "Table", "THead", "TH", "TD", "L (", "LI", "Figure"):
        assert tag in told, tag
    assert "Données fictives · Provisoire" not in squeezed(told)  # the watermark is no part of what is read


def test_every_figure_has_its_alternative_text(whole: bytes) -> None:
    drawn = [one.alt for one in content().figures()]
    with pikepdf.open(io.BytesIO(whole)) as opened:
        said = [
            str(one.Alt) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
    assert sorted(said) == sorted(drawn)


def test_a_reader_finds_every_text(whole: bytes, tmp_path: Path) -> None:
    said = loose(text_of(whole, tmp_path))
    missing = [text for one in content().figures() for text in figure_texts(one) if loose(text) not in said]
    assert missing == []
    for text in texts([block for part in EVERYTHING for block in part.blocks if not hasattr(block, "alt")]):
        assert loose(text) in said or text in ("mot", "commentaire", "a_ecrire", "nb", "valeur", *STYLES), text


def test_the_watermark_crosses_every_page_behind_the_text(whole: bytes, tmp_path: Path) -> None:
    for made, every in ((whole, True), (render_pdf(content(watermark="")), False)):
        said = [loose(page).startswith("Donnéesfictives·Provisoire") for page in pages_of(made, tmp_path)]
        assert len(said) > 4 and set(said) == {every}


def test_a_page_number_version_and_date_are_on_every_page(whole: bytes, tmp_path: Path) -> None:
    _, words = words_of(whole, tmp_path)
    last = max(word.page for word in words)
    for page in range(1, last + 1):
        foot = " ".join(word.text for word in words if word.page == page and word.top > 770)
        assert "Version 1234abcd, 26/11/2026." in foot and f"{page} / {last}" in squeezed(foot)


@pytest.mark.parametrize("kind", ["bilan", "synthese"])
@pytest.mark.parametrize("name", HOSTILE)
def test_texts_of_people_are_shown_as_they_are(kind: str, name: str, tmp_path: Path) -> None:
    text = HOSTILE[name]
    made = render_pdf(_everywhere(text, kind))
    assert faults(made) == []
    assert beyond_margins(made, tmp_path) == []
    if name in ("markup", "html"):
        assert text_of(made, tmp_path).count(squeezed(text)) >= 4


def test_what_no_font_draws_is_marked_and_counted(tmp_path: Path) -> None:
    text = "Un idéogramme 漢, un contrôle \u0007, un inconnu \U000fffff."
    made = render_pdf(content(section(Paragraph(text)), foot="", contents=False))
    said = text_of(made, tmp_path)
    assert f"Un idéogramme {MARK}, un contrôle {MARK}, un inconnu {MARK}." in said
    assert "3 caractères que les polices de ce document ne savent pas dessiner sont remplacés par" in said
    one = text_of(render_pdf(content(section(Paragraph("漢")))), tmp_path)
    assert "1 caractère que les polices de ce document ne savent pas dessiner est remplacé par" in one
    assert MARK not in text_of(render_pdf(content(section(Paragraph("Été, السلام, 🎉.")))), tmp_path)


def test_a_long_table_says_its_heads_again_on_each_page(tmp_path: Path) -> None:
    columns = (ExhibitColumn("type", "Type de structure", "texte"), ExhibitColumn("recus", "Bilans reçus"))
    rows = tuple(
        ExhibitRow(f"p{rank}", f"{LONG} {rank}", (ExhibitCell(LONG), ExhibitCell(str(rank), rank)))
        for rank in range(60)
    )
    made = render_pdf(content(section(figure("aucun", columns, rows))))
    assert beyond_margins(made, tmp_path) == []
    assert faults(made) == []
    said = text_of(made, tmp_path)
    assert all(loose(f"{LONG} {rank}") in loose(said) for rank in range(60))
    _, words = words_of(made, tmp_path)
    pages = {word.page for word in words if word.text == "Association"}
    assert len(pages) > 3 and {word.page for word in words if word.text == "reçus"} >= pages


def test_a_cell_longer_than_a_page_goes_on(tmp_path: Path) -> None:
    rows = (ExhibitRow("r", "Texte", (ExhibitCell("Une phrase assez longue. " * 600),)),)
    made = render_pdf(content(section(figure("aucun", (ExhibitColumn("c", "Réponse", "texte"),), rows))))
    assert beyond_margins(made, tmp_path) == []
    assert text_of(made, tmp_path).count("Une phrase assez longue.") >= 590


@pytest.mark.parametrize(
    "awkward",
    [
        content(section()),
        content(section(), section(Paragraph("Rien encore.", "note"), number="2"), watermark="", marks=(), foot=""),
        content(section(figure("barres", (), ()))),
        content(section(Glossary((("Action", "Ce que le comité agrée."),)), Box("citation", "", ()))),
        content(section(*EVERYTHING[1].blocks, title=LONG, name=LONG), title=LONG, subtitle=LONG, made_by=LONG),
        content(section(*(replace(states("barres"), id=f"f{rank}") for rank in range(30)))),
    ],
    ids=["no block", "no figure, no mark", "a figure of nothing", "boxes of nothing", "long names", "many figures"],
)
def test_little_or_much_is_a_document(awkward: Content, tmp_path: Path) -> None:
    made = render_pdf(awkward)
    assert faults(made) == []
    assert beyond_margins(made, tmp_path) == []


def test_the_same_content_gives_the_same_bytes(whole: bytes) -> None:
    render_pdf(content(title="Un autre"))
    assert render_pdf(content()) == whole


def test_a_synthese_holds_on_one_sheet_as_long_as_it_can_be_read(tmp_path: Path) -> None:
    def pages(sentences: int) -> int:
        text = "Vos quatre collectifs réunissent en moyenne douze enfants ; la moyenne est de onze. " * 2
        parts = section(*(Paragraph(text) for _ in range(sentences)), name="Synthèse", title="Synthèse")
        made = render_pdf(content(parts, kind="synthese", title="Synthèse", contents=False))
        assert faults(made) == [] and beyond_margins(made, tmp_path) == []
        return len(pages_of(made, tmp_path))

    assert [pages(many) for many in (5, 52, 60)] == [1, 2, 2]
    assert pages(120) > 2


def _everywhere(text: str, kind: str) -> Content:
    """A document that says it in every place where a person's text may be."""
    shown = states("barres")
    rows = tuple(
        replace(row, label=text, cells=tuple(replace(one, text=text) for one in row.cells)) for row in shown.rows
    )
    columns = tuple(replace(column, label=text) for column in shown.columns)
    one = replace(
        shown, title=text, message=text, lecture=text, champ=text, source=text, n=text, alt=text, row_label=text,
        axis=text, notes=(text,), marks=(text,), rows=rows, columns=columns,
    )  # fmt: skip
    boxes = (Box("mot", text, (text, text)), Glossary(((text, text),)))
    return content(
        section(Paragraph(text), Paragraph(text, "point"), one, *boxes, name=text, title=text),
        kind=kind, title=text, subtitle=text, made_by=text, author=text, marks=(text,), watermark=text, warning=text,
        foot=text,
    )  # fmt: skip
