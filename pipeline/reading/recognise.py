"""Tables of text + known formats -> which format each is of, and which variable each column feeds.

A file is known by its headers, never by its name. Every header is mapped, listed as ignored, or the file is refused
with the nearest known wording: a column that fades away in silence is a figure that is wrong for years.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipeline.codebook.model import Format, FormatColumn
from pipeline.reading.fiche import Fiche, labels_share, read_fiche
from pipeline.reading.headers import GROUP, compose, normalise_header
from pipeline.reading.text_tables import TextTable
from socle.words.damaged import is_damaged, undamaged
from socle.words.nearest import nearest
from socle.words.refusal import Refusal

# Below this share of its mandatory headers, a sheet is not a damaged export of that format: it is something else.
RECOGNISED_SHARE = 0.5
_PLANNED = re.compile(r"\b(?:bilan|budget|projet|état)s?\s+pr[ée]visionnels?\b", re.IGNORECASE)
NOTHING_KNOWN = "aucun de ses intitulés n'est connu"


@dataclass(frozen=True)
class MappedColumn:
    """A column of the file that feeds a variable."""

    position: int
    entete: str
    """The header as the file writes it."""
    column: FormatColumn
    ligne: int | None = None
    """In a fiche, spreadsheet row of the answer: each has its own."""


@dataclass(frozen=True)
class Recognised:
    """A table of text with its format, the place of its header and its mapped columns."""

    table: TextTable
    format: Format
    header: int
    """Index in `table.head` of the last row of the header."""
    headers: tuple[str, ...]
    """The header of each column, that of two rows composed."""
    mapped: tuple[MappedColumn, ...]
    ignored: tuple[str, ...]
    sheet: TextTable
    """The sheet that it was read from: itself, but for what a fiche holds."""

    @property
    def header_line(self) -> int:
        """Spreadsheet row of the header's last row."""
        return self.table.head_lines[self.header]


@dataclass(frozen=True)
class Match:
    """How well a table fits a format."""

    format: Format
    header: int
    found: int
    share: float
    """Of the format's mandatory headers."""
    covers: bool

    @property
    def score(self) -> tuple[bool, int, bool, float]:
        """What matches are compared by."""
        # The share does not choose between formats: a damaged export would give way to a shorter one that asks half
        # of its questions.
        return (self.share >= RECOGNISED_SHARE, self.found, self.covers, self.share)


def recognise(tables: Sequence[TextTable], formats: Iterable[Format], campagne: str | None = None) -> list[Recognised]:
    """Return the tables that are of a known format; raise Refusal when none is, or when one has a header astray.

    A hidden sheet is not read: nobody sees what it would add.
    Between formats that fit as well, one in use for `campagne` comes first, and the parts of a workbook are of the
    format of its main sheet.
    """
    known = tuple(formats)
    seen = [table for table in tables if not table.hidden]
    best = [best_match(table, known, campagne) for table in seen]
    matches = [match for match in best if match and match.share >= RECOGNISED_SHARE]
    if not matches:
        _refuse_hidden(tables, known)
        _refuse_damaged(tables, known)
        raise _unknown_format(tables, [match for match in best if match])
    mains = {match.format.id for match in matches if match.format.partie is None}
    recognised: list[Recognised] = []
    for table, match in zip(seen, best, strict=True):
        if match and match.format.partie and mains and match.format.id not in mains:
            match = best_match(table, [fmt for fmt in known if fmt.partie is None or fmt.id in mains], campagne)
        if match and match.share >= RECOGNISED_SHARE:
            recognised += _read(table, match, known)
    return recognised


def is_known(table: TextTable, formats: Iterable[Format]) -> bool:
    """Return whether a table is of a known format."""
    match = best_match(table, formats, None)
    return match is not None and match.share >= RECOGNISED_SHARE


def _refuse_hidden(tables: Sequence[TextTable], formats: Sequence[Format]) -> None:
    """A workbook whose answers are all hidden is no export never seen."""
    hidden = next((table for table in tables if table.hidden and is_known(table, formats)), None)
    if hidden:
        raise Refusal("feuille_masquee_seule", fichier=hidden.fichier, feuille=hidden.feuille)


