"""An answer beside the one that the same porteur gave the year before: shown where it changed beyond measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from pipeline.codebook.model import ChangeRule, Codebook
from pipeline.quality.past import MOST, before_sql, compare_with_past, compared_columns
from tests.support.exports import codebook

SHOWN = {"nb_enfants": ChangeRule(3, 20), "nb_benevoles": ChangeRule(3, 20)}
LAST, NOW = "2022-2023", "2023-2024"


def declared() -> Codebook:
    shipped = codebook()
    return replace(shipped, variables=tuple(replace(v, evolution=SHOWN.get(v.id)) for v in shipped.variables))


@pytest.fixture
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema staging; create schema core; create schema reference")
        connection.execute(
            "create table reponse (campagne varchar, fichier varchar, feuille varchar, ligne integer, format varchar, "
            "grain varchar, departement varchar, porteur_id varchar, action_id varchar, statut_reponse varchar, "
            "date_validation timestamp, nb_enfants integer, nb_benevoles integer)"
        )
        connection.execute(
            "create table staging.agrement (campagne varchar, departement varchar, action_id varchar, "
            "action_precedente varchar)"
        )
        connection.execute(
            "create table core.question (campagne varchar, nature varchar, format varchar, variable varchar, "
            "colonne varchar)"
        )
        connection.execute("create table reference.contexte as select '2020-2021' as annee")
        yield connection


def answer(
    base: duckdb.DuckDBPyConnection, campagne: str, action: str, children: int, porteur: str = "p1", **more: object
) -> None:
    row = {
        "format": "f",
        "grain": "action",
        "departement": "45",
        "statut_reponse": "validee",
        "date_validation": "2024-07-01",
        "nb_benevoles": None,
    } | more
    line = (base.execute("select count(*) + 2 from reponse").fetchone() or (0,))[0]
    base.execute(
        "insert into reponse values (?, 'a.csv', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [campagne, line, row["format"], row["grain"], row["departement"], porteur, action, row["statut_reponse"],
         row["date_validation"], children,
         row["nb_benevoles"]],
    )  # fmt: skip


def follows(base: duckdb.DuckDBPyConnection, campagne: str, action: str, before: str | None) -> None:
    base.execute("insert into staging.agrement values (?, '45', ?, ?)", [campagne, action, before])


def shown(base: duckdb.DuckDBPyConnection) -> list[tuple[str, str, float]]:
    compare_with_past(base, declared())
    columns = [column for column in compared_columns(declared()) if column.id in SHOWN]
    found: list[tuple[str, str, float]] = []
    for column in columns:
        found += base.execute(
            f"select action_id, '{column.id}', {before_sql(column)} from reponse where {before_sql(column)} is not null"
        ).fetchall()
    return sorted(found)


def test_twelve_last_year_and_a_hundred_and_twenty_this_year_are_shown(base: duckdb.DuckDBPyConnection) -> None:
    follows(base, NOW, "b", "a")
    answer(base, LAST, "a", 12)
    answer(base, NOW, "b", 120)
    assert shown(base) == [("b", "nb_enfants", 12)]


@pytest.mark.parametrize(
    ("before", "now", "is_shown"),
    [(120, 12, True), (12, 36, True), (12, 31, False), (30, 89, False), (1, 15, False), (0, 25, True), (12, 12, False)],
)
def test_both_the_factor_and_the_gap_must_be_passed(
    base: duckdb.DuckDBPyConnection, before: int, now: int, is_shown: bool
) -> None:
    follows(base, NOW, "b", "a")
    answer(base, LAST, "a", before)
    answer(base, NOW, "b", now)
    assert bool(shown(base)) is is_shown


def test_the_action_that_the_roster_says_it_follows_is_the_one_compared(base: duckdb.DuckDBPyConnection) -> None:
    follows(base, NOW, "b", "a")
    follows(base, NOW, "nouvelle", None)
    answer(base, LAST, "a", 100)
    answer(base, LAST, "autre", 10)
    answer(base, NOW, "b", 110)
    answer(base, NOW, "nouvelle", 900)
    assert shown(base) == []


def test_without_that_column_a_porteur_of_one_return_a_year_is_compared_and_no_other(
    base: duckdb.DuckDBPyConnection,
) -> None:
    answer(base, LAST, "a", 12)
    answer(base, NOW, "b", 120)
    answer(base, LAST, "c", 12, "p2")
    answer(base, NOW, "d", 120, "p2")
    answer(base, NOW, "e", 12, "p2")
    assert shown(base) == [("b", "nb_enfants", 12)]


@pytest.mark.parametrize(
    ("before", "now"), [("2019-2020", "2020-2021"), ("2020-2021", "2021-2022"), ("2021-2022", NOW)]
)
def test_nothing_is_compared_across_a_disturbed_year_nor_a_gap(
    base: duckdb.DuckDBPyConnection, before: str, now: str
) -> None:
    answer(base, before, "a", 12)
    answer(base, now, "b", 120)
    assert shown(base) == []


def test_a_question_asked_otherwise_is_not_compared(base: duckdb.DuckDBPyConnection) -> None:
    answer(base, LAST, "a", 12)
    answer(base, NOW, "b", 120, format="autre")
    asked = "insert into core.question values (?, 'reponse', ?, 'nb_enfants', ?)"
    base.execute(asked, [LAST, "f", "Enfants accueillis"])
    base.execute(asked, [NOW, "autre", "Enfants inscrits"])
    assert shown(base) == []
    base.execute("update core.question set colonne = 'Enfants accueillis'")
    assert shown(base) == [("b", "nb_enfants", 12)]


@pytest.mark.parametrize("children", [-3, 90_000])
def test_what_is_out_of_bounds_is_said_so_and_not_compared(base: duckdb.DuckDBPyConnection, children: int) -> None:
    answer(base, LAST, "a", 12)
    answer(base, NOW, "b", children)
    assert shown(base) == []


def test_a_reply_that_is_not_the_one_counted_is_not_compared(base: duckdb.DuckDBPyConnection) -> None:
    answer(base, LAST, "a", 12)
    answer(base, NOW, "b", 120, date_validation="2024-06-01")
    answer(base, NOW, "b", 13)
    answer(base, NOW, "b", 120, statut_reponse="brouillon", date_validation="2024-08-01")
    assert shown(base) == []


def test_a_porteur_is_shown_five_at_most_by_their_weight_in_the_total(base: duckdb.DuckDBPyConnection) -> None:
    for number in range(MOST):
        follows(base, NOW, f"n{number}", f"a{number}")
        answer(base, LAST, f"a{number}", 12)
        answer(base, NOW, f"n{number}", 100 + number)
    # Few volunteers in all: 60 more of them weigh more than 90 more children.
    follows(base, NOW, "n9", "a9")
    answer(base, LAST, "a9", 12, nb_benevoles=2)
    answer(base, NOW, "n9", 12, nb_benevoles=62)
    assert shown(base) == [(f"n{number}", "nb_enfants", 12) for number in range(1, MOST)] + [("n9", "nb_benevoles", 2)]


def test_nothing_declared_compares_nothing(base: duckdb.DuckDBPyConnection) -> None:
    compare_with_past(base, replace(codebook(), variables=()))
    assert base.execute("select count(*) from staging.ecart_passe").fetchone() == (0,)


def test_the_same_numbers_of_another_departement_are_compared_with_nothing(base: duckdb.DuckDBPyConnection) -> None:
    follows(base, NOW, "b", "a")
    answer(base, LAST, "a", 12, departement="83")
    answer(base, NOW, "b", 120)
    assert shown(base) == []
