"""A CSV whose rows lack their last, empty cells -> the same with whole rows, where how it was written is plain.

Excel looks at rows sixteen by sixteen: it writes none of the columns that are empty in all of a block. Other programs
end each row at its last filled cell. Any other row cut short may hide shifted answers: nothing is completed then.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.reading.text_tables import TextTable, describe

_BLOCK = 16
_FEWEST = 3
"""Short rows without which a way of writing is not recognised."""

Rows = list[tuple[int, list[str]]]
"""(spreadsheet row, cells) of the records that hold something."""


def completed(table: TextTable, header_line: int, width: int) -> TextTable | None:
    """Return the table with rows of `width` cells below its header; None when that would be a guess."""
    rows = _rows(table)
    body = [(line, cells) for line, cells in rows if line > header_line and cells]
    if table.lines is not None or not _ends_whole(table) or any(len(cells) > width for _, cells in body):
        return None
    if not (_is_written_in_blocks(body, width) or _is_trimmed(body, width)):
        return None
    path = table.derived("complet")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=table.separateur, lineterminator="\n")
        for line, cells in rows:
            writer.writerow(cells + [""] * (width - len(cells)) if line > header_line and cells else cells)
    whole = describe(path, table.fichier, table.feuille, table.encodage, table.separateur, table.workspace)
    return replace(table, path=path, head=whole.head, head_lines=whole.head_lines, head_ends=whole.head_ends)


def _rows(table: TextTable) -> Rows:
    with table.path.open(encoding="utf-8-sig", newline="") as file:
        try:
            return list(enumerate(csv.reader(file, delimiter=table.separateur, strict=True), start=1))
        except csv.Error:
            return []


def _ends_whole(table: TextTable) -> bool:
    """A file that ends in the middle of a line was cut."""
    with table.path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"


def _is_written_in_blocks(body: Rows, width: int) -> bool:
    """Each block of rows has one width, the header's in the block of the header, and fills its last column."""
    blocks: dict[int, list[list[str]]] = defaultdict(list)
    for line, cells in body:
        blocks[(line - 1) // _BLOCK].append(cells)
    return bool(body) and all(_is_a_block(rows, width) for rows in blocks.values()) and not _is_short(body[0], width)


def _is_a_block(rows: Sequence[list[str]], width: int) -> bool:
    widths = {len(cells) for cells in rows}
    return widths == {width} or (len(widths) == 1 and any(cells[-1].strip() for cells in rows))


def _is_trimmed(body: Rows, width: int) -> bool:
    """Every row ends with a filled cell, and no two of them may be one that a line end has cut."""
    short = [row for row in body if _is_short(row, width)]
    pairs = ((len(one), len(other)) for (_, one), (_, other) in pairwise(body))
    cut = any(max(pair) < width and sum(pair) == width + 1 for pair in pairs)
    return len(short) >= _FEWEST and not cut and all(cells[-1].strip() and cells[0].strip() for _, cells in body)


def _is_short(row: tuple[int, list[str]], width: int) -> bool:
    return len(row[1]) < width