def nearest_format(
    tables: Sequence[TextTable], formats: Iterable[Format], campagne: str | None = None
) -> tuple[TextTable, Format, float] | None:
    """Return the table, the format and the share of its mandatory headers that are nearest; None when nothing is."""
    known = tuple(formats)
    matches = [(table, match) for table in tables if (match := best_match(table, known, campagne))]
    if not matches:
        return None
    table, match = max(matches, key=lambda pair: pair[1].score)
    return table, match.format, match.share


def _read(table: TextTable, match: Match, known: Sequence[Format]) -> list[Recognised]:
    if table.unsaved:
        raison = (
            f"le résultat d'une formule n'y est pas enregistré, case {table.unsaved} de la feuille « {table.feuille} »"
        )
        raise Refusal("fichier_illisible", fichier=table.fichier, raison=raison)
    _refuse_planned(table, match)
    if match.format.waiting:
        liste = ", ".join(f"«\u202f{entete}\u202f»" for entete in match.format.waiting)
        raise Refusal("brouillon_incomplet", fichier=table.fichier, liste=liste)
    if match.format.disposition != "fiche":
        headers = headers_at(table, match.format, match.header)
        return [_map_headers(table, table, match.format, match.header, headers, None)]
    parts = [fmt for fmt in known if fmt.id == match.format.id and fmt.partie]
    fiche = read_fiche(table, match.format, parts)
    recognised = [_map_fiche(table, match.format, fiche)]
    for part, inner in fiche.tables:
        recognised.append(_map_headers(inner, table, part, 0, inner.head[0], None))
    return recognised


def _refuse_planned(table: TextTable, match: Match) -> None:
    """What is planned is no bilan: a format that declares it, or a sheet whose own title or name says so."""
    titles = [table.feuille or "", *(cell for record in _titles(table, match) for cell in record)]
    said = next((text for text in titles if _PLANNED.search(text)), None)
    if match.format.exercice == "previsionnel":
        raise Refusal("previsionnel", fichier=table.fichier, ce_qui=f"le format «\u202f{match.format.libelle}\u202f»")
    if said and match.format.nature == "reponse" and not match.format.partie:
        raise Refusal("previsionnel", fichier=table.fichier, ce_qui=f"«\u202f{said}\u202f»")


def _titles(table: TextTable, match: Match) -> Iterable[Sequence[str]]:
    """What stands above the header; in a fiche, the texts that stand alone above its first label."""
    if match.format.disposition != "fiche":
        return table.head[: match.header + 1 - match.format.lignes_entete]
    labels = {normalise_header(c.entete.split(GROUP)[-1]) for c in match.format.colonnes}
    known = [any(normalise_header(cell) in labels for cell in record) for record in table.head]
    return table.head[: known.index(True)] if True in known else ()


def best_match(table: TextTable, formats: Iterable[Format], campagne: str | None) -> Match | None:
    """Return the format, and the row of the first records, that share most headers; None when no header is known."""
    best: Match | None = None
    for fmt in formats:
        covers = campagne is None or fmt.covers(campagne)
        if fmt.disposition == "fiche":
            if fmt.partie is None:
                labels, share = labels_share(table, fmt)
                candidates = [Match(fmt, 0, labels, share, covers)]
            else:
                candidates = []
        else:
            candidates = list(_header_matches(table, fmt, covers))
        for match in candidates:
            if match.found and (best is None or match.score > best.score):
                best = match
    return best


def _header_matches(table: TextTable, fmt: Format, covers: bool) -> Iterable[Match]:
    wanted = {normalise_header(c.entete) for c in fmt.colonnes}
    required = {normalise_header(c.entete) for c in fmt.colonnes if not c.facultative and not c.ignoree}
    for index in range(fmt.lignes_entete - 1, len(table.head)):
        headers = {normalise_header(cell) for cell in headers_at(table, fmt, index, wanted)} & wanted
        yield Match(fmt, index, len(headers), len(headers & required) / max(len(required), 1), covers)


def headers_at(table: TextTable, fmt: Format, index: int, wanted: Collection[str] | None = None) -> tuple[str, ...]:
    """Return the header of each column when the last of its rows is the record `index`."""
    if fmt.lignes_entete == 1:
        return table.head[index]
    if wanted is None:
        wanted = {normalise_header(c.entete) for c in fmt.colonnes}
    return compose(table.head[index - 1], table.head[index], wanted)


