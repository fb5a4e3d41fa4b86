"""A workbook as received -> one that the parser reads as a spreadsheet does: the same file, or a copy of what differs.

Part names in another case or with backslashes, targets that climb, parts under another name; far rows that would spread
a sheet over a million empty ones; what OpenDocument puts inside a text without being of it (notes), or as a mark.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

WORKBOOK, SHARED, STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_ROOT, _RELATIONS = "_rels/.rels", "xl/_rels/workbook.xml.rels"
_OFFICE_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_RENAMED = {"sharedStrings": SHARED, "styles": STYLES}
"""Parts that the parser looks for under these names, whatever the workbook calls them."""
_GAP = 1000
"""Empty rows in a row beyond which they are left out."""
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\sr="(\d+)"')
_ROW_OF = re.compile(rb'(<(?:\w+:)?(?:row|c)\b[^>]*?\sr="[A-Z]*)(\d+)(?=")')
_MERGED = re.compile(rb'(<(?:\w+:)?mergeCell\b[^>]*?\sref=")([A-Z]+)(\d+):([A-Z]+)(\d+)')
_ODS_TABLE = re.compile(rb"<(?:\w+:)?table\s.*?</(?:\w+:)?table>", re.DOTALL)
_ODS_ROW = re.compile(rb"<(?:\w+:)?table-row(?=[\s/>])[^>]*?(?:/>|>.*?</(?:\w+:)?table-row>)", re.DOTALL)
_ODS_REPEATED = re.compile(rb'(\snumber-rows-repeated="|:number-rows-repeated=")(\d+)')
_ODS_FILLED = re.compile(rb"<(?:\w+:)?p(?=[\s/>])|:value=|formula=")
_ODS_NAME = re.compile(rb'\bname="([^"]*)"')
# What is not of the text of a cell, and what stands for a character.
_ODS_ASIDE = re.compile(rb"<(?:\w+:)?(annotation|note|ruby-text)(?=[\s>])[^>]*(?<!/)>.*?</(?:\w+:)?\1>", re.DOTALL)
_ODS_MARK = re.compile(rb"<(?:\w+:)?(tab|line-break)(?=[\s/>])[^>]*?(?:/>|></(?:\w+:)?\1>)")


class BrokenPackageError(Exception):
    """A spreadsheet could not open the workbook either: `str()` says why, in French."""


@dataclass
class Skipped:
    """The rows of a sheet that are left out: [(row from which rows are shifted, by how many)], rows counted from 1."""

    shifts: list[tuple[int, int]] = field(default_factory=list)


def part_name(name: str) -> str:
    """Return the name of a part as spreadsheets understand it."""
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/")


def clashing_names(names: Iterable[str]) -> tuple[str, str] | None:
    """Return two names that are one to a spreadsheet: which of them it would read cannot be known."""
    seen: dict[str, str] = {}
    for name in names:
        key = part_name(name).casefold()
        if key in seen:
            return seen[key], name
        seen[key] = name
    return None


def readable(source: Path, workspace: Path) -> tuple[Path, Mapping[str, Skipped]]:
    """Return the workbook to parse, and by sheet the rows that it leaves out; raise BrokenPackageError."""
    with zipfile.ZipFile(source) as archive:
        kind = source.suffix.lower()
        parts, skipped = (_ods_parts if kind == ".ods" else _xlsx_parts)(archive)
        if not parts:
            return source, {}
        copy = workspace / f"classeur{kind}"
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            for name, content in parts.items():
                target.writestr(name, content if isinstance(content, bytes) else archive.read(content))
    return copy, skipped


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return {name of a sheet: its XML part} of an XLSX that `readable` returned."""
    relations = _relations(archive, _RELATIONS)
    targets = {one.get("Id"): posixpath.join("/xl", one.get("Target", "")).removeprefix("/") for one in relations}
    return {name: targets[identifier] for name, identifier in _sheets(archive.read(WORKBOOK))}


def elements(xml: bytes, *tags: str) -> Iterator[Element]:
    """Yield the elements of those tags as they end; rows are emptied once read."""
    for _, element in ElementTree.iterparse(io.BytesIO(xml)):  # noqa: S314  # expat bounds entities, the child the rest
        if local(element.tag) in tags:
            yield element
        if local(element.tag) in ("row", "table-row"):
            element.clear()


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


Parts = dict[str, bytes | zipfile.ZipInfo]
"""What a copy is made of: {name: content, or the entry to copy}; empty when none is needed."""


