"""One campagne -> its folder: returns, roster, national synthesis, declaration, and what was planted in them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import yaml

from clas_demo.faults.errors import Planted, Sheets, add_total, forget_row, plant, repeat_row, stray_row
from clas_demo.faults.faults import not_started, one_group, two_groups
from clas_demo.faults.lists import ROSTERS, SYNTHESES
from clas_demo.faults.questionnaires import RETURNS
from clas_demo.faults.workbooks import DOSSIERS, ELAN, TRAME
from clas_demo.files.books import (
    dossier_sheets,
    elan_sheets,
    questionnaire_sheets,
    trame_sheets,
    write_dossiers,
    write_elan,
    write_trame,
)
from clas_demo.files.files import write_csv, write_workbook
from clas_demo.files.pages import table_page
from clas_demo.files.render import Hand, make_table
from clas_demo.world.actions import roster_row
from clas_demo.world.model import ANCHOR, CAMPAGNES, DEPARTEMENT, FORMATS, Action, first_year, stream
from clas_demo.world.returns import returns
from clas_demo.world.synthese import LABEL, national_rows
from clas_demo.world.tables import Record, Table
from socle.settings import PROJECT_ROOT

_CONTEXTS = PROJECT_ROOT / "pipeline" / "definitions" / "reference" / "contexte.csv"
_ROSTERS = {
    "2015-2016": None, "2017-2018": "xlsx", "2018-2019": "xlsx", "2020-2021": "ods", "2021-2022": "xlsx",
    "2023-2024": "ods", "2024-2025": "xlsx",
}  # fmt: skip
"""How the roster came when it was not a CSV; None: it was not kept."""
_UNTITLED = "2017-2018"
_BLANKS = {"nb_allophones": "", "outil_liaison": "NC", "liste_attente": "sans objet", "axe__territoire": "",
           "nb_salaries": "nsp"}  # fmt: skip
_FIRST = "2016-2017"
_YAML: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": 1000}
_TEXTS = {
    "mot_du_comite": "Données fictives. Le comité remercie les porteurs, leurs salariés et leurs bénévoles, qui ont "
    "gardé le lien avec les familles pendant la fermeture des établissements.",
    "dispositif": {
        "priorites": "Données fictives. Les collégiens, les communes rurales et l'accompagnement des parents.",
        "reunions": "Données fictives. Le comité s'est réuni deux fois, en novembre et en juin.",
    },
    "commentaires": {
        "seances": "Données fictives. Les séances menées à distance ne sont pas comptées.",
    },
    "citations": (
        "Données fictives. Les parents viennent plus facilement depuis que la séance finit par un goûter.\n"
        "— une association du Loiret (fictive)\n\n"
        "Données fictives. Pendant la fermeture des écoles, le téléphone a gardé le lien.\n"
        "— un centre social (fictif)"
    ),
    "perspectives": "Données fictives. Proposer un accompagnement à distance aux familles qui n'ont pas d'équipement.",
}
_TOTALLED = ("2014-2015", _FIRST, ANCHOR)


def write_campaign(seed: int, campagne: str, actions: list[Action], folder: Path) -> list[Planted]:
    """Write the folder of a campagne and return what was planted in its files, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "campagne.yml").write_text(declaration(campagne), encoding="utf-8")
    if campagne == ANCHOR:
        (folder / "textes.yml").write_text(yaml.safe_dump(_TEXTS, **_YAML), encoding="utf-8")
    planted = [
        *_write_roster(seed, campagne, actions, folder),
        *_write_returns(seed, campagne, actions, folder),
        *_write_synthese(seed, campagne, folder),
    ]
    _write_corrections(campagne, planted, folder)
    return planted


