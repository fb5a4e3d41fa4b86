"""Tables -> the CSV and XLSX files of the raw folder, byte for byte the same each time."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import xlsxwriter

from pipeline.demo.render import Table

_CREATED = datetime(2026, 1, 1)
"""Date given to every workbook: its bytes must not tell when they were made."""
_NUMBERS = ("nb_enfants_agrees", "nb_collectifs_agrees")


def write_csv(path: Path, table: Table) -> None:
    """Write the table as online tools export it: UTF-8 with BOM, CRLF; a row without cells is a blank line."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.headers)
    for row in table.rows:
        writer.writerow(row.cells)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


def write_xlsx(path: Path, table: Table, sheet: str, title: str | None) -> None:
    """Write the table as a workbook; its numbers are numbers, its dates are dates, all else is text."""
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"created": _CREATED, "title": "Données fictives"})
        page = workbook.add_worksheet(sheet)
        day, bold = workbook.add_format({"num_format": "dd/mm/yyyy"}), workbook.add_format({"bold": True})
        if title:
            page.write_string(0, 0, title, bold)
        page.write_row(table.header_line - 1, 0, table.headers, bold)
        for line, row in enumerate(table.rows, start=table.header_line):
            for position, (text, variable) in enumerate(zip(row.cells, table.variables, strict=False)):
                if variable in _NUMBERS and text.isdigit():
                    page.write_number(line, position, int(text))
                elif variable == "date_decision" and text:
                    page.write_datetime(line, position, datetime.strptime(text, "%d/%m/%Y"), day)
                elif text:
                    page.write_string(line, position, text)