def _xlsx_parts(archive: zipfile.ZipFile) -> tuple[Parts, dict[str, Skipped]]:
    entries = {part_name(entry.filename).casefold(): entry for entry in archive.infolist()}
    workbook = _workbook_part(archive, entries)
    folder, name = posixpath.split(workbook)
    own = entries.get(f"{folder}/_rels/{name}.rels".casefold())
    if workbook.casefold() not in entries or own is None:
        raise BrokenPackageError("la liste de ses feuilles n'y est pas")
    parts: Parts = {WORKBOOK: entries[workbook.casefold()], _RELATIONS: b""}
    targets, plain = {}, own.filename == _RELATIONS and parts[WORKBOOK].filename == WORKBOOK  # type: ignore[union-attr]
    for relation in _relations(archive, own):
        kind, target = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "")
        resolved = part_name(posixpath.join("/", folder, target.replace("\\", "/")))
        entry = entries.get(resolved.casefold())
        if entry is None or relation.get("TargetMode") == "External":
            continue
        part = _RENAMED.get(kind, resolved)
        parts[part] = entry
        targets[relation.get("Id", "")] = (relation.get("Type", ""), part)
        plain = plain and part == entry.filename and (target.startswith("/") or ".." not in target)
    skipped = {}
    for sheet, identifier in _sheets(archive.read(parts[WORKBOOK])):  # type: ignore[arg-type]
        if identifier not in targets:
            raise BrokenPackageError(f"la feuille «\u202f{sheet}\u202f» n'y est pas")
        part = targets[identifier][1]
        folded = _without_gaps(archive.read(entries[part.casefold()])) if part.casefold() in entries else None
        if folded:
            parts[part], skipped[sheet] = folded
    parts[_RELATIONS] = _relations_xml(targets)
    parts[_ROOT] = _relations_xml({"rId1": (_OFFICE_DOCUMENT, WORKBOOK)})
    return ({} if plain and not skipped else parts), skipped


def _workbook_part(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> str:
    for relation in _relations(archive, entries[_ROOT]) if _ROOT in entries else ():
        if relation.get("Type", "").endswith("/officeDocument"):
            return part_name(relation.get("Target", ""))
    return WORKBOOK


def _relations(archive: zipfile.ZipFile, part: str | zipfile.ZipInfo) -> Iterator[Element]:
    return elements(archive.read(part), "Relationship")


def _sheets(workbook: bytes) -> Iterator[tuple[str, str]]:
    """The name of each sheet, and of the relation that leads to it."""
    for sheet in elements(workbook, "sheet"):
        yield sheet.get("name", ""), next((value for key, value in sheet.items() if key.endswith("}id")), "")


def _relations_xml(targets: Mapping[str, tuple[str, str]]) -> bytes:
    lines = "".join(
        f'<Relationship Id="{html.escape(identifier)}" Type="{html.escape(kind)}" Target="/{html.escape(part)}"/>'
        for identifier, (kind, part) in targets.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{space}">{lines}</Relationships>'.encode()


def _without_gaps(xml: bytes) -> tuple[bytes, Skipped] | None:
    """The XML of a sheet without its long runs of empty rows; None when it has none."""
    rows = [int(match[1]) for match in _ROW.finditer(xml)]
    starts, shifts = [0], [0]
    for before, row in zip([0, *rows], rows, strict=False):
        if row - before > _GAP:
            starts.append(row)
            shifts.append(shifts[-1] + row - before - 2)
    if len(starts) == 1:
        return None

    def moved(row: bytes) -> bytes:
        return str(int(row) - shifts[bisect_right(starts, int(row)) - 1]).encode()

    folded = _ROW_OF.sub(lambda m: m[1] + moved(m[2]), xml)
    folded = _MERGED.sub(lambda m: m[1] + m[2] + moved(m[3]) + b":" + m[4] + moved(m[5]), folded)
    return folded, Skipped([(start - shift, shift) for start, shift in zip(starts, shifts, strict=True)][1:])


def _ods_parts(archive: zipfile.ZipFile) -> tuple[Parts, dict[str, Skipped]]:
    entries = {part_name(entry.filename).casefold(): entry for entry in archive.infolist()}
    content = entries["content.xml"]
    xml = received = archive.read(content)
    xml = _ODS_MARK.sub(lambda mark: b"\t" if mark[1] == b"tab" else b"\n", _ODS_ASIDE.sub(b"", xml))
    skipped: dict[str, Skipped] = {}
    xml = _ODS_TABLE.sub(lambda table: _ods_without_gaps(table[0], skipped), xml)
    if xml == received and content.filename == "content.xml":
        return {}, {}
    known = {"mimetype": entries.get("mimetype"), "META-INF/manifest.xml": entries.get("meta-inf/manifest.xml")}
    return {name: entry for name, entry in known.items() if entry} | {"content.xml": xml}, skipped


def _ods_without_gaps(table: bytes, skipped: dict[str, Skipped]) -> bytes:
    repeated = [int(match[2]) for match in _ODS_REPEATED.finditer(table)]
    if max(repeated, default=0) <= _GAP:
        return table
    rows = [(row[0], _ODS_REPEATED.search(row[0].partition(b">")[0])) for row in _ODS_ROW.finditer(table)]
    filled = [bool(_ODS_FILLED.search(row)) for row, _ in rows]
    last = max((at for at, is_filled in enumerate(filled) if is_filled), default=-1)
    shift, line, shifts = 0, 1, []
    for at, (_, times) in enumerate(rows[: last + 1]):
        number = int(times[2]) if times else 1
        if not filled[at] and number > _GAP:
            shift += number - 1
            number = 1
            shifts.append((line + number, shift))
        line += number
    if not shifts:
        return table
    name = _ODS_NAME.search(table)
    skipped[html.unescape(name[1].decode()) if name else ""] = Skipped(shifts)
    ranks = iter(range(len(rows)))
    return _ODS_ROW.sub(lambda row: _once(row[0]) if not filled[next(ranks)] else row[0], table)


def _once(row: bytes) -> bytes:
    """An empty row that is repeated many times, written once."""
    return _ODS_REPEATED.sub(lambda m: m[1] + (b"1" if int(m[2]) > _GAP else m[2]), row, count=1)
