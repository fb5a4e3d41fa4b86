"""The XML of a workbook -> what calamine reads as empty: error values, and formulas saved without a result.

Runs in the child process of staging/process.py, which may die without harm.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_MAY_HOLD_ONE = re.compile(rb"<(\w+:)?f\b|\bt=[\"']e[\"']|:formula=")


@dataclass
class LostCells:
    """The cells of one sheet that hold something and are read as empty; a place is (row, column), from 0."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    """The error as the spreadsheet shows it: #N/A."""
    formulas: list[tuple[int, int]] = field(default_factory=list)
    """Formulas saved without their result."""


def lost_cells(source: Path) -> dict[str, LostCells]:
    """Return the lost cells of each sheet by its name."""
    with zipfile.ZipFile(source) as archive:
        if source.suffix.lower() == ".ods":
            return _lost_in_ods(archive.read("content.xml"))
        return {name: _lost_in_xlsx(archive.read(part)) for name, part in _parts(archive).items()}


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The XML part of each sheet of an XLSX, by the sheet's name."""
    relations = _elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    parts = {}
    for sheet in _elements(archive.read("xl/workbook.xml"), "sheet"):
        target = targets[next(value for key, value in sheet.items() if key.endswith("}id"))]
        parts[sheet.get("name", "")] = posixpath.join("/xl", target).removeprefix("/")
    return parts


def _elements(xml: bytes, *tags: str) -> Iterator[Element]:
    """Yield the elements of those tags as they end; rows are emptied once read."""
    for _, element in ElementTree.iterparse(io.BytesIO(xml)):  # noqa: S314  # expat bounds entities, the child the rest
        if _local(element.tag) in tags:
            yield element
        if _local(element.tag) in ("row", "table-row"):
            element.clear()


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _attributes(element: Element) -> dict[str, str]:
    return {_local(name): value for name, value in element.items()}


def _lost_in_xlsx(xml: bytes) -> LostCells:
    lost = LostCells()
    for cell in _elements(xml, "c") if _MAY_HOLD_ONE.search(xml) else ():
        content = {_local(child.tag): child.text for child in cell}
        kind, place = cell.get("t"), _place(cell.get("r", ""))
        if kind == "e":
            lost.errors[place] = content.get("v") or "#N/A"
        elif "f" in content and not content.get("v") and kind != "str":  # a text may well be empty
            lost.formulas.append(place)
    return lost


def _place(reference: str) -> tuple[int, int]:
    """B7 -> (6, 1)."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]) - 1, column - 1


def _lost_in_ods(xml: bytes) -> dict[str, LostCells]:
    lost: dict[str, LostCells] = {}
    if not _MAY_HOLD_ONE.search(xml):
        return lost
    sheet, row = LostCells(), 0
    for element in _elements(xml, "table-row", "table"):
        if _local(element.tag) == "table":
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
        kinds = [value for name, value in cell.items() if _local(name) == "value-type"]
        if "error" in kinds:
            sheet.errors[row, column] = "".join(cell.itertext())
        elif "formula" in attributes and not kinds:
            sheet.formulas.append((row, column))
        column += int(attributes.get("number-columns-repeated", 1))
