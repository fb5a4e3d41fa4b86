"""qualite.anomalie -> quality/anomalies.csv and quality/anomalies.xlsx, one sheet a porteur, to be sent to it alone.

Of a national build, the workbook counts them and the CSV, which DuckDB writes, holds them all.
"""

from __future__ import annotations

import codecs
import re
import shutil
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import duckdb

from socle.files.cells import sheet_cell
from socle.files.sqltext import identifier, literal, safe_cell, sql_map
from socle.words.states import EFFECTS

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
_EFFECTS = {**EFFECTS, "corrigee": "comptée telle que corrigée"}
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
where a.fin is null
order by
    a.porteur_id nulls last, a.campagne desc, list_position(['critique', 'alerte', 'info'], a.gravite),
    a.fichier, a.feuille, a.ligne, a.regle, a.variable
"""
WITHOUT_PORTEUR = "Sans porteur"
FICTITIOUS = "DONNÉES FICTIVES"
LINE_POINTS = 15
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MOST_ROWS = 20_000
"""Of the workbook: beyond, it takes minutes to write and longer to open, and nobody reads a sheet a porteur."""
_SUMMARY = """
select campagne, gravite, any_value(message) as exemple, regle, variable, count(*) as nombre
from qualite.anomalie
where fin is null
group by campagne, gravite, regle, variable
order by campagne desc, list_position(['critique', 'alerte', 'info'], gravite), nombre desc, regle, variable
"""
_SUMMARY_COLUMNS = (
    ("Année scolaire", 14),
    ("Gravité", 10),
    ("Par exemple", 64),
    ("Règle", 26),
    ("Question", 34),
    ("Nombre", 10),
)


def write_quality(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the anomalies as one CSV (UTF-8 with BOM, `;`) and one workbook: a sheet for all, then one per porteur.

    Over MOST_ROWS, the workbook holds how many there are of each kind instead.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write_csv(connection, folder / "anomalies.csv")
    fictitious = connection.execute("select bool_or(fictif) from core.campagne").fetchone() == (True,)
    mention = FICTITIOUS if fictitious else ""
    found = connection.execute("select count(*) from qualite.anomalie where fin is null").fetchone()
    if found and found[0] > MOST_ROWS:
        _write_summary(connection.execute(_SUMMARY).fetchall(), folder / "anomalies.xlsx", mention)
    else:
        _write_workbook(connection.execute(_SELECT).fetchall(), folder / "anomalies.xlsx", mention)


def _write_csv(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    titles = [title for title, _ in _COLUMNS.values()]
    columns = ", ".join(f"{_shown(name)} as {identifier(title)}" for name, title in zip(_COLUMNS, titles, strict=True))
    body = path.with_suffix(".corps")
    connection.execute(
        f"copy (select {columns} from ({_SELECT})) to {literal(str(body))} (format csv, delimiter ';', header)"
    )
    with path.open("wb") as file, body.open("rb") as written:
        file.write(codecs.BOM_UTF8)
        shutil.copyfileobj(written, file)
    body.unlink()


def _shown(name: str) -> str:
    """The SQL of a cell as people read it, made safe."""
    if name == "ligne":
        return name
    text = f"{sql_map({code: literal(label) for code, label in _EFFECTS.items()})}[effet]" if name == "effet" else name
    return safe_cell(text)


def _cells(row: Sequence[object]) -> list[object]:
    shown = [*row[: len(_COLUMNS) - 1], _EFFECTS.get(str(row[len(_COLUMNS) - 1]), row[len(_COLUMNS) - 1])]
    return [sheet_cell(value) for value in shown]


def _write_summary(rows: Sequence[Sequence[object]], path: Path, mention: str) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, _OPTIONS) as workbook:
        workbook.set_properties({"title": "Points à vérifier dans les bilans Clas", "comments": mention})
        bold, cell = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
        sheet = workbook.add_worksheet("Résumé")
        sheet.write_string(0, 0, f"{mention} Tous les points, un à un, sont dans anomalies.csv.".strip(), bold)
        for column, (title, width) in enumerate(_SUMMARY_COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(1, column, title, bold)
        for line, row in enumerate(rows, start=2):
            for column, value in enumerate(row):
                sheet.write(line, column, sheet_cell(value), cell)
        sheet.freeze_panes(2, 0)


def _write_workbook(rows: Sequence[Sequence[object]], path: Path, mention: str) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, _OPTIONS) as workbook:
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
    for line, row in enumerate(rows, start=top + 1):
        cells = _cells(row)
        sheet.set_row(line, LINE_POINTS * _lines(cells))
        for column, value in enumerate(cells):
            sheet.write(line, column, value, styles["cell"])
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    if rows:
        sheet.autofilter(top, 0, top + len(rows), len(_COLUMNS) - 1)


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
