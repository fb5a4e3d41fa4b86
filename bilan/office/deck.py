"""Slides, 16:9, in French: a title, what was asked of it, its mark and its notes; nothing is written outside of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from functools import cache
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches, Pt

from bilan.office.slide_text import SMALLEST, fitting, pieces
from bilan.office.stable import LANGUAGE
from bilan.print.printable import shortened

WIDTH, HEIGHT = 13.333, 7.5
LEFT, WIDE = 0.6, 12.13
TOP, HIGH = 1.95, 4.85
"""Inches: where what a slide holds begins, and how high it may be."""
FONT, INK, SOFT, ACCENT, WARNING, PALE = "Arial", "1B1F24", "4A5560", "0B4F7D", "8A3B00", "F2F5F8"
_TITLES = (30, 26, 22, 20, 18)
_TITLE_HIGH = 1.2
_ONLY_TITLE = 5
_CELL = (
    f'<a:tcPr {nsdecls("a")} marL="54864" marR="54864" marT="27432" marB="27432"><a:solidFill>'
    '<a:srgbClr val="{}"/></a:solidFill></a:tcPr>'
)
_PROMPTS = {
    "Click to edit Master title style": "Titre de la diapositive",
    "Click to edit Master text styles": "Texte",
    "Second level": "Deuxième niveau",
    "Third level": "Troisième niveau",
    "Fourth level": "Quatrième niveau",
    "Fifth level": "Cinquième niveau",
}


class Deck:
    """A presentation being made."""

    def __init__(self, legible: Callable[[str], str], mark: str) -> None:
        self.legible = legible
        self._mark = legible(mark)
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Inches(WIDTH), Inches(HEIGHT)
        self._layout = _french_layout(self.file)
        self._slides = 0

    def slide(self, title: str, above: str = "", notes: Iterable[str] = ()) -> Any:
        """Return a new slide; a title that does not hold ends with « … » and is whole in its notes."""
        slide = self.file.slides.add_slide(self._layout)
        self._slides += 1
        title = self.legible(" ".join(title.split()))
        size, notes = fitting(title, WIDE, _TITLE_HIGH, _TITLES), list(notes)
        if size is None:
            size, notes = _TITLES[-1], [title, *notes]
            title = f"{next(pieces(title, WIDE, size, _TITLE_HIGH))[:-1]}…"
        self._fill(slide.shapes.title.text_frame, [title], size, ACCENT, bold=True)
        if above:
            self.text(
                slide,
                [shortened(" ".join(above.split()), 100)],
                (LEFT, 0.28, WIDE, 0.36),
                SMALLEST,
                SOFT,
                name="Partie",
            )
        if self._mark:
            self.text(
                slide,
                [shortened(" ".join(self._mark.split()), 90)],
                (LEFT, 6.95, 10, 0.4),
                SMALLEST,
                WARNING,
                bold=True,
                name="Mention",
            )
        self.text(slide, [str(self._slides)], (11.73, 6.95, 1, 0.4), SMALLEST, SOFT, name="Numéro")
        if notes:
            self._note(slide, notes)
        return slide

    def text(
        self,
        slide: Any,
        texts: Sequence[str],
        box: tuple[float, float, float, float],
        points: int,
        colour: str = INK,
        *,
        bold: bool = False,
        fill: str = "",
        name: str = "Texte",
    ) -> Any:
        """Write paragraphs in a box (left, top, width, height, in inches) and return their frame."""
        shape = slide.shapes.add_textbox(*(Inches(side) for side in box))
        shape.name = name
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = RGBColor.from_string(fill)
        self._fill(shape.text_frame, texts, points, colour, bold=bold)
        return shape.text_frame

    def table(
        self, slide: Any, rows: Sequence[Sequence[str]], rights: Sequence[bool], widths: Sequence[float], alt: str
    ) -> None:
        """Draw a table whose first row is its head; `widths` are in inches."""
        frame = slide.shapes.add_table(
            len(rows), len(widths), Inches(LEFT), Inches(TOP), Inches(sum(widths)), Inches(0.3 * len(rows))
        )
        describe(frame, "Tableau", self.legible(alt))
        table = frame.table
        table.horz_banding = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Inches(width)
        cells = [list(line.tc_lst) for line in table._tbl.tr_lst]
        for cell in (cell for line in cells for cell in line):
            cell.remove(cell.tcPr)
        head, body = (parse_xml(_CELL.format(colour)) for colour in (PALE, "FFFFFF"))
        for rank, row in enumerate(rows):
            for column, text in enumerate(row):
                cell = cells[rank][column]
                cell.append(deepcopy(head if rank == 0 else body))
                paragraph = cell.txBody.p_lst[0]
                if rights[column]:
                    paragraph.get_or_add_pPr().set("algn", "r")
                self.write(paragraph, text, SMALLEST, INK, bold=rank == 0)

    def saved(self) -> bytes:
        """Return the file."""
        out = BytesIO()
        self.file.save(out)
        return out.getvalue()

    def write(self, paragraph: Any, text: str, points: int, colour: str = INK, *, bold: bool = False) -> None:
        """Write a text in a paragraph (its a:p), in French."""
        for rank, line in enumerate(self.legible(text).split("\n")):
            if rank:
                paragraph.add_br()
            run = deepcopy(_run(points, colour, bold))
            run.text = line
            paragraph.append(run)

    def _fill(self, frame: Any, texts: Sequence[str], points: int, colour: str, *, bold: bool = False) -> None:
        frame.word_wrap = True
        for rank, text in enumerate(texts):
            paragraph = frame.paragraphs[0] if rank == 0 else frame.add_paragraph()
            if len(texts) > 1:
                paragraph.space_after = Pt(points * 0.5)
            self.write(paragraph._p, text, points, colour, bold=bold)

    def _note(self, slide: Any, notes: Sequence[str]) -> None:
        frame = slide.notes_slide.notes_text_frame
        for rank, note in enumerate(notes):
            paragraph = frame.paragraphs[0] if rank == 0 else frame.add_paragraph()
            self.write(paragraph._p, " ".join(note.split("\n")), 12)


@cache
def _run(points: int, colour: str, bold: bool) -> Any:
    """What is written so, made once: thousands are copied."""
    return parse_xml(
        f'<a:r {nsdecls("a")}><a:rPr lang="{LANGUAGE}" sz="{points * 100}" b="{int(bold)}" dirty="0"><a:solidFill>'
        f'<a:srgbClr val="{colour}"/></a:solidFill><a:latin typeface="{FONT}"/></a:rPr><a:t/></a:r>'
    )


def describe(shape: Any, name: str, alt: str) -> None:
    """Give a shape its name and what it shows, for who does not see it."""
    shape.name = name
    shape._element.xpath(".//p:cNvPr")[0].set("descr", alt)


def _french_layout(file: Any) -> Any:
    """Keep one layout of the library's own file, a title alone, in French and as wide as the slides."""
    layout = file.slide_layouts[_ONLY_TITLE]
    for other in list(file.slide_layouts):
        if other is not layout:
            file.slide_layouts.remove(other)
    layout.name = "Titre seul"
    for part in (file.slide_master, layout):
        for run in part._element.iter(qn("a:t")):
            run.text = _PROMPTS.get(run.text or "", run.text)
        for properties in part._element.iter(qn("a:rPr"), qn("a:endParaRPr"), qn("a:defRPr")):
            properties.set("lang", LANGUAGE)
        for shape in list(part.placeholders):
            kind = shape.placeholder_format.type.name
            if kind == "TITLE":
                shape.left, shape.top = Inches(LEFT), Inches(0.62)
                shape.width, shape.height = Inches(WIDE), Inches(_TITLE_HIGH)
                shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
                for paragraph in shape.text_frame.paragraphs:
                    paragraph._p.get_or_add_pPr().set("algn", "l")
            elif kind == "BODY":
                shape.left, shape.top = Inches(LEFT), Inches(TOP)
                shape.width, shape.height = Inches(WIDE), Inches(HIGH)
            else:
                shape._element.getparent().remove(shape._element)
    for level in file.slide_master._element.iter(qn("p:titleStyle")):
        for properties in level:
            properties.set("algn", "l")
    return layout
