"""A workbook (XLSX, ODS) -> one CSV of text a sheet, parsed in a child process that may die without harm.

A four-kilobyte workbook can make a parser abort its whole process, so it never runs in ours.
"""

from __future__ import annotations

import csv
import json
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.messages import Refusal
from pipeline.read_formulas import LostCells, lost_cells

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MEMORY_BYTES = 2 * 1024**3
SECONDS = 60
MAX_CELLS = 20_000_000


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name, and the CSV (`,`, UTF-8) of its cells."""

    name: str
    path: Path


def read_workbook(path: Path, fichier: str, workspace: Path) -> list[Sheet]:
    """Return the sheets of a workbook in order.

    Raise Refusal when the child could not read it within its limits, or when a formula was saved without its result.
    """
    command = [sys.executable, "-m", "pipeline.read_workbook", str(path), str(workspace)]
    try:
        child = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, env={"PYTHONUTF8": "1"})
    except subprocess.TimeoutExpired:
        raise Refusal("fichier_illisible", fichier=fichier, raison="sa lecture est trop longue") from None
    if child.returncode:
        raise Refusal("fichier_illisible", fichier=fichier, raison="son contenu est abîmé ou démesuré")
    sheets = json.loads(child.stdout)
    for name, _, formulas in sheets:
        for row, column in formulas[:1]:
            place = f"ligne {row + 1}, colonne {column + 1} de la feuille « {name} »"
            raison = f"le résultat d'une formule n'y est pas enregistré ({place})"
            raise Refusal("fichier_illisible", fichier=fichier, raison=raison)
    return [Sheet(name, Path(csv_path)) for name, csv_path, _ in sheets]


def _limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _text(value: object) -> str:
    """Return a cell as the text a person would have typed; dates in ISO form, whole numbers without decimals."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds() / 3600)
    return "\n".join(re.split(r"\r\n?", str(value)))  # csv.writer leaves a lone carriage return unquoted


def _convert(source: Path, workspace: Path) -> list[tuple[str, str, list[tuple[int, int]]]]:
    """Write the CSV of each sheet; return (name, path of its CSV, the first cell whose formula has no result)."""
    from python_calamine import load_workbook

    sheets = []
    workbook = load_workbook(source)
    lost = lost_cells(source)
    for number, name in enumerate(workbook.sheet_names):
        target = workspace / f"{source.name}.{number}.csv"
        cells = lost.get(name, LostCells())
        _write(workbook.get_sheet_by_name(name), cells.errors, target)
        sheets.append((name, str(target), cells.formulas[:1]))
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


if __name__ == "__main__":
    _limit_resources()
    json.dump(_convert(Path(sys.argv[1]), Path(sys.argv[2])), sys.stdout)
