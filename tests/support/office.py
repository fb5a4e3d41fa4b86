"""What a reader finds in a Word file, a workbook or slides; and the same through LibreOffice."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation
from pptx.util import Emu
from python_calamine import CalamineWorkbook

from bilan.model.exhibit import Exhibit
from tests.support.cells import read_back
from tests.support.libreoffice import save_again

_UNITS = {"pct": "%", "eur": "€", "h": "h"}


def word_tables(document: bytes) -> dict[str, list[list[str]]]:
    """{caption: cells} of the tables that have one."""
    found = {}
    for table in Document(BytesIO(document)).tables:
        caption = table._tbl.tblPr.find(qn("w:tblCaption"))
        rows = [[_cell_text(cell) for cell in row.iterchildren(qn("w:tc"))] for row in table._tbl.tr_lst]
        found[caption.get(qn("w:val"))] = rows
    return found


def word_text(document: bytes) -> str:
    """All that the body says, tables included."""
    return "\n".join(_said(one) for one in Document(BytesIO(document)).element.body.iter(qn("w:p")))


def _cell_text(cell: Any) -> str:
    return "\n".join(_said(one) for one in cell.iterchildren(qn("w:p")))


def _said(paragraph: Any) -> str:
    parts = paragraph.iter(qn("w:t"), qn("w:br"))
    return "".join("\n" if part.tag == qn("w:br") else part.text or "" for part in parts)


def sheets(document: bytes) -> dict[str, list[list[Any]]]:
    """{sheet: cells}, what was made safe being as it was."""
    book = CalamineWorkbook.from_filelike(BytesIO(document))
    return {
        name: [[read_back(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    }


def slides(document: bytes) -> list[Any]:
    """The slides."""
    return list(Presentation(BytesIO(document)).slides)


def slide_notes(document: bytes) -> str:
    """What all the notes say."""
    return "\n".join(one.notes_slide.notes_text_frame.text for one in slides(document) if one.has_notes_slide)


def slide_cells(document: bytes) -> list[list[str]]:
    """The rows of every table of the slides."""
    tables = [shape.table for one in slides(document) for shape in one.shapes if shape.has_table]
    return [[cell.text_frame.text.replace("\v", "\n") for cell in row.cells] for table in tables for row in table.rows]


def beyond_slides(document: bytes) -> list[str]:
    """Shapes that leave their slide."""
    file = Presentation(BytesIO(document))
    width, height = Emu(file.slide_width), Emu(file.slide_height)
    return [
        f"{rank}: {shape.name}"
        for rank, slide in enumerate(file.slides, start=1)
        for shape in slide.shapes
        if shape.left < 0 or shape.top < 0 or shape.left + shape.width > width or shape.top + shape.height > height
    ]


def pages_by_libreoffice(documents: Mapping[str, bytes], folder: Path) -> dict[str, int]:
    """{suffix: how many pages LibreOffice makes of the document}, opened one after the other in one start."""
    target, profile = folder / "pdf", folder / "profil"
    for one in (target, profile):
        one.mkdir()
    for suffix, document in documents.items():
        (folder / f"{suffix}.{suffix}").write_bytes(document)
    save_again([folder / f"{suffix}.{suffix}" for suffix in documents], "pdf", target, profile)
    return {suffix: _pages(target / f"{suffix}.pdf") for suffix in documents}


def _pages(path: Path) -> int:
    said = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    return int(re.findall(r"Pages:\s+(\d+)", said)[0])


def cells_of(figure: Exhibit) -> Iterator[str]:
    """Every text of its table."""
    for row in figure.rows:
        yield row.label
        yield from (cell.text for cell in row.cells)
