"""One table -> its sheet: what is written, numbers as numbers, the chart, and every word that goes with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bilan.model.drawn import drawing
from bilan.model.exhibit import Exhibit, ExhibitCell
from bilan.office.office_chart import VALUE_FORMATS, as_shown
from bilan.office.stable import told
from bilan.office.xlsx_chart import SheetTable, chart
from socle.files.cells import sheet_cell

HEAD = 4
"""The row of the table's head: title, message and marks are above."""
_LABEL, _COLUMN, _WIDEST = 44, 16, 30
_ON_ONE_PAGE = 20
"""Rows of a table that is printed on one page with its chart and its words."""
_LINE = 15.0
"""Points of one line."""


class Formats:
    """The formats of one workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._numbers: dict[str, Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.cell = book.add_format({"text_wrap": True, "valign": "top", "align": "left", "indent": 1})
        self.state = book.add_format({"text_wrap": True, "valign": "top", "italic": True, "align": "left", "indent": 1})
        self.mark = book.add_format({"bold": True, "font_color": "#8A3B00", "text_wrap": True, "valign": "top"})
        self.head = book.add_format(
            {"bold": True, "bg_color": "#F2F5F8", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.head_of_numbers = book.add_format(
            {"bold": True, "bg_color": "#F2F5F8", "bottom": 1, "text_wrap": True, "valign": "top", "align": "right"}
        )
        self.link = book.add_format({"font_color": "#0B4F7D", "underline": 1, "text_wrap": True, "valign": "top"})

    def number(self, pattern: str) -> Any:
        """Return the format of numbers that are shown by that pattern."""
        if pattern not in self._numbers:
            self._numbers[pattern] = self._book.add_format({"num_format": pattern, "valign": "top"})
        return self._numbers[pattern]

    def height(self, text: str, letters: int, style: Any = None) -> float:
        """Return the points that a text needs in a column that holds so many letters."""
        lines = sum(math.ceil(len(line) * 1.1 / letters) or 1 for line in text.splitlines() or [""])
        return min(409.0, (lines * _LINE + 2) * (1.3 if style is self.title else 1))


@dataclass(frozen=True)
class _Place:
    """Where a column of the figure stands: its text, its numbers, or both at once."""

    text: int
    numbers: int | None
    """None of a column that has none."""


class FigureSheet:
    """Writes one figure on its sheet."""

    def __init__(self, book: Any, sheet: Any, formats: Formats, figure: Exhibit) -> None:
        self._book, self._sheet, self._formats, self._figure = book, sheet, formats, figure
        self._places = list(_places(figure))
        self._last = max((max(place.text, place.numbers or 0) for place in self._places), default=0)
        self._widths = self._columns()

    def write(self, summary: str) -> None:
        """Write it all, with a link back to the sheet of that name."""
        figure, formats = self._figure, self._formats
        self._line(0, f"{figure.number} {figure.title}", formats.title)
        self._line(1, figure.message, formats.text)
        self._line(2, " · ".join(figure.marks), formats.mark)
        self._sheet.write_url(3, 0, f"internal:'{summary}'!A1", formats.link, summary)
        self._table()
        row = HEAD + len(figure.rows) + 2
        for name, text in told(figure):
            self._line(row, f"{name}\u202f: {text}", formats.text)
            row += 1
        self._chart(row + 1)
        if len(figure.rows) <= _ON_ONE_PAGE:
            self._sheet.fit_to_pages(1, 1)
        self._sheet.freeze_panes(HEAD + 1, 1)
        self._sheet.repeat_rows(HEAD)

    def _chart(self, row: int) -> None:
        drawn = drawing(self._figure)
        if drawn is None:
            return
        numbers = [place.text if place.numbers is None else place.numbers for place in self._places]
        table = SheetTable(self._sheet.get_name(), HEAD, [place.text for place in self._places], numbers)
        placed = {"description": drawn.alt, "object_position": 3}
        self._sheet.insert_chart(row, 0, chart(self._book, drawn, table), placed)
        if len(self._figure.rows) > _ON_ONE_PAGE:
            self._sheet.set_h_pagebreaks([row])

    def _columns(self) -> list[int]:
        figure, widths = self._figure, [_LABEL] + [_COLUMN] * self._last
        for rank, place in enumerate(self._places):
            longest = max((len(row.cells[rank].text) for row in figure.rows), default=0)
            widths[place.text] = min(_WIDEST, max(_COLUMN, longest + 2))
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)
        return widths

    def _line(self, row: int, text: str, style: Any) -> None:
        """A text over the whole width of the table, or over a readable one."""
        last, wide = 0, self._widths[0]
        while wide < 90 or last < self._last:
            last += 1
            wide += self._widths[last] if last <= self._last else 8
        self._sheet.merge_range(row, 0, row, last, sheet_cell(text), style)
        self._sheet.set_row(row, self._formats.height(text, wide, style))

    def _table(self) -> None:
        figure, formats = self._figure, self._formats
        self._write(HEAD, 0, figure.row_label, formats.head)
        heads = [figure.row_label]
        for column, place in zip(figure.columns, self._places, strict=True):
            beside = place.numbers if place.numbers != place.text else None
            for where, label in ((place.text, column.label), (beside, f"{column.label} (nombre)")):
                if where is not None:
                    style = formats.head_of_numbers if where == place.numbers else formats.head
                    self._write(HEAD, where, label, style)
                    heads.append(label)
        self._sheet.set_row(HEAD, max(formats.height(head, _COLUMN) for head in heads))
        for rank, row in enumerate(figure.rows, start=HEAD + 1):
            self._write(rank, 0, row.label, formats.text)
            for cell, place, column in zip(row.cells, self._places, figure.columns, strict=True):
                self._cell(rank, place, cell, column.role)
            self._sheet.set_row(rank, self._height(row.label, row.cells))

    def _height(self, label: str, cells: Sequence[ExhibitCell]) -> float:
        said = [(cell.text, self._widths[place.text]) for cell, place in zip(cells, self._places, strict=True)]
        return max(self._formats.height(text, width) for text, width in ((label, _LABEL), *said))

    def _cell(self, row: int, place: _Place, cell: ExhibitCell, role: str) -> None:
        if place.text != place.numbers:
            stated = cell.state not in ("valeur", "zero")
            self._write(row, place.text, cell.text, self._formats.state if stated else self._formats.cell)
        if place.numbers is not None and cell.number is not None:
            pattern = as_shown(cell) or _plain(cell, role, self._figure)
            self._sheet.write_number(row, place.numbers, cell.number, self._formats.number(pattern))

    def _write(self, row: int, column: int, text: str, style: Any) -> None:
        self._sheet.write_string(row, column, sheet_cell(text), style)


def _plain(cell: ExhibitCell, role: str, figure: Exhibit) -> str:
    """Return the pattern of a number whose text says more; a base is a count, a table alone holds several units."""
    if role == "base":
        return VALUE_FORMATS["n"]
    if figure.chart != "aucun":
        return VALUE_FORMATS[figure.unit]
    return next((VALUE_FORMATS[unit] for sign, unit in (("%", "pct"), ("€", "eur")) if sign in cell.text), "0.00")


def _places(figure: Exhibit) -> list[_Place]:
    """A column whose every cell is a number as its text says it is one column; of the others, numbers stand beside."""
    places: list[_Place] = []
    column = 1
    for rank in range(len(figure.columns)):
        cells = [row.cells[rank] for row in figure.rows]
        if cells and all(as_shown(cell) for cell in cells):
            places.append(_Place(column, column))
        elif any(cell.number is not None for cell in cells):
            places.append(_Place(column, column + 1))
            column += 1
        else:
            places.append(_Place(column, None))
        column += 1
    return places