def _map_fiche(sheet: TextTable, fmt: Format, fiche: Fiche) -> Recognised:
    if fiche.unknown:
        _refuse_damaged_texts(sheet.fichier, fiche.unknown, fmt.colonnes, signs=fiche.unknown)
        headers = {normalise_header(entete) for entete in fiche.table.head[0]}
        raise _astray(sheet, fmt, fiche.unknown, [], headers)
    return _map_headers(fiche.table, sheet, fmt, 0, fiche.table.head[0], fiche.lines)


def _map_headers(
    table: TextTable, sheet: TextTable, fmt: Format, header: int, headers: tuple[str, ...], lines: Sequence[int] | None
) -> Recognised:
    by_wording = {normalise_header(column.entete): column for column in fmt.colonnes}
    mapped: list[MappedColumn] = []
    ignored: list[str] = []
    unknown: list[str] = []
    seen: set[str] = set()
    for position, entete in enumerate(headers):
        key = normalise_header(entete)
        if not key:
            continue
        if key in seen:
            raise Refusal("entete_en_double", fichier=table.fichier, entete=entete)
        seen.add(key)
        column = by_wording.get(key)
        if column is None:
            unknown.append(entete)
        elif column.ignoree:
            ignored.append(entete)
        else:
            mapped.append(MappedColumn(position, entete, column, lines[position] if lines else None))
    missing = [c.entete for k, c in by_wording.items() if k not in seen and not c.facultative and not c.ignoree]
    if unknown or missing:
        _refuse_damaged_texts(table.fichier, unknown, fmt.colonnes, signs=unknown)
        raise _astray(table, fmt, unknown, missing, seen)
    return Recognised(table, fmt, header, headers, tuple(mapped), tuple(ignored), sheet)


def _refuse_damaged(tables: Sequence[TextTable], formats: Iterable[Format]) -> None:
    """A file whose headers would be known without their damaged accents is no export never seen."""
    columns = [column for fmt in formats for column in fmt.colonnes]
    for table in tables:
        cells = dict.fromkeys(cell for record in table.head for cell in record if undamaged(cell))
        widest = max(table.head, key=lambda record: sum(map(bool, record)), default=())
        _refuse_damaged_texts(table.fichier, cells, columns, signs=widest)


def _refuse_damaged_texts(
    fichier: str, texts: Collection[str], columns: Iterable[FormatColumn], signs: Collection[str] = ()
) -> None:
    """Raise Refusal for a text that damage alone keeps from being a header, and for those of `signs` that show it."""
    wordings = {normalise_header(column.entete): column.entete for column in columns}
    for text in texts:
        readings = () if normalise_header(text) in wordings else map(normalise_header, undamaged(text))
        if known := next((wordings[reading] for reading in readings if reading in wordings), None):
            raise Refusal("accents_abimes", fichier=fichier, exemple=text, lecture=f" pour «\u202f{known}\u202f»")
    if damaged := next(filter(is_damaged, signs), None):
        raise Refusal("accents_abimes", fichier=fichier, exemple=damaged, lecture="")


def _astray(
    table: TextTable, fmt: Format, unknown: Sequence[str], missing: Sequence[str], seen: Collection[str]
) -> Refusal:
    free = [column.entete for column in fmt.colonnes if normalise_header(column.entete) not in seen]
    lines = [f"« {entete} » est inconnu{_nearest(entete, free)}" for entete in unknown]
    # A header whose nearest wording was just named is not missing a second time.
    lines += [
        f"« {entete} » est attendu et absent"
        for entete in missing
        if not any(f"« {entete} »" in line for line in lines)
    ]
    where = f", feuille «\u202f{table.feuille}\u202f»" if table.feuille else ""
    return Refusal("entetes_inconnus", fichier=table.fichier + where, format=fmt.libelle, liste=" ; ".join(lines))


def _nearest(entete: str, wordings: Sequence[str]) -> str:
    close = nearest(entete, wordings)
    return f" (intitulé connu le plus proche : « {close} »)" if close else ""


def _unknown_format(tables: Sequence[TextTable], matches: Sequence[Match]) -> Refusal:
    fichier = tables[0].fichier if tables else ""
    if not matches:
        return Refusal("format_inconnu", fichier=fichier, proche=NOTHING_KNOWN)
    match = max(matches, key=lambda match: match.share)
    proche = f"le format le plus proche est « {match.format.libelle} », dont {match.share:.0%} des intitulés attendus "
    return Refusal("format_inconnu", fichier=fichier, proche=f"{proche}sont présents".replace("%", "\u202f%"))
