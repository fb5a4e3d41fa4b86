"""The content of a document -> what its Typst template takes: plain data, every text printable, columns weighed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bilan.charts import drawing
from bilan.content import Block, Box, Content, Glossary, Heading, KeyFigures, Paragraph, Section
from bilan.essentiel import KeyFigure
from bilan.figure import Cell, Column, Figure
from bilan.printable import MARK, Printable
from socle.french import NARROW_SPACE, count

_WORDS = (("Lecture", "lecture"), ("Champ", "champ"), ("Source", "source"), ("n", "n"))
_LINES = re.compile(r"[\n\r\t\x0b\x0c\x85\u2028\u2029]+")
_NUMBERS = ("valeur", "zero")
_FIRST, _SHORT = frozenset("0123456789+-\u2212"), 16
"""What a number begins with, and the letters that it takes at most with its unit."""
_LINE = 92
"""Letters on a line of a table over the width of a page."""
_FEW, _SMALLER = 7, 1.1
"""Columns after which letters are smaller, and how many more then stand on a line."""
_WIDEST, _WORD = 50, 20
"""Letters after which a column had better cut its texts, and after which it cuts a word."""
_ASIDE, _SIGN = 2.5, 3.0
"""Letters that the space between two columns takes, and a sign."""
_NARROWEST = 0.5
"""Of the width of a page: a table of two short columns is not spread over all of it."""
_ROWS, _LETTERS = 9, 4000
"""Up to which a figure is not cut in two pages."""
_RUNNING = 110
"""Letters of a running head."""
_TALL = 700
"""Letters from which a cell may go on to the next page."""


def document(content: Content) -> dict[str, Any]:
    """Return the whole document as JSON takes it."""
    printable = Printable()
    marks = [_line(mark, printable) for mark in content.marks]
    data = {
        "title": _line(content.title, printable),
        "running": _line(content.title, printable, _RUNNING),
        "subtitle": printable(content.subtitle),
        "made_by": printable(content.made_by),
        "author": _line(content.author, printable),
        "marks": marks,
        "keywords": ["Clas", "bilan", content.campagne, *marks, f"version {content.version}"],
        "watermark": _line(content.watermark, printable, _RUNNING // 2),
        "warning": printable(content.warning or ""),
        "foot": _line(content.foot, printable, 4 * _RUNNING),
        "contents": content.contents,
        "sections": [_section(section, printable) for section in content.sections],
    }
    return {**data, "replaced": _replaced(printable.replaced)}


def _section(section: Section, printable: Printable) -> dict[str, Any]:
    return {
        "number": printable(section.number),
        "name": _line(section.name, printable),
        "title": _line(section.title, printable),
        "full": any(isinstance(block, Figure) for block in section.blocks),
        "blocks": list(_blocks(section.blocks, printable)),
    }


def _blocks(blocks: Sequence[Block], printable: Printable) -> Iterator[dict[str, Any]]:
    level = 2  # of a figure's title: one more under a heading of the section
    for block in blocks:
        level = 3 if isinstance(block, Heading) else level
        yield {"level": level} | _block(block, printable)


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
            return {"type": "cards", "figures": [_card(one, printable) for one in block.figures]}
        case Glossary():
            return {"type": "glossary", "entries": [[printable(word), printable(text)] for word, text in block.entries]}
        case Figure():
            return _figure(block, printable)


def _card(one: KeyFigure, printable: Printable) -> dict[str, Any]:
    return {
        "label": printable(one.label),
        "value": _cell(one.value, printable),
        "lines": [printable(text) for text in (one.detail, one.base, one.before, _france(one)) if text],
    }


def _france(one: KeyFigure) -> str:
    return f"France{NARROW_SPACE}: {one.france}" if one.france else ""


def _figure(figure: Figure, printable: Printable) -> dict[str, Any]:
    drawn = drawing(figure, printable)
    words = [(name, getattr(figure, field)) for name, field in _WORDS if getattr(figure, field)]
    return {
        "type": "figure",
        "whole": _holds_together(figure),
        "kind": "Tableau" if drawn is None else "Figure",
        "number": printable(figure.number),
        "title": _line(figure.title, printable),
        "message": printable(figure.message),
        "marks": [printable(mark) for mark in figure.marks],
        "alt": printable(figure.alt),
        "drawing": drawn,
        "table": _table(figure, printable),
        "words": [[f"{name}{NARROW_SPACE}:", printable(text)] for name, text in words],
        "notes": [printable(note) for note in figure.notes],
    }


def _holds_together(figure: Figure) -> bool:
    """A short figure stands on one page; a long one begins where the one before ends."""
    texts = (figure.title, figure.message, figure.lecture, figure.champ, figure.source, *figure.notes)
    cells = (text for row in figure.rows for text in (row.label, *(cell.text for cell in row.cells)))
    letters = sum(len(text) + _LINE * text.count("\n") for text in (*texts, *cells))
    return len(figure.rows) <= _ROWS and letters < _LETTERS


def _table(figure: Figure, printable: Printable) -> dict[str, Any]:
    columns = [
        _Room.of(column.label, [row.cells[place] for row in figure.rows]) for place, column in enumerate(figure.columns)
    ]
    rooms = [_Room.of(figure.row_label, [Cell(row.label) for row in figure.rows]), *columns]
    small = len(rooms) > _FEW
    line = _LINE * _SMALLER if small else _LINE
    width, weights = _weights(rooms, line)
    return {
        "row_label": printable(figure.row_label),
        "columns": [
            {"label": printable(column.label), "right": _is_numbers(column, figure, place)}
            for place, column in enumerate(figure.columns)
        ],
        "small": small,
        "cut": any(room.cut for room in rooms) or sum(room.least for room in rooms) > line,
        "width": width,
        "weights": weights,
        "rows": [
            {
                "label": printable(row.label),
                "cells": [_cell(cell, printable) for cell in row.cells],
                "tall": any(len(text) > _TALL for text in (row.label, *(cell.text for cell in row.cells))),
            }
            for row in figure.rows
        ],
    }


def _cell(cell: Cell, printable: Callable[[str], str]) -> dict[str, Any]:
    return {
        "text": printable(cell.text),
        "sign": cell.sign,
        "said": cell.state in (*_NUMBERS, "sans_objet"),
    }


def _line(text: str, printable: Printable, letters: int | None = None) -> str:
    """On one line, and cut where there is room for so many letters."""
    line = _LINES.sub(" ", text)
    return printable(line if letters is None or len(line) <= letters else f"{line[: letters - 1]}…")


def _is_numbers(column: Column, figure: Figure, place: int) -> bool:
    """A column stands to the right when it is drawn, or when most of what it says is a number and little more."""
    if column.role != "texte":
        return True
    said = [row.cells[place].text for row in figure.rows if row.cells[place].state in _NUMBERS]
    return sum(text[:1] in _FIRST and len(text) <= _SHORT for text in said if text) * 2 > len(said)


@dataclass(frozen=True)
class _Room:
    """What a column asks for, in letters."""

    least: float
    """For its longest word."""
    wanted: float
    """For its longest text, within reason."""
    cut: bool
    """Whether a word is so long that it has to be cut."""

    @classmethod
    def of(cls, head: str, cells: Sequence[Cell]) -> _Room:
        signs = _SIGN if any(cell.sign for cell in cells) else 0
        words = [len(word) for text in (head, *(cell.text for cell in cells)) for word in text.split(" ")]
        longest = max(words, default=0)
        least = min(longest, _WORD) + signs + _ASIDE
        texts = max((len(head) / 2, *(len(cell.text) for cell in cells)))
        return cls(least, max(least, min(texts, _WIDEST) + signs + _ASIDE), longest > _WORD)


def _weights(rooms: Sequence[_Room], line: float) -> tuple[float, list[float]]:
    """The table's part of the page and its columns': each has room for its longest word, then for its longest text."""
    left = max(0.0, line - sum(room.least for room in rooms))
    more = sum(room.wanted - room.least for room in rooms)
    share = min(1.0, left / more) if more else 0.0
    weights = [room.least + (room.wanted - room.least) * share for room in rooms]
    return min(1.0, max(_NARROWEST, sum(weights) / line)), weights


def _replaced(many: int) -> str:
    if not many:
        return ""
    what = count(many, "caractère")
    verb = "est remplacé" if many < 2 else "sont remplacés"
    return (
        f"{what} que les polices de ce document ne savent pas dessiner {verb} par «{NARROW_SPACE}{MARK}{NARROW_SPACE}»."
    )
