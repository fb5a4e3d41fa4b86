"""Workbooks of the shipped formats: a fiche as people fill it in, sheets joined by number, headers over two rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.codebook.model import Format
from pipeline.reading.headers import GROUP
from tests.support.exports import codebook
from tests.support.tables import Grid

Row = Mapping[str, str]


def tables_of(format_id: str) -> dict[str | None, Format]:
    """The tables of a shipped format by the name of their part; None is the main one."""
    return {fmt.partie: fmt for fmt in codebook().formats if fmt.id == format_id}


def grid(fmt: Format, rows: Sequence[Row]) -> Grid:
    """The header, over as many rows as the format says, then a row of texts for each of `rows`."""
    headers = [column.entete for column in fmt.colonnes]
    body = [[row.get(column.variable or "", "") for column in fmt.colonnes] for row in rows]
    if fmt.lignes_entete == 1:
        return [headers, *body]
    groups = [entete.split(GROUP)[0] if GROUP in entete else "" for entete in headers]
    merged = ["" if at and group == groups[at - 1] else group for at, group in enumerate(groups)]
    return [merged, [entete.split(GROUP)[-1] for entete in headers], *body]


def fiche(fmt: Format, row: Row, inner: Sequence[tuple[Format, Sequence[Row]]] = ()) -> Grid:
    """A sheet that says one return: titles, labels in the first column and answers in the third, tables below."""
    return [*_labels(fmt, row), *(line for part, rows in inner for line in _inner(part, rows))]


def _labels(fmt: Format, row: Row) -> Iterator[list[str]]:
    yield ["Bilan du Clas"]
    yield []
    section = ""
    for column in fmt.colonnes:
        head, _, label = column.entete.rpartition(GROUP)
        if head != section:
            yield [head or "Suite"]
            section = head
        if column.place == "dessous":
            yield from ([label], [row.get(column.variable or "", "")], [])
        else:
            yield [label, "", row.get(column.variable or "", "")]


def _inner(part: Format, rows: Sequence[Row]) -> Iterator[list[str]]:
    yield []
    yield ["Les groupes"]
    yield [column.entete for column in part.colonnes]
    yield from ([row.get(column.variable or "", "") for column in part.colonnes] for row in rows)
    yield []
