"""The content of a document -> what its Typst template takes: plain data, every text printable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bilan.model.content import BILAN, Block, Box, Content, Glossary, Heading, KeyFigure, KeyFigures, Paragraph, Section
from bilan.model.drawn import drawing
from bilan.model.exhibit import Exhibit
from bilan.print.charts import printed
from bilan.print.pdf_table import LINE, cell, table
from bilan.print.printable import MARK, Printable, shortened
from socle.words.french import NARROW_SPACE, count, day

_LINES = re.compile(r"[\n\r\t\x0b\x0c\x85\u2028\u2029]+")
_ROWS, _LETTERS = 9, 4000
"""Up to which a figure is not cut in two pages."""
_RUNNING = 110
"""Letters of a running head."""


def document(content: Content, printable: Printable | None = None) -> dict[str, Any]:
    """Return the whole document as JSON takes it, each text as `printable` makes it: by default, as our fonts draw."""
    printable = printable or Printable()
    marks = [_line(mark, printable) for mark in content.marks]
    data = {
        "title": _line(content.title, printable),
        "running": _line(content.title, printable, _RUNNING),
        "subtitle": printable(content.subtitle),
        "made_by": printable(content.made_by),
        "author": _line(content.author, printable),
        "marks": marks,
        "keywords": [_line(word, printable) for word in content.keywords()],
        "watermark": _line(content.watermark, printable, _RUNNING // 2),
        "warning": printable(content.warning or ""),
        "foot": _line(_foot(content), printable, 4 * _RUNNING),
        "contents": content.contents,
        "sections": [
            _section(section, before, content, printable)
            for before, section in zip((None, *content.sections), content.sections, strict=False)
        ],
    }
    return {**data, "replaced": _replaced(printable.replaced)}


def _foot(content: Content) -> str:
    if content.version in content.foot:
        return content.foot
    return f"{content.foot} Version {content.version}, {day(content.built.date())}.".strip()


def _section(section: Section, before: Section | None, content: Content, printable: Printable) -> dict[str, Any]:
    headed = content.kind == BILAN or section.title != content.title
    return {
        "number": printable(section.number),
        "name": _line(section.name, printable),
        "heading": _line(section.heading, printable),
        "title": _line(section.title, printable),
        "new_page": before is not None and _begins_a_page(section, before),
        "headed": headed,
        "blocks": list(_blocks(section.blocks, 2 if headed else 1, printable)),
    }


def _begins_a_page(section: Section, before: Section) -> bool:
    """True when it and the section before have figures, and for the first annexe: short texts share a page."""
    drawn = [any(isinstance(block, Exhibit) for block in part.blocks) for part in (before, section)]
    return all(drawn) or section.annexe > before.annexe


def _blocks(blocks: Sequence[Block], level: int, printable: Printable) -> Iterator[dict[str, Any]]:
    """With the level of their headings, which is that of a figure's title too: one more under a heading."""
    under = level
    for block in blocks:
        if isinstance(block, Heading):
            under = level + 1
            yield {"level": level} | _block(block, printable)
        else:
            yield {"level": under} | _block(block, printable)


def _block(block: Block, printable: Printable) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"type": "paragraph", "style": block.style, "text": printable(block.text)}
        case Heading():
            return {"type": "heading", "text": printable(block.text)}
        case Box():
            texts = [printable(text) for text in block.paragraphs]
            return {"type": "box", "kind": block.kind, "heading": printable(block.heading), "paragraphs": texts}
        case KeyFigures():
            return {"type": "cards", "figures": [_card(key_figure, printable) for key_figure in block.figures]}
        case Glossary():
            return {"type": "glossary", "entries": [[printable(word), printable(text)] for word, text in block.entries]}
        case Exhibit():
            return _figure(block, printable)


def _card(key_figure: KeyFigure, printable: Printable) -> dict[str, Any]:
    return {
        "label": printable(key_figure.label),
        "value": cell(key_figure.value, printable),
        "lines": [printable(text) for text in key_figure.lines],
    }


def _figure(figure: Exhibit, printable: Printable) -> dict[str, Any]:
    drawn = drawing(figure)
    return {
        "type": "figure",
        "whole": _holds_together(figure),
        "kind": "Tableau" if drawn is None else "Figure",
        "number": printable(figure.number),
        "title": _line(figure.title, printable),
        "message": printable(figure.message),
        "marks": [printable(mark) for mark in figure.marks],
        "alt": printable(figure.alt),
        "drawing": None if drawn is None else printed(drawn, printable),
        "table": table(figure, printable),
        "words": [[f"{name}{NARROW_SPACE}:", printable(text)] for name, text in figure.words()],
        "notes": [printable(_ended(note)) for note in figure.notes],
    }


def _ended(note: str) -> str:
    """Notes follow one another on a line: each ends as a sentence does."""
    return note if note.rstrip().endswith((".", "!", "?", "…", ":")) else f"{note}."


def _holds_together(figure: Exhibit) -> bool:
    """A short figure stands on one page; a long one begins where the one before ends."""
    texts = (figure.title, figure.message, figure.lecture, figure.champ, figure.source, *figure.notes)
    cells = (text for row in figure.rows for text in (row.label, *(cell.text for cell in row.cells)))
    letters = sum(len(text) + LINE * text.count("\n") for text in (*texts, *cells))
    return len(figure.rows) <= _ROWS and letters < _LETTERS


def _replaced(many: int) -> str:
    if not many:
        return ""
    what = count(many, "caractère")
    verb = "est remplacé" if many < 2 else "sont remplacés"
    return (
        f"{what} que les polices de ce document ne savent pas dessiner {verb} par «{NARROW_SPACE}{MARK}{NARROW_SPACE}»."
    )


def _line(text: str, printable: Printable, letters: int | None = None) -> str:
    """On one line, and cut where there is room for so many letters."""
    line = _LINES.sub(" ", text)
    return printable(line if letters is None else shortened(line, letters))
