"""A rule that bears a date sets nothing aside in a year adopted before it, and says what it would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from pipeline.codebook.model import Codebook, Message
from pipeline.quality.dated_rules import keep_former_effects
from tests.support.exports import codebook

ADOPTED_BEFORE, ADOPTED_SINCE, OPEN = "2017-2018", "2018-2019", "2019-2020"
YEARS = (ADOPTED_BEFORE, ADOPTED_SINCE, OPEN)


def dated(former: str) -> Codebook:
    message = Message("trop_grand", "alerte", "valeur_ecartee", "Trop grand.", "2026-11-29", former)
    return replace(codebook(), messages={"trop_grand": message})


@pytest.fixture
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    """One row a year that a rule has just written, and one that reading had set aside under the same name."""
    with duckdb.connect() as connection:
        connection.execute("create schema qualite; create schema core")
        columns = "fichier varchar, feuille varchar, ligne integer, variable varchar, regle varchar, effet varchar"
        connection.execute(
            f"create table qualite.anomalie (campagne varchar, {columns}, departement varchar, porteur_id varchar, "
            "action_id varchar)"
        )
        connection.execute(
            f"create table qualite.effet_en_attente (campagne varchar, {columns}, effet_avant varchar, "
            "departement varchar, porteur_id varchar, action_id varchar)"
        )
        connection.execute("create table core.arret (campagne varchar, departement varchar, regles varchar)")
        connection.execute(
            "insert into core.arret values (?, '45', ''), (?, '45', '2026-11-29')", [ADOPTED_BEFORE, ADOPTED_SINCE]
        )
        connection.execute(
            "insert into qualite.anomalie select unnest(?), 'a.csv', '', unnest([2, 2, 2]), 'nb_enfants', "
            "'trop_grand@nb', 'valeur_ecartee', '45', 'p1', 'a1'",
            [list(YEARS)],
        )
        connection.execute(
            "insert into qualite.anomalie select unnest(?), 'a.csv', '', 3, 'nb_enfants', 'trop_grand', "
            "'valeur_ecartee', '45', 'p1', 'a1'",
            [list(YEARS)],
        )
        yield connection


def effects(connection: duckdb.DuckDBPyConnection, line: int) -> dict[str, str]:
    rows = connection.execute("select campagne, effet from qualite.anomalie where ligne = ?", [line]).fetchall()
    return dict(rows)


def test_a_year_adopted_before_a_rule_keeps_its_former_effect(base: duckdb.DuckDBPyConnection) -> None:
    keep_former_effects(base, dated("aucun"))
    assert effects(base, 2) == {ADOPTED_BEFORE: "aucun", ADOPTED_SINCE: "valeur_ecartee", OPEN: "valeur_ecartee"}
    assert base.execute("select * exclude (feuille) from qualite.effet_en_attente").fetchall() == [
        (ADOPTED_BEFORE, "a.csv", 2, "nb_enfants", "trop_grand", "valeur_ecartee", "aucun", "45", "p1", "a1")
    ]
    # What reading had set aside is no longer there to be counted.
    assert effects(base, 3) == dict.fromkeys(YEARS, "valeur_ecartee")


def test_a_rule_that_did_not_exist_reports_nothing_in_a_year_adopted_before(base: duckdb.DuckDBPyConnection) -> None:
    keep_former_effects(base, dated("non_signalee"))
    assert sorted(effects(base, 2)) == [ADOPTED_SINCE, OPEN]
    assert base.execute("select campagne, effet_avant from qualite.effet_en_attente").fetchall() == [
        (ADOPTED_BEFORE, "non_signalee")
    ]


def test_it_is_kept_where_the_year_was_adopted_then_and_nowhere_else(base: duckdb.DuckDBPyConnection) -> None:
    base.execute("insert into core.arret values (?, '2A', ''), (?, '83', '2026-11-29')", [ADOPTED_BEFORE] * 2)
    base.execute("insert into qualite.anomalie select * replace (4 as ligne, '83' as departement) "
                 "from qualite.anomalie where ligne = 2")  # fmt: skip
    base.execute("insert into qualite.anomalie select * replace (5 as ligne, null as departement) "
                 "from qualite.anomalie where ligne = 2")  # fmt: skip
    keep_former_effects(base, dated("aucun"))
    assert effects(base, 2)[ADOPTED_BEFORE] == "aucun"
    assert effects(base, 4)[ADOPTED_BEFORE] == "valeur_ecartee"
    # Of no known département: the oldest rules of its year, told once.
    assert effects(base, 5)[ADOPTED_BEFORE] == "aucun"
    waiting = "select ligne, departement from qualite.effet_en_attente order by ligne"
    assert base.execute(waiting).fetchall() == [(2, "45"), (5, None)]


def test_the_same_table_checked_after_another_lists_nothing_twice(base: duckdb.DuckDBPyConnection) -> None:
    keep_former_effects(base, dated("aucun"))
    keep_former_effects(base, dated("aucun"))
    assert base.execute("select count(*) from qualite.effet_en_attente").fetchone() == (1,)
    keep_former_effects(base, replace(codebook(), messages={}))
    assert effects(base, 2)[OPEN] == "valeur_ecartee"


def test_the_newest_rule_is_the_one_of_the_latest_date_that_of_the_thresholds_included() -> None:
    undated = replace(codebook(), messages={})
    assert undated.newest_rule == "2026-11-29"
    assert replace(undated, funding=replace(undated.funding, avant=None)).newest_rule == ""
    later = replace(dated("aucun").messages["trop_grand"], depuis="2027-01-01")
    assert replace(undated, messages={"trop_grand": later}).newest_rule == "2027-01-01"
