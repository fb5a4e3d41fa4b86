"""Tables and sheets -> the CSV, XLSX and ODS files of the raw folder, byte for byte the same each time."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from clas_demo.files.ods import write_ods
from clas_demo.files.pages import SheetCell, SheetPage
from clas_demo.world.tables import Table

_CREATED = datetime(2026, 1, 1)
"""Date given to every workbook: its bytes must not tell when they were made."""
_BOXED = {"border": 1, "border_color": "#999999", "valign": "top"}
_STYLES: dict[str, dict[str, Any]] = {
    "": {},
    "titre": {"bold": True, "font_size": 14},
    "section": {"bold": True, "bg_color": "#DCE6F1", "font_size": 12},
    "question": {"bold": True},
    "groupe": {"bold": True, "bg_color": "#DCE6F1", "align": "center", "text_wrap": True, **_BOXED},
    "entete": {"bold": True, "text_wrap": True, **_BOXED},
    "libelle": {"text_wrap": True, "valign": "top"},
    "note": {"italic": True, "font_color": "#666666", "valign": "top"},
    "reponse": {"text_wrap": True, "align": "left", **_BOXED},
    "texte": {"text_wrap": True, "align": "left", **_BOXED},
}
_DAY, _HOUR = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"


def write_csv(path: Path, table: Table, encoding: str = "utf-8-sig") -> None:
    """Write the table as online tools export it: `;`, CRLF; a row without cells is a blank line."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.headers)
    for row in table.rows:
        writer.writerow(row.cells)
    path.write_bytes(text.getvalue().encode(encoding))


def write_workbook(path: Path, pages: Sequence[SheetPage]) -> None:
    """Write the sheets as the kind of workbook that the name of the file says."""
    if path.suffix == ".ods":
        write_ods(path, pages)
    else:
        _write_xlsx(path, pages)


def _write_xlsx(path: Path, pages: Sequence[SheetPage]) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"created": _CREATED, "title": "Données fictives"})
        styles: dict[tuple[str, str], Any] = {}
        for page in pages:
            sheet = workbook.add_worksheet(page.name)
            sheet.set_landscape()
            sheet.set_paper(9)  # A4
            sheet.fit_to_pages(1, 0)
            for column, width in page.widths.items():
                sheet.set_column(column, column, width)
            for row, lines in page.heights().items():
                sheet.set_row(row - 1, 15 * lines)
            for cell in page.cells:
                shown = _shown_as(cell)
                if (cell.style, shown) not in styles:
                    number = {"num_format": shown} if shown else {}
                    styles[cell.style, shown] = workbook.add_format(_STYLES[cell.style] | number)
                _put(sheet, cell, styles[cell.style, shown])


def _shown_as(cell: SheetCell) -> str:
    if isinstance(cell.value, datetime):
        return _HOUR
    return "" if isinstance(cell.value, str | int | float) else _DAY


def _put(sheet: Any, cell: SheetCell, style: Any) -> None:
    row, column = cell.row - 1, cell.column
    if cell.across > 1 or cell.down > 1:
        sheet.merge_range(row, column, row + cell.down - 1, column + cell.across - 1, "", style)
    if isinstance(cell.value, str):
        if cell.value:
            sheet.write_string(row, column, cell.value, style)
        elif cell.across == 1:
            sheet.write_blank(row, column, None, style)
    elif isinstance(cell.value, int | float):
        sheet.write_number(row, column, cell.value, style)
    else:
        sheet.write_datetime(row, column, cell.value, style)
