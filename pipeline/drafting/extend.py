"""An export near a known format -> what differs: its new headers, and those of the format that it does not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.codebook.contradictions import ENTITIES
from pipeline.codebook.model import Format, FormatColumn
from pipeline.drafting.columns import ColumnMatcher, DraftColumn, from_format
from pipeline.drafting.header import sample
from pipeline.drafting.tables import DraftTable
from pipeline.reading.fiche import labels_share, read_fiche
from pipeline.reading.headers import normalise_header
from pipeline.reading.recognise import RECOGNISED_SHARE, best_match, headers_at
from pipeline.reading.text_tables import TextTable
from socle.words.refusal import Refusal

_ABSENT = "absent de ce fichier"


def extend(
    tables: Sequence[TextTable], formats: Sequence[Format], matcher: ColumnMatcher
) -> tuple[list[DraftTable], list[str]]:
    """Return the differences with each table of a format (`formats`: its tables) and the sheets that are of none."""
    if formats[0].disposition == "fiche":
        return _extend_fiche(tables, formats, matcher)
    drafted: dict[str | None, DraftTable] = {}
    left_out = []
    for table in tables:
        match = best_match(table, formats, None)
        if match is None or match.share < RECOGNISED_SHARE or match.format.partie in drafted:
            left_out.append(table.feuille or "")
            continue
        headers = headers_at(table, match.format, match.header)
        columns = sample(table, match.header, len(headers))
        drafted[match.format.partie] = _differences(table, match.format, headers, columns, matcher)
    return [drafted[fmt.partie] for fmt in formats if fmt.partie in drafted], [name for name in left_out if name]


def _differences(
    table: TextTable, fmt: Format, headers: Sequence[str], columns: Sequence[Sequence[str]], matcher: ColumnMatcher
) -> DraftTable:
    by_wording = {normalise_header(column.entete): column for column in fmt.colonnes}
    keys = [normalise_header(header) for header in headers]
    twice = next((h for h, key in zip(headers, keys, strict=True) if key and keys.count(key) > 1), None)
    if twice:
        raise Refusal("entete_en_double", fichier=table.fichier, entete=twice)
    taken = [column.variable for key in keys if (column := by_wording.get(key)) and column.variable]
    matcher.profile.take(headers, columns)
    unknown = {at: header for at, header in enumerate(headers) if keys[at] and keys[at] not in by_wording}
    judged = matcher.match(unknown, matcher.names(ENTITIES[fmt.nature]), taken)
    return _table(fmt, table.feuille, judged, set(keys))


def _table(fmt: Format, feuille: str | None, judged: Sequence[DraftColumn], seen: set[str]) -> DraftTable:
    """The new headers as judged, then the format's columns that the file lacks."""
    fed = {column.variable for column in judged if column.variable}
    absent = [
        from_format(column, _ABSENT)
        for column in fmt.colonnes
        if not column.facultative and column.variable and column.variable not in fed
        and normalise_header(column.entete) not in seen
    ]  # fmt: skip
    known = len([c for c in fmt.colonnes if normalise_header(c.entete) in seen])
    return DraftTable((*judged, *absent), feuille, fmt.nature, fmt.partie, fmt.cle, fmt.lignes_entete, known)


def _extend_fiche(
    tables: Sequence[TextTable], formats: Sequence[Format], matcher: ColumnMatcher
) -> tuple[list[DraftTable], list[str]]:
    """Each sheet is a return: their labels are put together, and a new one is judged by all of its answers."""
    main, parts = formats[0], formats[1:]
    sheets = [table for table in tables if labels_share(table, main)[1] >= RECOGNISED_SHARE]
    left_out = [table.feuille or "" for table in tables if table not in sheets]
    unknown = dict.fromkeys(label for sheet in sheets for label in read_fiche(sheet, main, parts).unknown)
    whole = replace(main, colonnes=(*main.colonnes, *(FormatColumn(label, None) for label in unknown)))
    answers: dict[str, list[str]] = {}
    inner: dict[str | None, tuple[TextTable, list[list[str]]]] = {}
    for sheet in sheets:
        fiche = read_fiche(sheet, whole, parts)
        labels = fiche.table.head[0]
        for label, given in zip(labels, sample(fiche.table, 0, len(labels)), strict=True):
            answers.setdefault(label, []).extend(given)
        for part, table in fiche.tables:
            cells = sample(table, 0, len(table.head[0]))
            inner_part = inner.setdefault(part.partie, (table, [[] for _ in cells]))
            if inner_part[0].head[0] == table.head[0]:
                for column, more in zip(inner_part[1], cells, strict=True):
                    column.extend(more)
    by_part: Mapping[str | None, Format] = {part.partie: part for part in parts}
    drafted = [_differences(sheets[0], main, list(answers), list(answers.values()), matcher)]
    drafted += [
        _differences(table, by_part[name], table.head[0], body, matcher) for name, (table, body) in inner.items()
    ]
    return drafted, [name for name in left_out if name]
