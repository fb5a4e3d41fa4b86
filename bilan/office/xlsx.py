"""The content of a document -> a workbook: a table a sheet, its numbers being numbers, its chart an Excel chart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from io import BytesIO
from typing import Any

import xlsxwriter

from bilan.model.content import Box, Content, Glossary, Heading, KeyFigures, Paragraph
from bilan.model.exhibit import Exhibit
from bilan.office.sheet_names import SheetNames
from bilan.office.xlsx_figure import FigureSheet, Formats
from socle.cells import sheet_cell

SUMMARY, TEXTS = "Sommaire", "Textes"
_HEADER = 180
"""Letters of a page's header: a spreadsheet takes 255, marks of layout included."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def render_xlsx(content: Content) -> bytes:
    """Return the workbook: what it holds, every text, then a sheet a table; the same content gives the same bytes."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({
            "title": content.title, "subject": content.subtitle, "author": content.author,
            "keywords": ", ".join(content.keywords()), "comments": " · ".join(content.marks),
            "created": content.built.astimezone(UTC).replace(tzinfo=None),
        })  # fmt: skip
        formats, names = Formats(book), SheetNames()
        summary = _sheet(book, names(SUMMARY), content)
        texts = _sheet(book, names(TEXTS), content)
        named = [(names(f"{figure.number} {figure.title}"), figure) for figure in content.figures()]
        for name, figure in named:
            FigureSheet(book, _sheet(book, name, content), formats, figure).write(SUMMARY)
        _write_texts(texts, formats, content)
        _write_summary(summary, formats, content, [(texts.get_name(), "", "Tous les textes"), *(
            (name, figure.number, figure.title) for name, figure in named
        )])  # fmt: skip
    return out.getvalue()


def _sheet(book: Any, name: str, content: Content) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.9, bottom=0.8)
    sheet.set_header(f"&L&9{_in_header(content.title)}&R&B&9{_in_header(content.watermark, 60)}")
    sheet.set_footer(f"&L&8Version {_in_header(content.version)}&R&8&A, page &P sur &N")
    return sheet


def _in_header(text: str, letters: int = _HEADER) -> str:
    """A header takes « & » for a mark of its layout."""
    return str(sheet_cell(" ".join(text.split())[:letters])).replace("&", "&&")


def _write_summary(sheet: Any, formats: Formats, content: Content, sheets: list[tuple[str, str, str]]) -> None:
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 100)
    lines = [(content.title, formats.title), (content.subtitle, formats.text), (content.made_by, formats.text)]
    lines += [(mark, formats.mark) for mark in content.marks]
    lines += [(content.warning or "", formats.mark), (content.foot, formats.text)]
    row = 0
    for text, style in lines:
        if text:
            sheet.merge_range(row, 0, row, 1, sheet_cell(text), style)
            sheet.set_row(row, formats.height(text, 112, style))
            row += 1
    row += 1
    sheet.write_row(row, 0, ("Numéro", "Feuille"), formats.head)
    for name, number, title in sheets:
        row += 1
        sheet.write_string(row, 0, sheet_cell(number), formats.text)
        target = "'" + name.replace("'", "''") + "'"
        sheet.write_url(row, 1, f"internal:{target}!A1", formats.link, str(sheet_cell(title)))


def _write_texts(sheet: Any, formats: Formats, content: Content) -> None:
    sheet.write_row(0, 0, ("Partie", "Intitulé", "Texte"), formats.head)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 36)
    sheet.set_column(2, 2, 100)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for row, line in enumerate(_texts(content), start=1):
        for column, text in enumerate(line):
            sheet.write_string(row, column, sheet_cell(text), formats.text)
        sheet.set_row(row, max(formats.height(text, width) for text, width in zip(line, (32, 36, 100), strict=True)))


def _texts(content: Content) -> Iterator[tuple[str, str, str]]:
    for section in content.sections:
        part = section.heading
        if section.title not in (section.name, content.title):
            yield part, "", section.title
        heading = ""
        for block in section.blocks:
            match block:
                case Heading():
                    heading = block.text
                case Paragraph():
                    yield part, heading, block.text
                case Box():
                    yield from ((part, block.heading, text) for text in block.paragraphs or ("(à écrire)",))
                case Glossary():
                    yield from ((part, word, meaning) for word, meaning in block.entries)
                case KeyFigures():
                    for key_figure in block.figures:
                        yield part, key_figure.label, "\u202f; ".join((key_figure.value.text, *key_figure.lines))
                case Exhibit():
                    heading = ""
