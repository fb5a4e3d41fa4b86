"""One campagne -> its folder: returns, roster, national synthesis, declaration, and what was planted in them."""

from __future__ import annotations

import csv
from pathlib import Path

import yaml

from pipeline.demo.actions import roster_row
from pipeline.demo.errors import Planted, add_total, plant, repeat_row
from pipeline.demo.faults import RETURNS, ROSTERS, SYNTHESES
from pipeline.demo.files import write_csv, write_xlsx
from pipeline.demo.model import ANCHOR, DEPARTEMENT, Action, first_year, stream
from pipeline.demo.render import Hand, Row, Table, draw_hand, make_table
from pipeline.demo.returns import returns
from pipeline.demo.synthese import LABEL, national_rows

_CONTEXTS = Path(__file__).resolve().parents[1] / "definitions" / "reference" / "contexte.csv"
_WORKBOOKS = {"2017-2018": None, "2018-2019": "Actions agréées par le comité en 2018-2019 (données fictives)"}
"""Campagnes whose roster came as a workbook, and the title above its header."""
_BLANKS = {"nb_allophones": "", "outil_liaison": "NC", "liste_attente": "sans objet", "axe__territoire": "",
           "nb_salaries": "nsp"}  # fmt: skip
_FIRST = "2016-2017"


def write_campaign(seed: int, campagne: str, actions: list[Action], folder: Path) -> list[Planted]:
    """Write the folder of a campagne and return what was planted in its files, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "campagne.yml").write_text(declaration(campagne), encoding="utf-8")
    return [
        *_write_roster(seed, campagne, actions, folder),
        *_write_returns(seed, campagne, actions, folder),
        *_write_synthese(seed, campagne, folder),
    ]


def declaration(campagne: str) -> str:
    """Return the text of campagne.yml."""
    year = first_year(campagne) + 1
    declared: dict[str, object] = {"campagne": campagne, "fictif": True, "departements": [DEPARTEMENT]}
    with _CONTEXTS.open(encoding="utf-8", newline="") as file:
        contexts = {row["annee"]: row["phrase"] for row in csv.DictReader(file)}
    if campagne in contexts:
        declared["contexte"] = contexts[campagne]
    declared["dates"] = {"ouverture": f"{year}-06-15", "cloture": f"{year}-09-15"}
    return yaml.safe_dump(declared, allow_unicode=True, sort_keys=False, width=1000)


def _write_returns(seed: int, campagne: str, actions: list[Action], folder: Path) -> list[Planted]:
    name = f"questionnaire-donnees-fictives-{campagne}.csv"
    received = returns(seed, campagne, actions)
    hands = [draw_hand(stream(seed, "hand", a.action.porteur.porteur_id)) for a in received]
    times = stream(seed, "times", campagne)
    # 192.0.2.0/24 is reserved for documentation (RFC 5737).
    ignored = [(f"192.0.2.{times.randint(1, 254)}", str(times.randint(600, 5400))) for _ in received]
    table = make_table("questionnaire-2016", [Row([], a.values, a.regle) for a in received], hands, ignored)
    _add_oddities(table, campagne)
    planted = plant(table, RETURNS[campagne], stream(seed, "faults", campagne), campagne, name)
    if campagne in (_FIRST, ANCHOR):
        planted.append(add_total(table, "TOTAL", "nb_enfants", campagne, name))
    write_csv(folder / name, table)
    return planted


def _add_oddities(table: Table, campagne: str) -> None:
    """What exports hold and nobody need correct: a blank line, an answer written on two lines, cells left blank."""
    if campagne == _FIRST:
        table.rows.insert(len(table.rows) // 2, Row([]))
    if campagne == "2017-2018":
        table.rows[3].cells[table.column("besoins")] = "Deux choses :\ndes livres et des bénévoles."
    for rank, (variable, nothing) in enumerate(_BLANKS.items()):
        table.rows[5 + 4 * rank].cells[table.column(variable)] = nothing


def _write_roster(seed: int, campagne: str, actions: list[Action], folder: Path) -> list[Planted]:
    suffix = "xlsx" if campagne in _WORKBOOKS else "csv"
    name = f"agrements-donnees-fictives-{campagne}.{suffix}"
    records = [Row([], roster_row(action)) for action in actions]
    table = make_table("agrements", records, [Hand()] * len(records), [("",)] * len(records))
    if title := _WORKBOOKS.get(campagne):
        table.header_line = 3
    planted = plant(table, ROSTERS[campagne], stream(seed, "roster faults", campagne), campagne, name)
    if campagne == _FIRST:
        stopped = next(a.action_id for a in actions if a.statut == "non_demarree")
        planted.append(repeat_row(table, "action_id", stopped, "agrement_en_double", campagne, name))
    if title:
        planted.append(add_total(table, "Total général", "nb_enfants_agrees", campagne, name))
    if suffix == "xlsx":
        write_xlsx(folder / name, table, "Agréments", title)
    else:
        write_csv(folder / name, table)
    return planted


def _write_synthese(seed: int, campagne: str, folder: Path) -> list[Planted]:
    name = f"synthese-nationale-donnees-fictives-{campagne}.csv"
    records = [Row([], row) for row in national_rows(campagne)]
    table = make_table("synthese-nationale", records, [Hand()] * len(records), [(LABEL,)] * len(records))
    faults = SYNTHESES.get(campagne, ())
    planted = plant(table, faults, stream(seed, "synthese faults", campagne), campagne, name)
    if campagne == _FIRST:
        planted.append(repeat_row(table, "indicateur", "nb_collectifs", "synthese_en_double", campagne, name))
    write_csv(folder / name, table)
    return planted
