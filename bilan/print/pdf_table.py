"""The table of a figure -> what its template takes: cells, the side they stand on, the width of each column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bilan.model.exhibit import NOTHING, Exhibit, ExhibitCell, ExhibitColumn

LINE = 92
"""Letters on a line of a table over the width of a page."""
_FEW, _SMALLER = 7, 1.16
"""Columns after which letters are smaller, and how many more then stand on a line."""
_WIDEST, _WORD = 50, 20
"""Letters after which a column had better cut its texts, and after which it cuts a word."""
_ASIDE, _SIGN = 2.5, 3.0
"""Letters that the space between two columns takes, and a sign."""
_NARROWEST = 0.5
"""Of the width of a page: a table of two short columns is not spread over all of it."""
_TALL = 700
"""Letters from which a cell may go on to the next page."""
_CUT = re.compile(r"[ \n/-]")
"""Where a line may end; a narrow no-break space is none."""
_NUMBERS = ("valeur", "zero")
_FIRST, _SHORT = frozenset("0123456789+-\u2212"), 16
"""What a number begins with, and the letters that it takes at most with its unit."""


def table(figure: Exhibit, printable: Callable[[str], str]) -> dict[str, Any]:
    """Return the table as JSON takes it."""
    columns = [
        _Room.of(column.label, [row.cells[position] for row in figure.rows])
        for position, column in enumerate(figure.columns)
    ]
    rooms = [_Room.of(figure.row_label, [ExhibitCell(row.label) for row in figure.rows]), *columns]
    small = len(rooms) > _FEW
    line = LINE * _SMALLER if small else LINE
    width, weights = _weights(rooms, line)
    return {
        "row_label": printable(figure.row_label),
        "columns": [
            {"label": printable(column.label), "right": _is_numbers(column, figure, position)}
            for position, column in enumerate(figure.columns)
        ],
        "small": small,
        "cut": any(room.cut for room in rooms) or sum(room.least for room in rooms) > line,
        "width": width,
        "weights": weights,
        "rows": [
            {
                "label": printable(row.label),
                "cells": [cell(item, printable) for item in row.cells],
                "tall": any(len(text) > _TALL for text in (row.label, *(cell.text for cell in row.cells))),
            }
            for row in figure.rows
        ],
    }


def cell(exhibit_cell: ExhibitCell, printable: Callable[[str], str]) -> dict[str, Any]:
    """Return one cell, or the value of a card; `said` is False of a state, which stands in italics."""
    return {
        "text": printable(exhibit_cell.text),
        "sign": exhibit_cell.sign,
        "said": exhibit_cell.state in (*_NUMBERS, NOTHING),
    }


def _is_numbers(column: ExhibitColumn, figure: Exhibit, position: int) -> bool:
    """Whether a column is aligned right: it is drawn in the chart, or most of its cells are short numbers."""
    if any(row.cells[position].sign for row in figure.rows):
        return False
    if column.role != "texte":
        return True
    said = [row.cells[position].text for row in figure.rows if row.cells[position].state in _NUMBERS]
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
    def of(cls, head: str, cells: Sequence[ExhibitCell]) -> _Room:
        signs = _SIGN if any(cell.sign for cell in cells) else 0
        words = [len(word) for text in (head, *(cell.text for cell in cells)) for word in _CUT.split(text)]
        longest = max(words, default=0)
        least = min(longest, _WORD) + signs + _ASIDE
        texts = max((len(head), *(len(cell.text) for cell in cells)))
        return cls(least, max(least, min(texts, _WIDEST) + signs + _ASIDE), longest > _WORD)


def _weights(rooms: Sequence[_Room], line: float) -> tuple[float, list[float]]:
    """The table's part of the page and its columns': each has room for its longest word, then for its longest text."""
    left = max(0.0, line - sum(room.least for room in rooms))
    more = sum(room.wanted - room.least for room in rooms)
    share = min(1.0, left / more) if more else 0.0
    weights = [room.least + (room.wanted - room.least) * share for room in rooms]
    return min(1.0, max(_NARROWEST, sum(weights) / line)), weights
