"""A workbook (XLSX, ODS) -> one CSV of text a sheet.

Runs in the child process of staging/process.py, which may die without harm.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.reading.formulas import LostCells, Place, cell_name, lost_cells
from pipeline.reading.package import BrokenPackageError, Skipped, readable
from socle.process.disk import disk_errno
from socle.words.refusal import Refusal

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MAX_CELLS = 20_000_000
_STRAY = 2
"""Cells of a far row up to which they are a slip of the hand, and no answers."""
_NO_DIFFERENCE = 1e-9
_AS_THOUSANDS = 3


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name, and the CSV (`,`, UTF-8) of its cells."""

    name: str
    path: Path
    hidden: bool = False
    unsaved: str | None = None
    """The first cell, as people name it, whose formula was saved without its result."""
    merged: tuple[tuple[Place, Place], ...] = ()
    """First and last (row, column) of the CSV, from 0, of the cells merged over several rows."""
    skipped: tuple[tuple[int, int], ...] = ()
    """The empty rows left out of the CSV, see package.Skipped."""
    stray: tuple[str, ...] = ()
    """Cells that stand alone far below the others: they are left out too."""
    left: int = 0
    """Empty columns before the first one of the CSV."""


def read_workbook(path: Path, fichier: str, workspace: Path) -> list[Sheet]:
    """Return the sheets of a workbook in order.

    Raise Refusal when it cannot be parsed; MemoryError when a sheet spreads too far.
    """
    try:
        return _convert(path, workspace)
    except MemoryError:
        raise
    except BrokenPackageError as error:
        raise Refusal("fichier_illisible", fichier=fichier, raison=str(error)) from error
    except Exception as error:  # whatever calamine, expat and zipfile may raise of a damaged workbook
        if disk_errno(error) is not None:
            raise
        raise Refusal("fichier_illisible", fichier=fichier, raison="son contenu est abîmé") from error


def _text(value: object) -> str:
    """Return a cell as the text a person would have typed; dates in ISO form, whole numbers without decimals."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, time):
        return _clock(
            timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _clock(value)
    return "\n".join(re.split(r"\r\n?", str(value)))  # csv.writer leaves a lone carriage return unquoted


def number_text(value: float) -> str:
    """Return the number of a cell as its spreadsheet shows it: 9 for 8.999999999999998, 0.3 for 0.30000000000000004.

    Three decimals get a zero, 1.2340: « 1.234 » may be a thousand, and a cell that holds a number leaves no such doubt.
    """
    if not isfinite(value):
        return str(value)
    if abs(value - round(value)) < _NO_DIFFERENCE:
        return str(round(value))
    text = format(Decimal(f"{value:.15g}"), "f")
    return f"{text}0" if len(text.partition(".")[2]) == _AS_THOUSANDS else text


def _clock(duration: timedelta) -> str:
    """150:30:00: a duration is a number of hours where hours are asked, and nothing elsewhere."""
    seconds = round(duration.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _convert(source: Path, workspace: Path) -> list[Sheet]:
    """Write the CSV of each sheet; return the sheets."""
    from python_calamine import SheetVisibleEnum, load_workbook

    sheets = []
    whole, skipped = readable(source, workspace)
    workbook = load_workbook(whole)
    lost = lost_cells(whole)
    hidden = {sheet.name for sheet in workbook.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible}
    for number, name in enumerate(workbook.sheet_names):
        cells, path = lost.get(name, LostCells()), workspace / f"feuille{number}.csv"
        shifts = skipped.get(name, Skipped()).shifts
        read = workbook.get_sheet_by_name(name)
        left = read.start[1] if read.start else 0
        stray = _write(read, cells.errors, path, shifts)
        sheets.append(
            Sheet(
                name,
                path,
                name in hidden,
                cell_name(cells.formulas[0]) if cells.formulas else None,
                tuple(((top, first - left), (bottom, last - left)) for (top, first), (bottom, last) in cells.merged),
                tuple(shifts),
                stray,
                left,
            )
        )
    return sheets


def _write(
    sheet: CalamineSheet, errors: dict[Place, str], target: Path, shifts: Sequence[tuple[int, int]]
) -> tuple[str, ...]:
    """Write the CSV of a sheet; return the cells that stand alone below a long run of empty rows."""
    if (sheet.total_height or 0) * (sheet.total_width or 0) > MAX_CELLS:
        raise MemoryError(sheet.name)
    left = sheet.start[1] if sheet.start else 0
    far = shifts[0][0] if shifts else None
    stray: list[str] = []
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, row in enumerate(sheet.iter_rows()):
            texts = [errors.get((number, left + at)) or _text(cell) for at, cell in enumerate(row)]
            filled = [at for at, text in enumerate(texts) if text.strip()]
            if far and number + 1 >= far and 0 < len(filled) <= _STRAY:
                by = next(shift for start, shift in reversed(shifts) if number + 1 >= start)
                stray += [cell_name((number + by, left + at)) for at in filled]
                filled = []
            writer.writerow(texts if filled else [])
    return tuple(stray)
