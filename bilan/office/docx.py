"""The content of a document -> a Word file, from a template that the Caf may restyle in Word."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import UTC
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from bilan.model.content import Content
from bilan.model.exhibit import Exhibit
from bilan.office.stable import LANGUAGE, Legible, stable
from bilan.print.charts import chart_png
from bilan.print.document_data import document
from socle.paths import DataFolder
from socle.refusal import Refusal
from socle.settings import PROJECT_ROOT, load_settings

OWN_TEMPLATE = PROJECT_ROOT / "bilan" / "modeles" / "bilan.docx"
_TOC = r' TOC \o "1-1" \h \z \u '
_SMALLER = " serré"
_CHART_CM = 16
_TWENTIETHS = 9400
"""Width of a page between its margins, in twentieths of a point."""


def render_docx(content: Content, template: Path | None = None) -> bytes:
    """Return the Word file; the same content gives the same bytes.

    The template is the one given, else modeles/bilan.docx of the data folder where the Caf put one, else our own.
    Raise Refusal when a template of the Caf cannot be filled.
    """
    chosen = template or _template_of(DataFolder(load_settings().data))
    try:
        word = DocxTemplate(chosen)
        data = _context(content, word)
        word.render(data, SandboxedEnvironment(undefined=StrictUndefined), autoescape=True)
    except (TemplateError, OSError, KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        if chosen == OWN_TEMPLATE:
            raise
        raise Refusal("modele_word", fichier=chosen, raison=str(error)) from error
    _finish(word, data, content)
    out = BytesIO()
    word.save(out)
    return stable(out.getvalue())


def _template_of(folder: DataFolder) -> Path:
    return folder.word_template if folder.word_template.exists() else OWN_TEMPLATE


def _context(content: Content, word: DocxTemplate) -> dict[str, Any]:
    data = document(content, Legible())
    figures = iter(list(content.figures()))
    for rank, section in enumerate(data["sections"]):
        section["message"] = section["title"] if section["title"] not in (section["name"], data["title"]) else ""
        section["new_page"] |= rank == 1 and content.contents
        for block in section["blocks"]:
            if block["type"] == "figure":
                block["picture"] = _picture(next(figures), block["alt"], word)
    opening = bool(content.sections) and not content.sections[0].number
    listed = data["sections"][1 if opening else 0 :]
    word.init_docx()
    summary = _Summary([section["heading"] for section in listed], word.docx.styles["toc 1"].style_id)
    return {**data, "opening": opening, "listed": listed, "summary": summary}


def _picture(figure: Exhibit, alt: str, word: DocxTemplate) -> _Picture | str:
    png = chart_png(figure)
    return _Picture(word, png, alt) if png else ""


class _Picture:
    """A chart in a line of its own, with what it shows for who does not see it; the template sees it as markup."""

    def __init__(self, word: DocxTemplate, png: bytes, alt: str) -> None:
        self._word, self._png, self._alt = word, png, alt

    def __html__(self) -> str:
        inline = self._word.current_rendering_part.new_pic_inline(BytesIO(self._png), Cm(_CHART_CM), None)
        inline.docPr.set("descr", self._alt)
        inline.docPr.set("name", "Graphique")
        return f'</w:t></w:r><w:r><w:drawing>{inline.xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'

    __str__ = __html__


class _Summary:
    """The table of contents as Word writes it: a field, filled with a link to each section."""

    def __init__(self, headings: list[str], style: str) -> None:
        self._headings, self._style = headings, style

    def __html__(self) -> str:
        lines = [self._line(rank, heading) for rank, heading in enumerate(self._headings)]
        if not lines:
            return ""
        begin = (
            f'{_field("begin")}<w:r><w:instrText xml:space="preserve">{_TOC}</w:instrText></w:r>{_field("separate")}'
        )
        lines[0] = begin + lines[0]
        lines[-1] += _field("end")
        return "".join(f'<w:p><w:pPr><w:pStyle w:val="{self._style}"/></w:pPr>{line}</w:p>' for line in lines)

    __str__ = __html__

    def _line(self, rank: int, heading: str) -> str:
        return (
            f'<w:hyperlink w:anchor="{_bookmark(rank)}" w:history="1">'
            f'<w:r><w:t xml:space="preserve">{escape(heading)}</w:t></w:r></w:hyperlink>'
        )


def _field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _bookmark(rank: int) -> str:
    return f"_Toc{rank + 1:06}"


def _finish(word: DocxTemplate, data: Mapping[str, Any], content: Content) -> None:
    """Write what a template does not hold: properties, targets of the table of contents, widths of columns."""
    said = word.docx.core_properties
    said.title, said.author, said.last_modified_by = data["title"], data["author"], data["author"]
    said.keywords, said.subject, said.language = ", ".join(content.keywords()), data["subtitle"], LANGUAGE
    said.comments, said.revision = " · ".join(data["marks"]), 1
    said.created = said.modified = content.built.astimezone(UTC).replace(tzinfo=None)
    _bookmarks(word, [section["heading"] for section in data["listed"]])
    blocks = (block for section in data["sections"] for block in section["blocks"] if block["type"] == "figure")
    tables = [(f"{block['number']} {block['title']}", block["table"]) for block in blocks]
    for table in word.docx.element.body.iter(qn("w:tbl")):
        caption = table.tblPr.find(qn("w:tblCaption"))
        if caption is not None and tables and caption.get(qn("w:val")) == tables[0][0]:
            asked = tables.pop(0)[1]
            _widen(table, asked)
            if asked["small"]:
                _tighten(table, word)


def _bookmarks(word: DocxTemplate, headings: list[str]) -> None:
    wanted = list(enumerate(headings))
    for paragraph in word.docx.paragraphs:
        if wanted and paragraph.style.name == "Heading 1" and paragraph.text == wanted[0][1]:
            rank, _ = wanted.pop(0)
            start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
            for mark in (start, end):
                mark.set(qn("w:id"), str(rank + 1))
            start.set(qn("w:name"), _bookmark(rank))
            paragraph._p.insert_element_before(start, "w:r")
            paragraph._p.append(end)


def _tighten(table: Any, word: DocxTemplate) -> None:
    """A table of many columns is written in the smaller of two styles, where the template has both."""
    smaller = {
        style.style_id: style.name.removesuffix(_SMALLER) for style in word.docx.styles if style.name.endswith(_SMALLER)
    }
    known = {style.name: style.style_id for style in word.docx.styles}
    swapped = {known[name]: small for small, name in smaller.items() if name in known}
    for style in table.iter(qn("w:pStyle")):
        style.set(qn("w:val"), swapped.get(style.get(qn("w:val")), style.get(qn("w:val"))))


def _widen(table: Any, asked: Mapping[str, Any]) -> None:
    """Give each column the part of the page that its texts ask for."""
    total, whole = _TWENTIETHS * asked["width"], sum(asked["weights"])
    widths = [str(round(total * weight / whole)) for weight in asked["weights"]]
    width, grid = table.tblPr.find(qn("w:tblW")), table.tblGrid
    if len(grid) != len(widths):  # a template of the Caf has another table
        return
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), str(sum(map(int, widths))))
    layout = table.tblPr.get_or_add_tblLayout()
    layout.set(qn("w:type"), "fixed")
    for column, size in zip(grid, widths, strict=True):
        column.set(qn("w:w"), size)
    for row in table.iterchildren(qn("w:tr")):
        for cell, size in zip(row.iterchildren(qn("w:tc")), widths, strict=True):
            width = cell.get_or_add_tcPr().get_or_add_tcW()
            width.set(qn("w:type"), "dxa")
            width.set(qn("w:w"), size)
