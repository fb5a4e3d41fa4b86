"""The same two returns of two porteurs in each family of exports, as files of a campaign folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from pipeline.codebook.model import Format, FormatColumn
from socle.paths import DataFolder
from tests.support.exports import PORTEURS, agrement, declare, reponse, write_csv, write_export
from tests.support.tables import Grid, write_ods, write_xlsx
from tests.support.workbooks import Row, fiche, grid, tables_of

YEARS = {
    "questionnaire-2014": "2014-2015",
    "questionnaire-2016": "2019-2020",
    "dossier-2020": "2020-2021",
    "elan-2021": "2021-2022",
    "trame-2025": "2024-2025",
}
"""Family -> a campagne in which it was in use."""

BUDGET = {"charges__60": "1 234,50 €", "charges__64": "5000", "produits__caf_ps": "2000,00", "charges__86": "300",
          "produits__87": "300"}  # fmt: skip


def answers(campagne: str) -> list[dict[str, str]]:
    """The two returns: canonical variables, texts as people type them."""
    both = {"campagne_declaree": campagne, "nb_familles": "9", "porte_reaap": "Oui", "qpv": "X"} | BUDGET
    return [
        reponse("a1", **both, tiers_id="T1", nb_collectifs="2", nb_enfants="20", effectif_niveau__elementaire="16"),
        reponse("a2", PORTEURS[1], **both, tiers_id="T2", type_structure="Centre social"),
    ]


def collectifs(campagne: str) -> list[dict[str, str]]:
    """Their collectifs: two of the first action, one of the second."""
    usual = {"niveau": "École élémentaire", "presents_moyens": "9,5", "intervenants_par_seance": "2",
             "seances_par_semaine": "2", "duree_seance": "1,5", "semaines": "30", "depenses": "8 000,00 €"}  # fmt: skip
    of_first = {"reponse_id": "r-a1", "action_id": "a1"} | usual
    return [
        of_first | {"collectif_id": "1", "inscrits": "10"},
        of_first | {"collectif_id": "2", "inscrits": "10"},
        {"reponse_id": "r-a2", "action_id": "a2", "collectif_id": "1", "inscrits": "10"} | usual,
    ]


def _as_declared(fmt: Format) -> Sequence[FormatColumn]:
    return fmt.colonnes


@dataclass(frozen=True)
class Layout:
    """How an export departs from the plain one: its columns, the names of its sheets, the grid of each."""

    columns: Callable[[Format], Sequence[FormatColumn]] = _as_declared
    sheet: Callable[[str], str] = str
    lines: Callable[[str, Grid], Grid] = lambda _, grid: grid

    def tables(self, family: str) -> dict[str | None, Format]:
        """The tables of the family with the columns of this export."""
        return {part: replace(fmt, colonnes=tuple(self.columns(fmt))) for part, fmt in tables_of(family).items()}


PLAIN = Layout()


def sheets(
    family: str, rows: Sequence[Row], groups: Sequence[Row], layout: Layout = PLAIN
) -> dict[str, dict[str, Grid]]:
    """{file stem: {sheet: grid}} of a family; the CSV of a questionnaire is a sheet without a name."""
    tables = layout.tables(family)
    if family == "dossier-2020":
        return {
            f"dossier-{row['reponse_id']}": {
                "Notice": [["Lisez ceci avant de remplir la feuille suivante."]],
                "Action": fiche(tables[None], row, [(tables["collectifs"], _of(row, groups))]),
            }
            for row in rows
        }
    if family.startswith("questionnaire"):
        return {"questionnaire": {"": grid(tables[None], rows)}}
    named = {part or "dossiers": fmt for part, fmt in tables.items()}
    return {"export": {name.capitalize(): grid(fmt, _rows(fmt, rows, groups)) for name, fmt in named.items()}}


def _rows(fmt: Format, rows: Sequence[Row], groups: Sequence[Row]) -> Sequence[Row]:
    if fmt.nature == "collectif":
        return groups
    if fmt.nature == "complement":  # a porteur of two dossiers has one line
        return list({row[fmt.cle or ""]: row for row in rows[::-1]}.values())[::-1]
    return rows


def _of(row: Row, groups: Sequence[Row]) -> list[Row]:
    return [group for group in groups if group["reponse_id"] == row["reponse_id"]]


def write_family(
    folder: Path,
    family: str,
    rows: Sequence[Row] | None = None,
    groups: Sequence[Row] | None = None,
    suffix: str = "xlsx",
    layout: Layout = PLAIN,
) -> list[Path]:
    """Write the export of a family in a campaign folder and return its files."""
    campagne = folder.name
    rows = answers(campagne) if rows is None else rows
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for stem, book in sheets(family, rows, collectifs(campagne) if groups is None else groups, layout).items():
        changed = {layout.sheet(name): layout.lines(name, lines) for name, lines in book.items()}
        if family.startswith("questionnaire"):
            encoding = tables_of(family)[None].fichier.get("encodage", "utf-8-sig")
            written.append(write_csv(folder / f"{layout.sheet(stem)}.csv", *changed.values(), encoding))
        else:
            write = write_ods if suffix == "ods" else write_xlsx
            written.append(write(folder / f"{stem}.{suffix}", changed))
    return written


def write_campaign(
    folder: Path,
    family: str,
    write: Callable[[Path, str], list[Path]] = write_family,
    roster: Sequence[Mapping[str, str]] | None = None,
) -> list[Path]:
    """Write a declared campagne, its roster of two actions and the export of a family; return the export's files."""
    campagne = folder.name
    data = DataFolder(folder.parent.parent)
    declare(data, campagne)
    agreed = roster if roster is not None else [agrement("a1"), agrement("a2", PORTEURS[1])]
    write_export(folder / "agrements.csv", "agrements", [row | {"campagne_declaree": campagne} for row in agreed])
    if not data.register.is_file():
        write_export(data.register, "porteurs", PORTEURS)
    return write(folder, family)


def said(connection: duckdb.DuckDBPyConnection) -> dict[str, list[list[Any]]]:
    """{campagne: all that it says, without where it was read}; of all at once, as the view of figures is slow."""
    queries = (
        "* exclude (campagne, campagne_declaree, reponse_id, fichier, feuille, ligne) from core.reponse",
        "action_id, porteur_id, collectif_id, inscrits, depenses, semaines from core.collectif",
        "indicateur, niveau, code, numerateur, denominateur, valeur, nb_porteurs, statut from marts.indicateur_valeur",
    )
    found: dict[str, list[list[Any]]] = defaultdict(lambda: [[] for _ in queries])
    for rank, query in enumerate(queries):
        for campagne, *row in connection.execute(f"select campagne, {query} order by all").fetchall():
            found[campagne][rank].append(row)
    return found