def _write_corrections(campagne: str, planted: Sequence[Planted], folder: Path) -> None:
    """Declare what the agent Caf corrected, where a cell was planted to be."""
    corrections = [
        {
            "fichier": fault.fichier,
            "ligne": fault.ligne,
            "variable": fault.variable,
            "attendu": fault.valeur,
            "valeur": "12",
            "motif": "Données fictives, confirmé par téléphone",
            "par": "Agent Caf (fictif)",
            "date": f"{first_year(campagne) + 1}-10-02",
        }
        for fault in planted
        if fault.regle == "valeur_corrigee"
    ]
    if corrections:
        (folder / "corrections.yml").write_text(yaml.safe_dump(corrections, **_YAML), encoding="utf-8")


def declaration(campagne: str) -> str:
    """Return the text of campagne.yml."""
    year = first_year(campagne) + 1
    declared: dict[str, object] = {"campagne": campagne, "fictif": True, "departements": [DEPARTEMENT]}
    with _CONTEXTS.open(encoding="utf-8", newline="") as file:
        contexts = {row["annee"]: row["phrase"] for row in csv.DictReader(file)}
    if campagne in contexts:
        declared["contexte"] = contexts[campagne]
    declared["dates"] = {"ouverture": f"{year}-06-15", "cloture": f"{year}-09-15"}
    text: str = yaml.safe_dump(declared, **_YAML)
    return text


def _write_returns(seed: int, campagne: str, actions: list[Action], folder: Path) -> list[Planted]:
    received = returns(seed, campagne, actions)
    rng = stream(seed, "faults", campagne)
    match FORMATS[campagne]:
        case "dossier-2020":
            sheets = dossier_sheets(seed, campagne, received)
            _add_oddities(sheets.tables[0], campagne)
            planted = [*_groups_astray(sheets), _group_total(sheets), *plant(sheets, DOSSIERS[campagne], rng)]
            write_dossiers(folder, sheets)
        case "elan-2021":
            sheets = elan_sheets(campagne, received)
            planted = [*_groups_astray(sheets), *_rows_astray(sheets), *plant(sheets, ELAN[campagne], rng)]
            write_elan(folder, sheets)
        case "trame-2025":
            sheets = trame_sheets(seed, campagne, received)
            _add_oddities(sheets.tables[0], campagne)
            lot = sheets.tables[0].rows[0].fichier
            planted = [
                *_groups_astray(sheets),
                stray_row(sheets, "45-2024-088", "collectif_sans_reponse", "collectifs", lot),
                add_total(sheets, "Total général", "nb_enfants", fichier=lot),
                *plant(sheets, TRAME[campagne], rng),
            ]
            write_trame(folder, sheets)
        case _:
            sheets = questionnaire_sheets(seed, campagne, received)
            planted = _plant_questionnaire(sheets, campagne, rng)
            write_csv(folder / sheets.fichier, sheets.tables[0], _encoding(campagne))
    return planted


def _plant_questionnaire(sheets: Sheets, campagne: str, rng: Random) -> list[Planted]:
    if FORMATS[campagne] == "questionnaire-2016":
        _add_oddities(sheets.tables[0], campagne)
    planted = plant(sheets, RETURNS[campagne], rng)
    if campagne in _TOTALLED:
        asked = "nb_enfants" if "nb_enfants" in sheets.tables[0].variables else None
        planted.append(add_total(sheets, "TOTAL", asked))
    return planted


def _encoding(campagne: str) -> str:
    return "cp1252" if FORMATS[campagne] == "questionnaire-2014" else "utf-8-sig"


def _add_oddities(table: Table, campagne: str) -> None:
    """What exports hold and nobody need correct: a blank line, an answer written on two lines, cells left blank."""
    if campagne in (_FIRST, CAMPAGNES[-1]):
        middle = len(table.rows) // 2
        table.rows.insert(middle, Record([], fichier=table.rows[middle].fichier))
    if campagne == "2017-2018":
        table.rows[3].cells[table.column("besoins")] = "Deux choses :\ndes livres et des bénévoles."
    for rank, (variable, nothing) in enumerate(_BLANKS.items()):
        if cells := table.rows[5 + 4 * rank].cells:
            cells[table.column(variable)] = nothing


