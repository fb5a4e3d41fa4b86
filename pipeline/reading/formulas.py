"""The XML of a workbook -> what its parser does not say: error values, formulas saved without a result, merged cells.

Runs in the child process of staging/process.py, which may die without harm.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

from pipeline.reading.package import elements, local, sheet_parts

_MAY_HOLD_ONE = re.compile(rb"<(\w+:)?f\b|\bt=[\"']e[\"']|:formula=|<(\w+:)?mergeCell\b|rows-spanned=[\"'](?!1[\"'])")
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")

Place = tuple[int, int]
"""(row, column), from 0."""


@dataclass
class LostCells:
    """The cells of one sheet that hold something and are read as empty."""

    errors: dict[Place, str] = field(default_factory=dict)
    """The error as the spreadsheet shows it: #N/A."""
    formulas: list[Place] = field(default_factory=list)
    """Formulas saved without their result."""
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    """First and last cell of those that are merged over several rows."""


def lost_cells(source: Path) -> dict[str, LostCells]:
    """Return the lost cells of each sheet by its name; `source` is what `package.readable` returned."""
    with zipfile.ZipFile(source) as archive:
        if source.suffix.lower() == ".ods":
            return _lost_in_ods(archive.read("content.xml"))
        return {name: _lost_in_xlsx(archive.read(part)) for name, part in sheet_parts(archive).items()}


def cell_name(place: Place) -> str:
    """(6, 1) -> B7."""
    letters, column = "", place[1] + 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{place[0] + 1}"


def _attributes(element: Element) -> dict[str, str]:
    return {local(name): value for name, value in element.items()}


def _lost_in_xlsx(xml: bytes) -> LostCells:
    lost, before = LostCells(), -1
    for element in elements(xml, "row", "mergeCell") if _MAY_HOLD_ONE.search(xml) else ():
        if local(element.tag) == "mergeCell":
            first, last = (_place(corner, (0, 0)) for corner in (element.get("ref", "A1") + ":A1").split(":")[:2])
            lost.merged += [(first, last)] if last[0] > first[0] else []
        else:
            # A row and a cell without a reference follow the one before.
            before = int(element.get("r", before + 2)) - 1
            for place, cell in _cells(element, before):
                _look_at_cell(cell, place, lost)
    return lost


def _cells(row: Element, number: int) -> Iterator[tuple[Place, Element]]:
    place = (number, -1)
    for cell in row:
        if local(cell.tag) == "c":
            place = _place(cell.get("r", ""), (place[0], place[1] + 1))
            yield place, cell


def _look_at_cell(cell: Element, place: Place, lost: LostCells) -> None:
    content = {local(child.tag): child.text for child in cell}
    kind = cell.get("t")
    if kind == "e":
        lost.errors[place] = content.get("v") or "#N/A"
    elif "f" in content and not content.get("v") and kind != "str":  # a text may well be empty
        lost.formulas.append(place)


def _place(reference: str, following: Place) -> Place:
    """B7 -> (6, 1); `following` where there is no reference."""
    found = _REFERENCE.fullmatch(reference.replace("$", ""))
    if not reference:
        return following
    if not found:
        raise ValueError(reference)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _lost_in_ods(xml: bytes) -> dict[str, LostCells]:
    lost: dict[str, LostCells] = {}
    if not _MAY_HOLD_ONE.search(xml):
        return lost
    sheet, row = LostCells(), 0
    for element in elements(xml, "table-row", "table"):
        if local(element.tag) == "table":
            lost[_attributes(element)["name"]] = sheet
            sheet, row = LostCells(), 0
        else:
            _look_at_row(element, row, sheet)
            row += int(_attributes(element).get("number-rows-repeated", 1))
    return lost


def _look_at_row(element: Element, row: int, sheet: LostCells) -> None:
    column = 0
    for cell in element:
        attributes = _attributes(cell)
        # OpenDocument has no type for errors: LibreOffice adds its own beside an empty text.
        kinds = [value for name, value in cell.items() if local(name) == "value-type"]
        if "error" in kinds:
            sheet.errors[row, column] = "".join(cell.itertext())
        elif "formula" in attributes and not kinds:
            sheet.formulas.append((row, column))
        spanned = int(attributes.get("number-rows-spanned", 1))
        if spanned > 1:
            width = int(attributes.get("number-columns-spanned", 1))
            sheet.merged.append(((row, column), (row + spanned - 1, column + width - 1)))
        column += int(attributes.get("number-columns-repeated", 1))
