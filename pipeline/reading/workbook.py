"""A workbook (XLSX, ODS) -> one CSV of text a sheet.

Runs in the child process of staging/process.py, which may die without harm.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.reading.formulas import LostCells, lost_cells
from socle.process.disk import disk_errno
from socle.words.refusal import Refusal

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MAX_CELLS = 20_000_000
_NO_DIFFERENCE = 1e-9
_AS_THOUSANDS = 3


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name, and the CSV (`,`, UTF-8) of its cells."""

    name: str
    path: Path


def read_workbook(path: Path, fichier: str, workspace: Path) -> list[Sheet]:
    """Return the sheets of a workbook in order.

    Raise Refusal when it cannot be parsed, or when a formula was saved without its result; MemoryError when a sheet
    spreads too far.
    """
    try:
        sheets = _convert(path, workspace)
    except MemoryError:
        raise
    except Exception as error:  # whatever calamine, expat and zipfile may raise of a damaged workbook
        if disk_errno(error) is not None:
            raise
        raise Refusal("fichier_illisible", fichier=fichier, raison="son contenu est abîmé") from error
    for sheet, formulas in sheets:
        for row, column in formulas[:1]:
            where = f"ligne {row + 1}, colonne {column + 1} de la feuille « {sheet.name} »"
            raison = f"le résultat d'une formule n'y est pas enregistré ({where})"
            raise Refusal("fichier_illisible", fichier=fichier, raison=raison)
    return [sheet for sheet, _ in sheets]


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


def _convert(source: Path, workspace: Path) -> list[tuple[Sheet, list[tuple[int, int]]]]:
    """Write the CSV of each sheet; return (sheet, places of its formulas without a result)."""
    from python_calamine import load_workbook

    sheets = []
    workbook = load_workbook(source)
    lost = lost_cells(source)
    for number, name in enumerate(workbook.sheet_names):
        sheet, cells = Sheet(name, workspace / f"feuille{number}.csv"), lost.get(name, LostCells())
        _write(workbook.get_sheet_by_name(name), cells.errors, sheet.path)
        sheets.append((sheet, cells.formulas))
    return sheets


def _write(sheet: CalamineSheet, errors: dict[tuple[int, int], str], target: Path) -> None:
    if (sheet.total_height or 0) * (sheet.total_width or 0) > MAX_CELLS:
        raise MemoryError(sheet.name)
    left = sheet.start[1] if sheet.start else 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, row in enumerate(sheet.iter_rows()):
            texts = [errors.get((number, left + at)) or _text(cell) for at, cell in enumerate(row)]
            writer.writerow(texts if any(text.strip() for text in texts) else [])