def _groups_astray(sheets: Sheets) -> list[Planted]:
    """A collectif described twice in one return, one that another forgot."""
    alone = {row.key for row in sheets.tables[0].rows if one_group(row.values)}
    return [
        forget_row(sheets, two_groups),
        repeat_row(sheets, "collectif_en_double", "collectif_id", "collectifs", lambda v: str(v["action_id"]) in alone),
    ]


def _group_total(sheets: Sheets) -> Planted:
    """Someone adds up the collectifs below them, where the form has no line for it."""
    groups = sheets.table("collectifs")
    last = next(row for row in groups.rows if row.key not in sheets.taken)
    sheets.taken.add(last.key)
    cells = ["Total", "", *last.cells[2:3], *[""] * (len(groups.headers) - 3)]
    row = Record(cells, regle="ligne_total", fichier=last.fichier, feuille=last.feuille)
    groups.rows.append(row)
    named = sheets.planted(groups, row, "", "ligne_total", "Total écrit sous les collectifs.")
    return replace(named, valeur="Total")


def _rows_astray(sheets: Sheets) -> list[Planted]:
    """Rows of the other sheets that are of no dossier, or of one that has its row already."""
    year = first_year(sheets.campagne) + 1
    if year == 2022:
        return [stray_row(sheets, f"D{year}-00999", "rattachement_absent", "activite")]
    if year == 2023:
        return [stray_row(sheets, f"D{year}-00999", "collectif_sans_reponse", "collectifs"),
                add_total(sheets, "Total", "inscrits", "collectifs")]  # fmt: skip
    return [repeat_row(sheets, "rattachement_en_double", "reponse_id", "budget"),
            stray_row(sheets, "T4500000", "rattachement_absent", "tiers")]  # fmt: skip


def _write_roster(seed: int, campagne: str, actions: list[Action], folder: Path) -> list[Planted]:
    suffix = _ROSTERS.get(campagne, "csv")
    if suffix is None:
        return []
    name = f"agrements-donnees-fictives-{campagne}.{suffix}"
    records = [Record([], roster_row(action)) for action in actions]
    table = make_table("agrements", records, [Hand()] * len(records), [("",)] * len(records))
    sheets = Sheets(campagne, name, [table])
    title = None
    if suffix != "csv":
        table.feuille = "Agréments"
        if campagne != _UNTITLED:
            title, table.header_line = f"Actions agréées par le comité en {campagne} (données fictives)", 3
    planted = plant(sheets, ROSTERS.get(campagne, ()), stream(seed, "roster faults", campagne))
    if campagne == _FIRST:
        planted.append(repeat_row(sheets, "agrement_en_double", "action_id", quand=not_started))
    if title:
        planted.append(add_total(sheets, "Total général", "nb_enfants_agrees"))
    if suffix == "csv":
        write_csv(folder / name, table)
    else:
        write_workbook(folder / name, [table_page(table.feuille, table, table.rows, title)])
    return planted


def _write_synthese(seed: int, campagne: str, folder: Path) -> list[Planted]:
    suffix = {"2021-2022": "xlsx", "2023-2024": "ods"}.get(campagne, "csv")
    name = f"synthese-nationale-donnees-fictives-{campagne}.{suffix}"
    records = [Record([], row) for row in national_rows(campagne)]
    table = make_table("synthese-nationale", records, [Hand()] * len(records), [(LABEL,)] * len(records))
    sheets = Sheets(campagne, name, [table])
    if suffix != "csv":
        table.feuille, table.header_line = "Synthèse", 2
    planted = plant(sheets, SYNTHESES.get(campagne, ()), stream(seed, "synthese faults", campagne))
    if campagne == _FIRST:
        planted.append(
            repeat_row(sheets, "synthese_en_double", "indicateur", quand=lambda v: v["indicateur"] == "nb_collectifs")
        )
    if suffix == "csv":
        write_csv(folder / name, table)
    else:
        title = f"Synthèse nationale {campagne} (données fictives)"
        write_workbook(folder / name, [table_page(table.feuille, table, table.rows, title)])
    return planted
