"""What the recipes of CONTRIBUTING.md promise, looked at in a copy of the program that has them all.

One process: it fills and builds the data folder named, then writes in JSON all that the tests compare.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import sys
from contextlib import closing, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from access.people.accounts import accounts
from bilan.parts.chapters import page
from clas_demo.faults.questionnaires import RETURNS
from cli.figures.dictionary import COMMITTED, dictionary
from dashboard.visit.navigation import EVERYONE
from pipeline.build import build
from pipeline.builds.lock import only_builder
from pipeline.codebook.diffusion import load_diffusion_rules
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.disclosure.primary import primary_suppression
from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT, Settings
from tests.support.builds import silent
from tests.support.dashboard import open_page, unmarked, visitor_of
from tests.support.exports import agrement, declare, reponse, siret, table, write_csv, write_export
from tests.support.figure_rows import figure_rows
from tests.support.formulas import FORMULAS
from tests.support.recomputed import levels_of, recomputed
from warehouse.engine.engine import Engine
from warehouse.scope import Scope

YEAR = "2026-2027"
ADDED = ("lieux_par_action", "part_actions_rep")
PORTEURS = [
    {"porteur_id": f"p{number}", "siret": siret(number), "raison_sociale": f"Association numéro {number}"}
    for number in range(1, 4)
]
DECLARED = {"campagne_declaree": YEAR}
DATED = {**DECLARED, "date_validation": "03/09/2027 10:00"}
SAID = (
    {"nb_familles": "8", "nb_sites": "2", "nb_coordinateurs": "9"},
    {"type_structure": "Association de quartier", "nb_sites": "1", "rep": "Oui"},
    {"type_structure": "Association de quartier", "nb_sites": "3", "rep": "Non"},
)
RULE = "coordinateurs_superieurs"
FUNCTION = "select parse_filename('2019-2020/reponses.csv')"
_OF_DEFINITIONS = "tests/definitions/test_definitions.py"
CHECKS = (
    *(_OF_DEFINITIONS, "tests/definitions/test_catalogue.py", "tests/definitions/test_bilan_definitions.py"),
    *("tests/unit/dashboard/visit/test_navigation.py", "tests/unit/pipeline/codebook/test_dictionary.py"),
    "tests/definitions/test_indicator_sql.py::test_the_sql_of_an_indicator_runs_on_its_source[part_actions_rep]",
    f"tests/definitions/test_definition_sql.py::test_a_rule_finds_its_breach_and_says_it[{RULE}]",
)
LEFT_OUT = (
    f"{_OF_DEFINITIONS}::test_every_refusal_raised_has_a_sentence_and_gives_all_its_values",  # it reads every module
    f"{_OF_DEFINITIONS}::test_an_anomaly_can_be_said_in_sql",  # one by one
)


def main(root: Path, told: Path) -> None:
    """Build `root`, look at everything, write it in `told`."""
    folder = DataFolder(root)
    whole = load_codebook((root,))
    receive(folder, whole)
    with patch("pipeline.build.load_codebook", lambda *_: brief(whole)), only_builder(folder):
        built = build(folder, Settings(root), silent)
    with duckdb.connect(str(built.folder / WAREHOUSE), read_only=True) as warehouse:
        found = {
            "refused": [one["message"] for one in built.manifest.refused],
            "returns": warehouse.sql("select format, count(*), sum(nb_familles), sum(nb_sites) from core.reponse "
                                     "group by format order by format").fetchall(),
            "types": warehouse.sql("select distinct type_structure from core.reponse order by 1").fetchall(),
            "marts": figures(warehouse),
            "recomputed": again(warehouse),
            "anomalies": warehouse.sql("select regle, reponse_id, message from qualite.anomalie").fetchall(),
        }  # fmt: skip
    found |= {
        "dictionary": [name for name in ADDED if f"`{name}`" in told_by_clas(root)],
        "chapters": chapters(folder),
        "hidden": [primary_suppression(parts(number), load_diffusion_rules().rule) for number in (5, 6)],
        "planted": [fault.regle for faults in RETURNS.values() for fault in faults if fault.regle == RULE],
        "pages": {role: drawn(folder, role) for role in sorted(EVERYONE)},
        "sql": asked(folder),
        "access": [opened(folder) for _ in range(2)],
        "checks": checked(),
    }
    told.write_text(json.dumps(found), encoding="utf-8")


def receive(folder: DataFolder, whole: Codebook) -> None:
    """A roster of three actions, a questionnaire in the new wording, two returns of the new kind of export."""
    declare(folder, YEAR)
    write_export(folder.register, "porteurs", PORTEURS)
    roster = [agrement(f"a{rank}", who) | DECLARED for rank, who in enumerate(PORTEURS, start=1)]
    write_export(folder.raw / YEAR / "agrements.csv", "agrements", roster)
    (worded,) = whole.campaign_formats[YEAR]
    (new,) = (fmt for fmt in whole.formats if fmt.id == "suivi-2026")
    asked, *followed = (
        reponse(f"a{rank}", who) | DATED | said for rank, (who, said) in enumerate(zip(PORTEURS, SAID, strict=True), 1)
    )
    write_csv(folder.raw / YEAR / "questionnaire.csv", table(worded, [asked]))
    write_csv(folder.raw / YEAR / "suivi.csv", table(new, followed))


def brief(whole: Codebook) -> Codebook:
    """The definitions without most indicators, rules and bounds: a build takes a third of its time."""
    kept = {one.source: one for one in reversed(whole.indicators)}.values()
    added = [one for one in whole.indicators if one.id in (*ADDED, "part_enfants_rep")]
    rules = tuple(rule for rule in whole.rules if rule.id == RULE)
    variables = tuple(replace(variable, bornes=None, plausible=None) for variable in whole.variables)
    return replace(whole, indicators=(*kept, *added), rules=rules, variables=variables)


def figures(warehouse: duckdb.DuckDBPyConnection) -> list[Any]:
    """What was added, in the département."""
    return warehouse.execute(
        "select indicateur, numerateur, denominateur, statut from marts.indicateur_valeur "
        "where indicateur in (select unnest(?)) and niveau = 'departement' order by 1",
        [list(ADDED)],
    ).fetchall()


def again(warehouse: duckdb.DuckDBPyConnection) -> list[Any]:
    """The indicator for everyone, from its formula in pandas."""
    formula = FORMULAS["part_actions_rep"]
    rows = recomputed("part_actions_rep", formula, figure_rows(warehouse), None, levels_of(formula))
    kept: list[Any] = rows[rows["niveau"] == "departement"][["numerateur", "denominateur"]].values.tolist()
    return kept


def chapters(folder: DataFolder) -> Any:
    """Of the page of the territories: its sentences, and for each figure what it is called and its lines."""
    (one,) = [c for c in page(folder, Scope("agent", "45"), YEAR, "45", "offre").chapters if c.id == "territoires"]
    return {
        "sentences": one.sentences,
        "figures": {figure.id: [figure.title, [row.key for row in figure.rows]] for figure in one.figures},
        "messages": {figure.id: figure.message for figure in one.figures},
    }


def told_by_clas(root: Path) -> str:
    """What `clas dictionary` says."""
    with patch.dict(os.environ, {"CLAS_DATA": str(root)}), redirect_stdout(io.StringIO()) as said:
        dictionary()
    return said.getvalue()


def parts(number: int) -> frozenset[tuple[str, str, float]]:
    """The children of as many porteurs."""
    return frozenset((f"p{rank}", f"a{rank}", 10.0) for rank in range(number))


def drawn(folder: DataFolder, role: str) -> str:
    """The title of the page that was added, or what is answered in its place."""
    shown = open_page("annees", visitor_of(folder, role, "45", "p1" if role == "porteur" else None))
    if shown.exception:
        return shown.exception[0].message
    return unmarked(", ".join([shown.title[0].value, *map(str, shown.table[0].value.iloc[0])]))


def asked(folder: DataFolder) -> list[Any]:
    """What `clas sql` answers."""
    figure = "select valeur from marts.indicateur_valeur where indicateur = ? and niveau = 'departement'"
    with Engine(folder, Settings()) as engine:
        answers = [engine.run(Scope("agent", "*"), query) for query in (
            FUNCTION, *(figure.replace("?", f"'{name}'") for name in ADDED),
        )]  # fmt: skip
    return [answer.rows for answer in answers]


def opened(folder: DataFolder) -> list[Any]:
    """The accounts, and what the newest file of access/schema made."""
    names = [one.identifiant for one in accounts(folder)]
    with closing(sqlite3.connect(folder.access)) as connection:
        version = connection.execute("pragma user_version").fetchone()
        made = connection.execute("select name from sqlite_schema where name = 'journal_par_compte'").fetchall()
    return [names, version, made]


def checked() -> list[Any]:
    """Whether the tests that read the definitions pass once the dictionary is written again, and what they say."""
    with redirect_stdout(io.StringIO()) as said:
        dictionary(out=COMMITTED)
        code = pytest.main(
            ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *CHECKS, *(f"--deselect={name}" for name in LEFT_OUT)]
        )
    return [int(code), said.getvalue()[-4000:]]


if __name__ == "__main__":
    assert Path(__file__).is_relative_to(PROJECT_ROOT)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
