"""The sheets of an export near no known format -> its tables: the main one, and those that share a number with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pipeline.codebook.contradictions import ENTITIES
from pipeline.drafting.columns import ColumnMatcher, DraftColumn
from pipeline.drafting.header import HeaderRows, find_heading, sample
from pipeline.reading.headers import normalise_header
from pipeline.reading.text_tables import TextTable
from pipeline.sql.macros import fold
from socle.words.refusal import Refusal

_NATURES = ("reponse", "agrement", "synthese_nationale")
_KEYS = {"collectif": ("reponse_id", "action_id"), "complement": ("reponse_id", "tiers_id", "action_id")}
_KEY_ROWS = 100_000
_SAME_NUMBERS = 0.8
_PLAUSIBLE = 70  # score from which the proposals of a column tell of what kind a table is


@dataclass(frozen=True)
class DraftTable:
    """A table of the draft: the main one, or a part."""

    colonnes: tuple[DraftColumn, ...]
    feuille: str | None
    nature: str
    partie: str | None = None
    cle: str | None = None
    lignes_entete: int = 1
    connus: int = 0
    """Headers of the file that a known format has already."""


@dataclass(frozen=True)
class _Sheet:
    table: TextTable
    heading: HeaderRows

    @property
    def named(self) -> dict[int, str]:
        """{position: header} of the columns that have one."""
        return {at: header for at, header in enumerate(self.heading.headers) if normalise_header(header)}

    def columns(self, limit: int | None = None) -> list[list[str]]:
        width = len(self.heading.headers)
        return sample(self.table, self.heading.index, width, *([limit] if limit else []))


def whole_tables(tables: Sequence[TextTable], matcher: ColumnMatcher) -> tuple[list[DraftTable], list[str]]:
    """Return the tables of an export, the main one first, and the sheets left out; raise Refusal when it has none."""
    sheets, left_out = _sheets(tables)
    judged = [(sheet, *_best_nature(sheet, matcher)) for sheet in sheets]
    main, nature, columns = max(judged, key=lambda item: (_weight(item[2]), len(item[2])))
    drafted = [DraftTable(tuple(columns), main.table.feuille, nature, lignes_entete=main.heading.rows)]
    for sheet in sheets:
        if sheet is not main:
            part = _part(sheet, main, drafted, matcher) if nature == "reponse" else None
            if part:
                drafted.append(part)
            else:
                left_out.append(sheet.table.feuille or "")
    return drafted, left_out


def _sheets(tables: Sequence[TextTable]) -> tuple[list[_Sheet], list[str]]:
    sheets, left_out, refusal = [], [], None
    for table in tables:
        try:
            sheets.append(_Sheet(table, find_heading(table)))
        except Refusal as error:
            left_out.append(table.feuille or "")
            refusal = error
    if refusal and not sheets:
        raise refusal
    return sheets, left_out


def _best_nature(sheet: _Sheet, matcher: ColumnMatcher) -> tuple[str, list[DraftColumn]]:
    matcher.profile.take(sheet.heading.headers, sheet.columns())
    judged = {nature: matcher.match(sheet.named, matcher.names(ENTITIES[nature]), ()) for nature in _NATURES}
    nature = max(judged, key=lambda name: _weight(judged[name]))
    return nature, judged[nature]


def _weight(columns: Collection[DraftColumn]) -> float:
    """How much a table answers the questions of its kind."""
    waiting = [c for c in columns if c.waits and c.proposals and c.proposals[0].rank >= _PLAUSIBLE]
    return len([c for c in columns if c.variable]) + 0.5 * len(waiting)


def _part(sheet: _Sheet, main: _Sheet, drafted: Sequence[DraftTable], matcher: ColumnMatcher) -> DraftTable | None:
    """The sheet as a part of the export; None when it shares no number with the main one."""
    joined = _shared_number(sheet, main, drafted[0])
    if joined is None:
        return None
    position, key, repeated = joined
    matcher.profile.take(sheet.heading.headers, sheet.columns())
    others = {at: header for at, header in sheet.named.items() if at != position}
    taken = [key, *(column.variable for table in drafted for column in table.colonnes if column.variable)]
    read = {"collectif": matcher.match(others, matcher.names(("collectif",)), [key])} if key != "tiers_id" else {}
    if not repeated:
        read["complement"] = matcher.match(others, matcher.names(ENTITIES["complement"]), taken)
    if not read:
        return None
    nature = max(read, key=lambda name: _weight(read[name]))
    why = f"mêmes numéros que dans la feuille «\u202f{main.table.feuille}\u202f»"
    by_position = dict(zip(others, read[nature], strict=True))
    by_position[position] = DraftColumn(sheet.heading.headers[position], variable=key, why=why)
    names = {table.partie for table in drafted}
    return DraftTable(
        colonnes=tuple(by_position[at] for at in sorted(by_position)),
        feuille=sheet.table.feuille,
        nature=nature,
        partie=next(name for name in _names(sheet.table.feuille or "partie") if name not in names),
        cle=key,
        lignes_entete=sheet.heading.rows,
    )


def _shared_number(sheet: _Sheet, main: _Sheet, drafted: DraftTable) -> tuple[int, str, bool] | None:
    """Position in the sheet of a number that the main one holds, its variable, whether it stands twice."""
    by_header = {column.entete: column.variable for column in drafted.colonnes}
    keys = {by_header.get(header): at for at, header in main.named.items()}
    known = main.columns(_KEY_ROWS)
    for position, cells in enumerate(sheet.columns(_KEY_ROWS)):
        filled = [cell for cell in cells if cell]
        for key in _KEYS["complement"]:
            numbers = set(known[keys[key]]) - {""} if key in keys and known else set()
            if filled and position in sheet.named and len(set(filled) & numbers) >= _SAME_NUMBERS * len(set(filled)):
                return position, key, len(set(filled)) < len(filled)
    return None


def _names(sheet: str) -> Iterator[str]:
    slug = re.sub(r"[^a-z0-9]+", "-", fold(sheet)).strip("-")
    slug = slug if slug[:1].isalpha() else f"feuille-{slug}".strip("-")
    yield slug
    yield from (f"{slug}-{rank}" for rank in range(2, 1000))
