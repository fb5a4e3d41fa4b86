"""The sheets of a workbook as a person sees them: cells at their places, whatever the kind of file they go to."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from clas_demo.files.render import kind_of
from clas_demo.world.tables import Record, Table

Held = str | int | float | date | datetime
"""What a cell holds; a datetime is a day with its time."""

_NUMBERS = ("entier", "decimal", "montant", "taux")
_WRAPPED = ("groupe", "entete", "libelle", "reponse", "texte")
_GROUP_MARK = " › "


@dataclass(frozen=True)
class SheetCell:
    """One cell, over `across` columns and `down` rows when it is merged."""

    row: int
    """Line as a spreadsheet shows it: 1 for the first."""
    column: int
    """0 for the first."""
    value: Held
    style: str = ""
    """titre, section, question, groupe, entete, libelle, note, reponse, texte (a long one), or nothing."""
    across: int = 1
    down: int = 1


@dataclass
class SheetPage:
    """One sheet."""

    name: str
    cells: list[SheetCell] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    """Width of columns, in characters."""

    def put(self, row: int, column: int, value: Held, style: str = "", across: int = 1, down: int = 1) -> None:
        """Write a cell; an empty text is a cell left blank, which shows when it is a box to fill."""
        if value != "" or across > 1 or style == "reponse":
            self.cells.append(SheetCell(row, column, value, style, across, down))

    def heights(self) -> dict[int, int]:
        """Return the rows whose texts take more than one line, and how many lines they take."""
        heights: dict[int, int] = {}
        for cell in self.cells:
            if cell.style in _WRAPPED and cell.down == 1 and isinstance(cell.value, str):
                width = sum(self.widths.get(column, 10) for column in range(cell.column, cell.column + cell.across))
                lines = 3 if cell.style == "texte" else math.ceil(len(cell.value) * 1.05 / width)
                heights[cell.row] = max(heights.get(cell.row, 1), lines)
        return {row: lines for row, lines in heights.items() if lines > 1}


def table_page(name: str, table: Table, rows: Sequence[Record], title: str | None) -> SheetPage:
    """Return the sheet of a table: a title, its header on one line or two, then `rows`, numbers and dates as such."""
    page = SheetPage(name, widths=dict.fromkeys(range(len(table.headers)), 14))
    if title:
        page.put(1, 0, title, "titre")
    if table.header_rows == 2:
        _put_two_lines(page, table)
    else:
        for position, header in enumerate(table.headers):
            page.put(table.header_line, position, header, "entete")
    for line, row in enumerate(rows, start=table.header_line + 1):
        for position, text in enumerate(row.cells):
            page.put(line, position, held(row, position, text, table.variables[position]))
    return page


def held(row: Record, position: int, text: str, variable: str | None) -> Held:
    """Return a cell as a spreadsheet holds it; one that a fault was planted in stays as it was typed."""
    kind = kind_of(variable) if variable and position not in row.typed else None
    if kind in _NUMBERS and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind in _NUMBERS and re.fullmatch(r"-?\d+,\d+", text):
        return float(text.replace(",", "."))
    if kind in ("date", "horodatage") and (day := re.fullmatch(r"(\d\d/\d\d/\d{4})( \d\d:\d\d)?", text)):
        if day[2]:
            return datetime.strptime(text, "%d/%m/%Y %H:%M")
        return datetime.strptime(text, "%d/%m/%Y").date()
    return text


def _put_two_lines(page: SheetPage, table: Table) -> None:
    """A group is merged over its columns; a header without a group takes both lines."""
    above = table.header_line - 1
    for group, first, questions in _groups(table.headers):
        if group is None:
            page.put(above, first, questions[0], "groupe", down=2)
            continue
        page.put(above, first, group, "groupe", across=len(questions))
        for position, question in enumerate(questions, start=first):
            page.put(table.header_line, position, question, "entete")


def _groups(headers: Sequence[str]) -> Iterator[tuple[str | None, int, list[str]]]:
    """Yield (group, its first column, its questions); a header without a group is alone in its own."""
    found: list[tuple[str | None, int, list[str]]] = []
    for position, header in enumerate(headers):
        group, mark, question = header.partition(_GROUP_MARK)
        if not mark:
            found.append((None, position, [header]))
        elif found and found[-1][0] == group:
            found[-1][2].append(question)
        else:
            found.append((group, position, [question]))
    yield from found
