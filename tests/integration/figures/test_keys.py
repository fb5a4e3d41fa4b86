"""What says whose a return is, whether it counts and which reply is the last: never a default, never a non-response."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from socle.files.manifest import WAREHOUSE, current_build
from socle.paths import DataFolder
from tests.support.builds import plain, quick_build
from tests.support.exports import PORTEURS, agrement, make_folder, reponse, write_csv
from tests.support.once import copied
from tests.support.waiting import RULES, YEAR
from warehouse.listings.set_aside import answers_set_aside
from warehouse.open import open_current
from warehouse.scope import LOCAL

ALPHA, BETA = PORTEURS


@pytest.fixture(scope="module")
def warehouse(waiting: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    build = current_build(waiting)
    assert build is not None
    with duckdb.connect(str(build / WAREHOUSE), read_only=True) as connection:
        yield connection


def said(warehouse: duckdb.DuckDBPyConnection, regle: str) -> list[tuple[Any, ...]]:
    query = (
        "select ligne, porteur_id, effet, message from qualite.anomalie where regle = ? and fin is null order by ligne"
    )
    return [(*row[:3], plain(row[3])) for row in warehouse.execute(query, [regle]).fetchall()]


def test_only_what_is_read_as_validated_makes_figures(warehouse: duckdb.DuckDBPyConnection) -> None:
    kept = warehouse.execute("select reponse_id, nb_enfants from core.reponse order by all").fetchall()
    assert kept == [("b1-2", 12), ("b3-2", 10), ("b4-1", 10), ("r-a4", 10), ("r-b6", 10), ("r-b7", 30)]


def test_what_waits_is_kept_apart_with_what_it_waits_for(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = "select reponse_id, departement, attente, statut_ecrit from core.reponse_en_attente order by all"
    assert warehouse.execute(query).fetchall() == [
        ("b2-1", "45", "choix", None),
        ("b2-2", "45", "choix", None),
        ("r-a1", "45", "statut", ""),
        ("r-a2", "45", "statut", "Transmis"),
    ]


def test_what_waits_is_received_and_a_draft_is_not(warehouse: duckdb.DuckDBPyConnection) -> None:
    answered = warehouse.execute("select action_id from core.agrement where a_repondu order by 1").fetchall()
    assert [action for (action,) in answered] == ["a1", "a2", "a4", "b1", "b2", "b3", "b4", "b6", "b7"]
    (line,) = warehouse.execute(
        "select nb_reponses, nb_reponses_en_attente, nb_actions_attendues, taux_reponse_actions from marts.campagne"
    ).fetchall()
    assert line == (6, 4, 12, pytest.approx(9 / 12))


def test_what_waits_is_listed_before_a_year_is_adopted(waiting: DataFolder, tmp_path: Path) -> None:
    # A copy: a process opens a database in one way only.
    with open_current(copied(waiting, tmp_path), LOCAL) as opened:
        listed = answers_set_aside(opened, YEAR)
    waits = [(one.departement, one.action_id) for one in listed if "Votre bilan est reçu" in one.message]
    assert sorted(waits) == [("45", "a1"), ("45", "a2"), ("45", "b2"), ("45", "b2")]


def test_the_sentence_names_the_reply_that_is_kept(warehouse: duckdb.DuckDBPyConnection) -> None:
    ((line, porteur, effect, sentence),) = said(warehouse, "reponse_en_double")
    assert (line, porteur, effect) == (7, "p2", "ligne_ecartee")
    assert "« b1-2 », la dernière, est gardée. La réponse « b1-1 » n'est pas comptée." in sentence


def test_replies_whose_order_is_unknown_wait_together(warehouse: duckdb.DuckDBPyConnection) -> None:
    first, second = said(warehouse, "reponse_a_choisir")
    assert (first[:3], second[:3]) == ((8, "p2", "en_attente"), (9, "p2", "en_attente"))
    assert "« b2-1 » (reponses.csv, ligne 8), « b2-2 » (reponses.csv, ligne 9)" in first[3] == second[3]


def test_replies_that_say_the_same_count_once_and_accuse_no_porteur(warehouse: duckdb.DuckDBPyConnection) -> None:
    ((line, porteur, effect, sentence),) = said(warehouse, "reponse_identique")
    assert (line, porteur, effect) == (10, None, "ligne_ecartee")
    assert "rien n'est à demander aux porteurs" in sentence


def test_a_status_not_read_is_one_point(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert [row[:3] for row in said(warehouse, "reponse_a_valider")] == [
        (2, "p1", "en_attente"),
        (3, "p1", "en_attente"),
    ]
    assert [row[0] for row in said(warehouse, "valeur_hors_liste")] == []


def test_a_siret_and_a_name_of_two_porteurs_name_neither(warehouse: duckdb.DuckDBPyConnection) -> None:
    ((line, porteur, effect, sentence),) = said(warehouse, "porteur_contredit")
    assert (line, porteur, effect) == (14, None, "ligne_ecartee")
    assert "celui de « Association Alpha », et son nom celui de « Centre social Bêta »" in sentence
    assert said(warehouse, "porteur_inconnu") == []


ROSTER = [
    agrement("a1"),
    agrement("a1"),
    agrement("a2", nb_enfants_agrees="10"),
    agrement("a2", nb_enfants_agrees="20"),
    agrement("a3", statut_agrement="Peut-être"),
    agrement("a4", statut_agrement=""),
    agrement("b1", BETA),
    agrement("b1", ALPHA),
]


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    # Two replies of two files that say the same, a third whose file has no date; a fourth set aside before it counts.
    folder = make_folder(
        tmp_path_factory.mktemp("liste"), {YEAR: (ROSTER, [reponse("a1"), reponse("a2", nb_familles="douze")])}
    )
    text = (folder.raw / YEAR / "reponses.csv").read_text(encoding="utf-8-sig").replace("r-a", "s-a")
    (folder.raw / YEAR / "renvoi.csv").write_text(text, encoding="utf-8-sig")
    with duckdb.connect(str(quick_build(folder, rules=RULES).folder / WAREHOUSE), read_only=True) as connection:
        yield connection


def test_an_action_agreed_twice_stays_agreed_without_what_its_lines_contradict(
    roster: duckdb.DuckDBPyConnection,
) -> None:
    query = "select action_id, porteur_id, nb_enfants_agrees, statut_agrement from core.agrement order by 1"
    assert roster.execute(query).fetchall() == [
        ("a1", "p1", 10, "agreee"),
        ("a2", "p1", None, "agreee"),
        ("a3", "p1", 10, None),
        ("a4", "p1", 10, "agreee"),
        ("b1", None, 10, "agreee"),
    ]


def test_an_action_whose_situation_is_not_read_is_agreed_and_not_awaited(roster: duckdb.DuckDBPyConnection) -> None:
    awaited = roster.execute("select action_id from core.agrement where attendue order by 1").fetchall()
    assert [action for (action,) in awaited] == ["a1", "a2", "a4", "b1"]
    assert roster.execute("select nb_actions_agreees, nb_actions_attendues from marts.campagne").fetchall() == [(5, 4)]


def test_each_value_set_aside_says_its_lines(roster: duckdb.DuckDBPyConnection) -> None:
    found = roster.execute(
        "select ligne, variable, message from qualite.anomalie where regle = 'agrement_contredit' order by all"
    ).fetchall()
    assert [row[:2] for row in found] == [(4, "nb_enfants_agrees"), (8, "porteur_id")]
    assert "(lignes 4, 5)" in found[0][2]


def test_a_file_that_repeats_another_is_said_once(roster: duckdb.DuckDBPyConnection) -> None:
    kept = roster.execute("select count(*), sum(nb_enfants) from core.reponse").fetchall()
    assert kept == [(2, 20)]
    ((line, porteur, _, sentence),) = said(roster, "reponse_identique")
    assert (line, porteur) == (2, None)
    assert "Réponses de renvoi.csv qui répètent celles de reponses.csv : 2" in sentence
    # The other one is set aside and listed all the same.
    ended = roster.execute("select ligne, fin from qualite.anomalie where regle = 'reponse_identique' order by 1")
    assert ended.fetchall() == [(2, None), (3, "close")]
    unread = roster.execute("select fichier, fin from qualite.anomalie where variable = 'nb_familles' order by 1")
    assert unread.fetchall() == [("renvoi.csv", "close"), ("reponses.csv", None)]


UNDECLARED = """
- id: sans-colonne-de-statut
  libelle: Tableau court
  modele: true
  nature: reponse
  grain: action
  campagnes: [2019-2020, null]
  colonnes:
    - {entete: Fiche, variable: reponse_id}
    - {entete: Action menée, variable: action_id}
    - {entete: Siret du porteur, variable: siret}
    - {entete: Enfants venus, variable: nb_enfants}
