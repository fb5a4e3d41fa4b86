"""A figure -> the same table as CSV and as XLSX: what is written, and beside it the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO, StringIO

from bilan.model.exhibit import Exhibit
from socle.files.cells import NumberText, sheet_cell, write_csv

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
_FORMATS = {"pct": "0.0%", "n": "#,##0", "ratio": "0.0", "h": "0.0", "eur": '#,##0 "€"'}


def csv_file(figure: Exhibit) -> bytes:
    """Return the table as French spreadsheets open it: UTF-8 with its mark, semicolons, decimal commas.

    A column that holds numbers is there twice, as it is shown and as numbers; the last one says provisional or not.
    """
    out = StringIO(newline="")
    write_csv(out, ([_french(value) for value in line] for line in _lines(figure)), delimiter=";", end="\r\n")
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_file(figure: Exhibit) -> bytes:
    """Return a workbook of two sheets: the table, its numbers being numbers, and how to read it."""
    import xlsxwriter

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold, wrapped = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"text_wrap": True})
        written = book.add_format({"num_format": _FORMATS[figure.unit] if _one_unit(figure) else "General"})
        sheet = book.add_worksheet("Tableau")
        head, *lines = _lines(figure)
        sheet.write_row(0, 0, map(sheet_cell, head), bold)
        for position, line in enumerate(lines, start=1):
            for column, value in enumerate(line):
                sheet.write(position, column, sheet_cell(value), written if isinstance(value, float) else wrapped)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 38)
        sheet.set_column(1, len(head) - 1, 22)
        notice = book.add_worksheet("À lire")
        notice.set_column(0, 0, 16)
        notice.set_column(1, 1, 100)
        for position, (name, text) in enumerate(words(figure)):
            notice.write(position, 0, name, bold)
            notice.write(position, 1, sheet_cell(text), wrapped)
    return out.getvalue()


def words(figure: Exhibit) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of all that goes with the table."""
    yield "Titre", f"{figure.number} {figure.title}"
    if figure.message:
        yield "Message", figure.message
    yield from figure.words()
    yield from (("Mention", mark) for mark in figure.marks)
    yield from (("Note", note) for note in figure.notes)


def _lines(figure: Exhibit) -> Iterator[list[str | float]]:
    drawn = [
        any(row.cells[position].number is not None for row in figure.rows) for position in range(len(figure.columns))
    ]
    head: list[str | float] = [figure.row_label]
    for column, numbers in zip(figure.columns, drawn, strict=True):
        head += [column.label, f"{column.label} (nombre)"] if numbers else [column.label]
    yield [*head, "Mentions"]
    marks = " ; ".join(figure.marks)
    for row in figure.rows:
        line: list[str | float] = [row.label]
        for cell, numbers in zip(row.cells, drawn, strict=True):
            line.append(cell.text)
            if numbers:
                line.append("" if cell.number is None else float(cell.number))
        yield [*line, marks]


def _one_unit(figure: Exhibit) -> bool:
    """A chart is of one unit; a table alone may hold several."""
    return figure.chart != "aucun"


def _french(value: str | float) -> str:
    return NumberText(f"{value:.10g}".replace(".", ",")) if isinstance(value, float) else value
