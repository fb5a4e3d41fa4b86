"""Tables of text + known formats -> which format it is, and which variable each column feeds.

A file is known by its headers, never by its name. Every header is mapped, listed as ignored, or the file is refused
with the nearest known wording: a column that fades away in silence is a figure that is wrong for years.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.codebook import Format, FormatColumn
from pipeline.messages import Refusal
from pipeline.read import TextTable

# Below this share of its mandatory headers, a sheet is not a damaged export of that format: it is something else.
RECOGNISED_SHARE = 0.5
NEAREST_SCORE = 60


@dataclass(frozen=True)
class MappedColumn:
    """A column of the file that feeds a variable."""

    position: int
    entete: str
    """The header as the file writes it."""
    column: FormatColumn


@dataclass(frozen=True)
class Recognised:
    """A table of text with its format, the place of its header row and its mapped columns."""

    table: TextTable
    format: Format
    header: int
    """Index in `table.head` of the header row."""
    mapped: tuple[MappedColumn, ...]
    ignored: tuple[str, ...]

    @property
    def header_line(self) -> int:
        """Spreadsheet row of the header."""
        return self.table.head_lines[self.header]


def recognise(tables: Sequence[TextTable], formats: Iterable[Format]) -> list[Recognised]:
    """Return the tables that are of a known format; raise Refusal when none is, or when one has a header astray."""
    known = tuple(formats)
    recognised = []
    nearest: tuple[float, Format | None] = (0.0, None)
    for table in tables:
        share, fmt, header = _best(table, known)
        nearest = max(nearest, (share, fmt), key=lambda pair: pair[0])
        if fmt is not None and share >= RECOGNISED_SHARE:
            recognised.append(_map_headers(table, fmt, header))
    if not recognised:
        raise _unknown_format(tables, nearest)
    return recognised


def normalise_header(text: str) -> str:
    """Return a header in the form headers are compared in: case, spaces, apostrophes and closing marks set aside."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("`", "'")
    return re.sub(r"\s+", " ", folded).strip(" :*\t")


def _best(table: TextTable, formats: Sequence[Format]) -> tuple[float, Format | None, int]:
    """The format, and the row of the first records, that share most headers; the first value is the share found.

    The share is that of the format's mandatory headers. It does not choose between formats: a damaged export would
    give way to a shorter format that asks half of its questions.
    """
    best: tuple[tuple[bool, int, float], Format | None, int] = ((False, 0, 0.0), None, 0)
    for fmt in formats:
        wanted = {normalise_header(c.entete) for c in fmt.colonnes}
        required = {normalise_header(c.entete) for c in fmt.colonnes if not c.facultative and not c.ignoree}
        for index, record in enumerate(table.head):
            found = {normalise_header(cell) for cell in record} & wanted
            share = len(found & required) / max(len(required), 1)
            score = (share >= RECOGNISED_SHARE, len(found), share)
            if score > best[0]:
                best = (score, fmt, index)
    (_, _, share), fmt_found, index = best
    return share, fmt_found, index


def _map_headers(table: TextTable, fmt: Format, header: int) -> Recognised:
    by_wording = {normalise_header(column.entete): column for column in fmt.colonnes}
    mapped: list[MappedColumn] = []
    ignored: list[str] = []
    unknown: list[str] = []
    seen: dict[str, str] = {}
    for position, entete in enumerate(table.head[header]):
        key = normalise_header(entete)
        if not key:
            continue
        if key in seen:
            raise Refusal("entete_en_double", fichier=table.fichier, entete=entete)
        seen[key] = entete
        column = by_wording.get(key)
        if column is None:
            unknown.append(entete)
        elif column.ignoree:
            ignored.append(entete)
        else:
            mapped.append(MappedColumn(position, entete, column))
    missing = [c.entete for k, c in by_wording.items() if k not in seen and not c.facultative and not c.ignoree]
    if unknown or missing:
        raise _astray(table, fmt, unknown, missing, seen)
    return Recognised(table, fmt, header, tuple(mapped), tuple(ignored))


def _astray(table: TextTable, fmt: Format, unknown: list[str], missing: list[str], seen: dict[str, str]) -> Refusal:
    free = [column.entete for column in fmt.colonnes if normalise_header(column.entete) not in seen]
    lines = [f"« {entete} » est inconnu{_nearest(entete, free)}" for entete in unknown]
    # A header whose nearest wording was just named is not missing a second time.
    lines += [
        f"« {entete} » est attendu et absent"
        for entete in missing
        if not any(f"« {entete} »" in line for line in lines)
    ]
    return Refusal("entetes_inconnus", fichier=table.fichier, format=fmt.libelle, liste=" ; ".join(lines))


def _nearest(entete: str, wordings: Sequence[str]) -> str:
    from rapidfuzz import fuzz, process

    found = process.extractOne(
        entete, wordings, scorer=fuzz.token_set_ratio, processor=normalise_header, score_cutoff=NEAREST_SCORE
    )
    return f" (intitulé connu le plus proche : « {found[0]} »)" if found else ""


def _unknown_format(tables: Sequence[TextTable], nearest: tuple[float, Format | None]) -> Refusal:
    share, fmt = nearest
    fichier = tables[0].fichier if tables else ""
    if fmt is None:
        return Refusal("format_inconnu", fichier=fichier, proche="aucun de ses intitulés n'est connu")
    proche = f"le format le plus proche est « {fmt.libelle} », dont {share:.0%} des intitulés attendus sont présents"
    return Refusal("format_inconnu", fichier=fichier, proche=proche.replace("%", "\u202f%"))
