"""Cells that a workbook merges over several rows -> the same answer on each of these rows, where it can be theirs all.

A name, a SIRET or a yes merged over two actions is that of both, as the sheet shows it. A number is not: nothing says
how it is shared, and it is never counted twice nor given to the first row alone.
"""

from __future__ import annotations

import csv
from dataclasses import replace

from pipeline.codebook.model import Codebook
from pipeline.reading.formulas import Place, cell_name
from pipeline.reading.recognise import MappedColumn, Recognised
from pipeline.reading.text_tables import TextTable
from socle.words.refusal import Refusal

_COUNTED = ("entier", "decimal", "montant", "taux")
_OF_A_ROW = ("reponse_id", "action_id", "collectif_id")
"""Numbers by which rows are told apart."""


def filled_down(recognised: Recognised, codebook: Codebook) -> Recognised:
    """Return the table with what is merged over rows below its header written on each of them.

    Raise Refusal for a number that is merged over several rows. What is merged in a fiche is its layout.
    """
    table = recognised.table
    below = [pair for pair in table.merged if pair[0][0] >= recognised.header_line]
    if not below or table.lines is not None:
        return recognised
    asked = {item.position: item for item in recognised.mapped}
    rows = _rows(table)
    for first, last in below:
        _fill(recognised, codebook, asked.get(first[1]), rows, first, last)
    path = table.derived("fusions")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n", delimiter=table.separateur).writerows(rows)
    return replace(recognised, table=replace(table, path=path))


def _rows(table: TextTable) -> list[list[str]]:
    with table.path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=table.separateur))


def _fill(
    recognised: Recognised,
    codebook: Codebook,
    item: MappedColumn | None,
    rows: list[list[str]],
    first: Place,
    last: Place,
) -> None:
    # Rows that hold nothing else are no rows of the table.
    lines = [line for line in range(first[0], min(last[0] + 1, len(rows))) if len(rows[line]) > first[1]]
    text = rows[lines[0]][first[1]] if lines and lines[0] == first[0] else ""
    if item is None or not text.strip() or len(lines) == 1:
        return
    variable = codebook.columns_of(item.column.variable or "")[0].variable
    if variable.type in _COUNTED or variable.id in _OF_A_ROW:
        _refuse(recognised, item, text, first, last)
    for line in lines:
        rows[line][first[1]] = text


def _refuse(recognised: Recognised, item: MappedColumn, text: str, first: Place, last: Place) -> None:
    table = recognised.table
    names = [cell_name((table.shown_line(row + 1) - 1, column + table.left)) for row, column in (first, last)]
    raise Refusal(
        "cases_fusionnees",
        fichier=table.fichier,
        feuille=table.feuille or "",
        cases=":".join(names),
        colonne=item.entete,
        valeur=text,
    )
