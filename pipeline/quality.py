"""qualite.anomalie -> quality/anomalies.csv and quality/anomalies.xlsx, one sheet a porteur, to be sent to it alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import duckdb

from socle.cells import sheet_cell, write_csv

_COLUMNS = {
    "campagne": ("Année scolaire", 14),
    "porteur": ("Porteur", 26),
    "action_id": ("Action", 14),
    "gravite": ("Gravité", 10),
    "message": ("Ce qu'il faut faire", 64),
    "valeur": ("Valeur reçue", 22),
    "colonne": ("Question", 34),
    "fichier": ("Fichier", 30),
    "feuille": ("Feuille", 14),
    "ligne": ("Ligne", 8),
    "effet": ("Effet", 18),
}
_EFFECTS = {
    "ligne_ecartee": "ligne non comptée",
    "valeur_ecartee": "valeur non comptée",
    "aucun": "comptée, à vérifier",
    "corrigee": "comptée telle que corrigée",
}
_SELECT = """
select
    a.campagne,
    coalesce(p.raison_sociale, '') as porteur,
    coalesce(a.action_id, '') as action_id,
    a.gravite,
    a.message,
    coalesce(a.valeur, '') as valeur,
    coalesce(a.colonne, '') as colonne,
    a.fichier,
    coalesce(a.feuille, '') as feuille,
    a.ligne,
    case when a.regle = 'valeur_corrigee' then 'corrigee' else a.effet end as effet,
    a.porteur_id
from qualite.anomalie as a
left join core.porteur as p on a.porteur_id = p.porteur_id
order by
    a.porteur_id nulls last, a.campagne desc, list_position(['critique', 'alerte', 'info'], a.gravite),
    a.fichier, a.feuille, a.ligne, a.regle, a.variable
"""
WITHOUT_PORTEUR = "Sans porteur"
FICTITIOUS = "DONNÉES FICTIVES"
LINE_POINTS = 15
MOST_ROWS = 1_048_576
"""What a sheet can hold."""


def write_quality(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the anomalies as one CSV (UTF-8 with BOM, `;`) and one workbook: a sheet for all, then one per porteur."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = connection.execute(_SELECT).fetchall()
    fictitious = connection.execute("select bool_or(fictif) from core.campagne").fetchone() == (True,)
    _write_csv(rows, folder / "anomalies.csv")
    _write_workbook(rows, folder / "anomalies.xlsx", FICTITIOUS if fictitious else "")


def _cells(row: Sequence[object]) -> list[object]:
    return [*row[: len(_COLUMNS) - 1], _EFFECTS.get(str(row[len(_COLUMNS) - 1]), row[len(_COLUMNS) - 1])]


def _write_csv(rows: Iterable[Sequence[object]], path: Path) -> None:
    head = [title for title, _ in _COLUMNS.values()]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_csv(file, [head, *map(_cells, rows)], delimiter=";", end="\r\n")


def _write_workbook(rows: Sequence[Sequence[object]], path: Path, mention: str) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        workbook.set_properties({"title": "Points à vérifier dans les bilans Clas", "comments": mention})
        styles = {
            "title": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "mention": workbook.add_format({"bold": True}),
            "cell": workbook.add_format({"text_wrap": True, "valign": "top"}),
        }
        _write_sheet(workbook, "Tous", rows, styles, mention)
        taken = {"tous"}
        for porteur_id, group in groupby(rows, key=lambda row: row[-1]):
            own = list(group)
            name = str(own[0][1]) or str(porteur_id) if porteur_id else WITHOUT_PORTEUR
            _write_sheet(workbook, _sheet_name(name, taken), own, styles, mention)


def _write_sheet(workbook, name, rows, styles, mention) -> None:  # type: ignore[no-untyped-def]  # xlsxwriter has no types
    sheet = workbook.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{mention}&R&P / &N")
    top = 1 if mention else 0
    if mention:
        sheet.write_string(0, 0, mention, styles["mention"])
    for column, (title, width) in enumerate(_COLUMNS.values()):
        sheet.set_column(column, column, width)
        sheet.write_string(top, column, title, styles["title"])
    shown = rows if len(rows) < MOST_ROWS - top else rows[: MOST_ROWS - top - 2]
    if len(shown) < len(rows):
        sheet.write_string(MOST_ROWS - 1, 0, f"La suite est dans anomalies.csv\u202f: {len(rows) - len(shown)} lignes.")
    for line, row in enumerate(shown, start=top + 1):
        cells = [sheet_cell(value) for value in _cells(row)]
        sheet.set_row(line, LINE_POINTS * _lines(cells))
        for column, value in enumerate(cells):
            sheet.write(line, column, value, styles["cell"])
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    if rows:
        sheet.autofilter(top, 0, top + len(shown), len(_COLUMNS) - 1)


def _lines(cells: Sequence[object]) -> int:
    """Lines that the tallest cell of a row takes once wrapped: a program that does not fit rows would cut them."""
    widths = (width for _, width in _COLUMNS.values())
    return max(-(-len(str(cell or "")) // (width - 2)) or 1 for cell, width in zip(cells, widths, strict=True))


def _sheet_name(name: str, taken: set[str]) -> str:
    """A sheet's name: 31 characters at most, some forbidden, none twice whatever the case."""
    base = re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:31] or WITHOUT_PORTEUR
    chosen, number = base, 2
    while chosen.casefold() in taken:
        suffix = f" ({number})"
        chosen, number = base[: 31 - len(suffix)] + suffix, number + 1
    taken.add(chosen.casefold())
    return chosen
