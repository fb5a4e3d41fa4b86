"""A table never seen -> where its header is, over one row or two, and the header of each column."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.reading.headers import GROUP, normalise_header
from pipeline.reading.text_tables import TextTable
from socle.words.refusal import Refusal

SAMPLE = 500
_VALUE = re.compile(r"[\d\s.,/:%€+-]*|(19|20)\d\d-.*|.*@.*", re.DOTALL)
"""A number, an amount, a date: what headers are not."""


@dataclass(frozen=True)
class HeaderRows:
    """The header of a table: the place of its last row in `head`, the rows that it takes, the header of each column."""

    index: int
    rows: int
    headers: tuple[str, ...]


def find_heading(table: TextTable) -> HeaderRows:
    """Return the header of a table; raise Refusal when it has none, or when it names two columns alike."""
    rows = table.head
    scores = [_header_score(rows, rank) for rank in range(len(rows))]
    best = max(range(len(rows)), key=lambda rank: (scores[rank], -rank), default=0)
    if not rows or scores[best] < 2:
        raise Refusal("entetes_introuvables", fichier=place(table))
    for above in (best - 1, best):
        if above >= 0 and above + 1 < len(rows) and _is_pair(table, above):
            return _checked(table, HeaderRows(above + 1, 2, _composed(rows[above], rows[above + 1])))
    return _checked(table, HeaderRows(best, 1, rows[best]))


def place(table: TextTable) -> str:
    """Return the file as it is named to people, and the sheet."""
    return table.fichier + (f", feuille «\u202f{table.feuille}\u202f»" if table.feuille else "")


def sample(table: TextTable, index: int, width: int, limit: int = SAMPLE) -> list[list[str]]:
    """Return the cells of each column in the first records below the header, blank ones included."""
    records: list[list[str]] = []
    for record in _records(table, table.head_lines[index]):
        records.append((record + [""] * width)[:width])
        if len(records) == limit:
            break
    return [list(cells) for cells in zip(*records, strict=True)] if records else [[] for _ in range(width)]


def _records(table: TextTable, line: int) -> Iterator[list[str]]:
    with table.path.open(encoding="utf-8-sig", newline="") as file:
        for row, record in enumerate(csv.reader(file, delimiter=table.separateur), start=1):
            if row > line and any(cell.strip() for cell in record):
                yield [cell.strip() for cell in record]


def _header_score(rows: Sequence[Sequence[str]], rank: int) -> int:
    """How much a row looks like a header: different texts, no value, and the rows below as wide."""
    filled = [cell for cell in rows[rank] if cell]
    values = sum(1 for cell in filled if _VALUE.fullmatch(cell))
    return len({normalise_header(cell) for cell in filled}) - 3 * values


def _is_pair(table: TextTable, above: int) -> bool:
    """True when two rows make one header: the first leaves blanks, under its groups, that the second fills."""
    first, second = table.head[above], table.head[above + 1]
    if table.head_lines[above + 1] != table.head_lines[above] + 1:
        return False
    cells = [cell for row in (first, second) for cell in row if cell]
    if len([cell for cell in first if cell]) < 2 or any(_VALUE.fullmatch(cell) for cell in cells):
        return False
    pairs = [(_at(first, position), _at(second, position)) for position in range(max(len(first), len(second)))]
    grouped = [position for position, (own, text) in enumerate(pairs) if own and text]
    return any(text and not own and grouped and position > grouped[0] for position, (own, text) in enumerate(pairs))


def _composed(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """A text above an empty cell is a header of its own, not the group of the next ones."""
    headers, group = [], ""
    for position in range(max(len(above), len(below))):
        own, text = _at(above, position), _at(below, position)
        if own:
            group = own if text else ""
        headers.append(f"{group}{GROUP}{text}" if group and text else text or own)
    return tuple(headers)


def _at(row: Sequence[str], position: int) -> str:
    return row[position] if position < len(row) else ""


def _checked(table: TextTable, heading: HeaderRows) -> HeaderRows:
    seen: set[str] = set()
    for header in heading.headers:
        key = normalise_header(header)
        if key and key in seen:
            raise Refusal("entete_en_double", fichier=table.fichier, entete=header)
        seen.add(key)
    return heading
