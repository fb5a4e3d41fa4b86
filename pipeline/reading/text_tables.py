"""Any file -> tables of text (one a sheet), every record numbered as a spreadsheet shows it.

A CSV stays where it is and is scanned by DuckDB; a workbook is turned into CSV (`workbook.py`). Encoding,
separator and record count are decided here and passed on: nothing is sniffed later. Files from outside are read through
`reader.Reader`, in a child process with limits.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from pipeline.reading.limits import check_file
from pipeline.reading.workbook import Sheet, read_workbook
from socle.words.refusal import Refusal

HEAD_RECORDS = 40  # titles above a header row are few; a header further down is not looked for
MAX_COLUMNS = 2_000  # the widest export known has 110; what reads a column is generated for each
_CHUNK = 1 << 24
_SEPARATORS = (";", "\t", ",", "|")
NO_SEPARATOR = "aucun séparateur de colonnes n'y a été trouvé"
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class TextTable:
    """One sheet or one CSV: where its text is, and all that a scan needs to be told."""

    fichier: str
    feuille: str | None
    path: Path
    encodage: str
    separateur: str
    records: int
    """Records that hold at least one character, header and titles included."""
    blank_lines: tuple[int, ...]
    """Spreadsheet rows left empty: a scan does not return them, line numbers must count them."""
    head: tuple[tuple[str, ...], ...]
    """The first records, cells stripped, blank ones left out."""
    head_lines: tuple[int, ...]
    """Spreadsheet row of each record of `head`."""
    head_ends: tuple[int, ...]
    """Physical lines of text read once each record of `head` is read: what a scan skips."""
    workspace: Path
    """Where texts made from it may be written: never beside a file as received."""
    lines: tuple[int, ...] | None = None
    """Spreadsheet row of each record below the header, when it is not the next one: a table taken out of a fiche."""
    hidden: bool = False
    """True for a sheet that people do not see."""
    unsaved: str | None = None
    """Of a workbook: a cell whose formula was saved without its result."""
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    """Of a workbook: first and last (row, column) of the text, from 0, of the cells merged over several rows."""
    skipped: tuple[tuple[int, int], ...] = ()
    """Of a workbook: (row from which rows are shifted, by how many): empty rows that were left out."""
    stray: tuple[str, ...] = ()
    """Of a workbook: cells that stand alone far below the others, left out too."""
    left: int = 0
    """Of a workbook: empty columns before the first one of the text."""

    def shown_line(self, row: int) -> int:
        """Return the number that the spreadsheet gives to a row of the text."""
        return row + next((shift for start, shift in reversed(self.skipped) if row >= start), 0)

    def derived(self, name: str) -> Path:
        """Return where a text made from it, of that name, is to be written."""
        # A name as received may be as long as a disk allows.
        stem = self.path.stem if self.path.parent == self.workspace else "texte"
        return self.workspace / f"{stem}.{name}.csv"

    def encode(self) -> dict[str, Any]:
        """Return what JSON can carry, see `decode`."""
        return asdict(self) | {"path": str(self.path), "workspace": str(self.workspace)}

    @classmethod
    def decode(cls, values: Mapping[str, Any]) -> TextTable:
        """Return the table whose `encode` went through JSON."""
        lines = values["lines"]
        return cls(
            **dict(values)
            | {name: Path(values[name]) for name in ("path", "workspace")}
            | {name: tuple(values[name]) for name in ("blank_lines", "head_lines", "head_ends", "stray")}
            | {name: tuple(map(tuple, values[name])) for name in ("head", "skipped")}
            | {"merged": tuple(tuple(map(tuple, corners)) for corners in values["merged"])}
            | {"lines": None if lines is None else tuple(lines)}
        )


def read_tables(path: Path, fichier: str, workspace: Path) -> list[TextTable]:
    """Return the tables of text that `path` holds; raise Refusal when it cannot be read whole.

    `fichier` is the name people know the file by; `workspace` receives the texts made from it.
    """
    kind = check_file(path, fichier)
    try:
        if kind == "csv":
            tables = [_read_csv(path, fichier, workspace)]
        else:
            sheets = read_workbook(path, fichier, workspace)
            tables = [_described(sheet, fichier, kind, workspace) for sheet in sheets]
    except csv.Error:
        _unreadable(fichier, "une cellule y dépasse la taille permise, sans doute à cause d'un guillemet non fermé")
    filled = [table for table in tables if table.records]
    if not filled:
        raise Refusal("fichier_vide", fichier=fichier)
    return filled


def _described(sheet: Sheet, fichier: str, kind: str, workspace: Path) -> TextTable:
    table = describe(sheet.path, fichier, sheet.name, kind, ",", workspace)
    return replace(
        table,
        hidden=sheet.hidden,
        unsaved=sheet.unsaved,
        merged=sheet.merged,
        skipped=sheet.skipped,
        stray=sheet.stray,
        left=sheet.left,
    )


def _read_csv(path: Path, fichier: str, workspace: Path) -> TextTable:
    encoding = _encoding(path, fichier)
    utf8 = path
    if encoding not in ("utf-8", "utf-8-sig") or _has_space_only_lines(path) or _mixes_line_ends(path):
        utf8 = workspace / "texte.utf8"
        _to_utf8(path, encoding, utf8)
    if any(b"\0" in chunk for chunk in _chunks(utf8)):
        _unreadable(fichier, "il contient des octets nuls\u202f: ce n'est pas un fichier texte")
    return describe(utf8, fichier, None, encoding, _separator(utf8, fichier), workspace)


def _encoding(path: Path, fichier: str) -> str:
    """BOM, then strict UTF-8, then cp1252: UTF-16 without a BOM is not guessed."""
    with path.open("rb") as file:
        start = file.read(4)
    for bom, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if start.startswith(bom):
            if _decodes(path, name):
                return name
            _unreadable(fichier, "son encodage n'est pas celui qu'il annonce")
    for name in ("utf-8", "cp1252"):
        if _decodes(path, name):
            return name
    if any(_NO_TEXT.search(chunk) for chunk in _chunks(path)):
        _unreadable(fichier, "son encodage n'est pas celui d'un fichier texte")
    raise Refusal("encodage_inconnu", fichier=fichier)


def _unreadable(fichier: str, raison: str) -> NoReturn:
    raise Refusal("fichier_illisible", fichier=fichier, raison=raison)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _has_space_only_lines(path: Path) -> bool:
    # A line of blanks is one ragged cell to a CSV reader, and an empty row to a person.
    return any(
        (b"\n " in chunk or b"\n\t" in chunk or chunk.startswith((b" ", b"\t")))
        and re.search(rb"(?:^|\n)[ \t]+\r?(?:\n|$)", chunk)
        for chunk in _chunks(path)
    )


def _mixes_line_ends(path: Path) -> bool:
    # DuckDB takes the first line end that it meets, be it inside a cell, for that of every row.
    returns = feeds = both = 0
    for chunk in _chunks(path):
        returns, feeds, both = returns + chunk.count(b"\r"), feeds + chunk.count(b"\n"), both + chunk.count(b"\r\n")
    return returns > 0 and not returns == feeds == both


def _to_utf8(path: Path, encoding: str, target: Path) -> None:
    with path.open(encoding=encoding) as source, target.open("w", encoding="utf-8", newline="") as out:
        in_quotes = False
        for line in source:
            blank = not in_quotes and not line.strip(" \t\n")
            out.write(line.lstrip(" \t") if blank else line)
            in_quotes ^= bool(line.count('"') % 2)


def _separator(path: Path, fichier: str) -> str:
    """The separator that cuts most of the first records into the same, largest number of cells."""
    best, best_score = "", (0, 0)
    for separator in _SEPARATORS:
        try:
            widths = [len(record) for _, _, record in _head_records(path, separator)]
        except csv.Error:  # a row not cut by it may be longer than a cell may be
            continue
        # Titles are lines of one cell, and may outnumber the rows of a short export.
        width = max({width for width in widths if width > 1}, key=lambda w: (widths.count(w), w), default=0)
        score = (widths.count(width) * 2 // max(len(widths), 1), width)
        if score > best_score:
            best, best_score = separator, score
    if not best:
        list(_head_records(path, ";"))
        _unreadable(fichier, NO_SEPARATOR)
    return best


def _head_records(path: Path, separator: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield (spreadsheet row, physical line reached, cells) for the first records that hold something."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=separator)
        for row, record in enumerate(reader, start=1):
            if row > HEAD_RECORDS:
                return
            if record:
                yield row, reader.line_num, record


def describe(
    path: Path, fichier: str, feuille: str | None, encodage: str, separateur: str, workspace: Path
) -> TextTable:
    """Return the CSV at `path` (UTF-8) as a table of text; raise Refusal when its last quote is never closed."""
    head = list(_head_records(path, separateur))
    for row, _, record in head:
        if len(record) > MAX_COLUMNS:
            values = {"nombre": len(record), "ligne": row, "limite": MAX_COLUMNS}
            raise Refusal("trop_de_colonnes", fichier=fichier, **values)
    records, blank, closed = count_records(path)
    if not closed:
        _unreadable(fichier, "un guillemet y est ouvert et n'est jamais fermé")
    return TextTable(
        fichier=fichier,
        feuille=feuille,
        path=path,
        encodage=encodage,
        separateur=separateur,
        records=records,
        blank_lines=blank,
        head=tuple(tuple(cell.strip() for cell in record) for _, _, record in head),
        head_lines=tuple(row for row, _, _ in head),
        head_ends=tuple(end for _, end, _ in head),
        workspace=workspace,
    )


def count_records(path: Path) -> tuple[int, tuple[int, ...], bool]:
    """Count the records of a CSV without parsing its cells.

    Return (records that hold something, spreadsheet rows left blank, whether the last quote is closed). Independent of
    the scan on purpose: a reader that loses or merges records must be caught by another count.
    """
    records, row, in_quotes = 0, 0, False
    blank: list[int] = []
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if not in_quotes:
                row += 1
                if (line.removeprefix(codecs.BOM_UTF8) if number == 0 else line).strip(b"\r\n"):
                    records += 1
                else:
                    blank.append(row)
            in_quotes ^= bool(line.count(b'"') % 2)
    return records, tuple(blank), not in_quotes


def count_separators(path: Path, separator: str, skipped: int) -> int:
    """Count the separators of a CSV that stand outside quotes, but for those of its first `skipped` lines of text."""
    sign, total, in_quotes = separator.encode(), 0, False
    with path.open("rb") as file:
        for _ in range(skipped):
            file.readline()
        while chunk := file.read(_CHUNK):
            pieces = chunk.split(b'"')
            total += sum(piece.count(sign) for piece in pieces[in_quotes::2])
            in_quotes ^= len(pieces) % 2 == 0
    return total


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