"""


def test_a_format_without_a_status_declares_it_or_its_returns_wait(tmp_path: Path, subtests: pytest.Subtests) -> None:
    # A campagne each, whose formats count for it alone.
    years = {"2018-2019": ("", []), YEAR: ("  sans_statut: true\n", [("f1", 10)])}
    agreed = {year: ([agrement("a1", campagne_declaree=year)], []) for year in years}
    folder = make_folder(tmp_path, agreed)
    for year, (declared, _) in years.items():
        _write_undeclared(folder.raw / year, declared)
    definitions = _with_campaign_formats(folder)
    built = quick_build(folder, rules=("reponse_a_valider",), definitions=definitions)
    with duckdb.connect(str(built.folder / WAREHOUSE), read_only=True) as connection:
        for year, (_, kept) in years.items():
            with subtests.test(year):
                query = "select reponse_id, nb_enfants from core.reponse where campagne = ?"
                assert connection.execute(query, [year]).fetchall() == kept
                query = "select a_repondu from core.agrement where campagne = ?"
                assert connection.execute(query, [year]).fetchall() == [(True,)]


def _write_undeclared(place: Path, declared: str) -> None:
    """A return in a format without a column of statuses, which `declared` may say."""
    (place / "reponses.csv").unlink()
    lines = [["Fiche", "Action menée", "Siret du porteur", "Enfants venus"], ["f1", "a1", ALPHA["siret"], "10"]]
    write_csv(place / "tableau.csv", lines)
    formats = UNDECLARED.replace("  grain: action\n", f"  grain: action\n{declared}")
    (place / "formats.yml").write_text(formats.replace("2019-2020, null", "2018-2019, null"), encoding="utf-8")


def _with_campaign_formats(folder: DataFolder) -> Any:
    from pipeline.codebook.load import load_codebook
    from tests.support.builds import cut_down

    return cut_down(load_codebook((folder.root,)))
