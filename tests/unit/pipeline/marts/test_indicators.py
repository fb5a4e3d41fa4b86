"""A catalogue of a few made-up indicators over a few rows: what is summed, over what, and at which levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from pipeline.codebook.model import Indicator
from pipeline.marts.indicators import create_indicators
from tests.support.exports import codebook

SHARE = Indicator(
    id="part", serie_de="part", modalite=None, numero=None, famille="offre", libelle="Part", libelle_court="Part",
    description="Une part.", unite="pct", polarite="neutre", grains=("action",), diffusion="L", synthese_porteur=False,
    ou="page", source="core.action", distinct=None, numerateur="n", denominateur="d", condition=None, variables=("n",),
    question=None, comparable_depuis=None, prudence=None, phrase=None,
)  # fmt: skip
COUNT = replace(SHARE, id="somme", serie_de="somme", unite="n", denominateur=None)
YES = replace(SHARE, id="oui", serie_de="oui", numerateur="n > 5", denominateur="true")
IN_TOWN = replace(SHARE, id="ville", serie_de="ville", condition="zonage = 'urbain'")
PORTEURS = replace(
    SHARE, id="porteurs", serie_de="porteurs", source="core.porteur_campagne", distinct="porteur_id", numerateur="oui",
    denominateur="connu", grains=("structure",),
)  # fmt: skip
HEADS = replace(PORTEURS, id="tetes", serie_de="tetes", unite="n", denominateur=None)
ANSWERED = replace(
    SHARE, id="reponse", serie_de="reponse", source="core.agrement", numerateur="a_repondu", denominateur="true",
    grains=("action", "agrement"),
)  # fmt: skip
AGREED = replace(COUNT, id="agreees", serie_de="agreees", source="core.agrement", numerateur="1", grains=("agrement",))


@pytest.fixture
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema core; create schema marts")
        connection.execute("create table core.retour_recu (campagne varchar, departement varchar, grain varchar)")
        connection.execute(
            "insert into core.retour_recu values ('2018-2019', '45', 'structure'), ('2019-2020', '45', 'action')"
        )
        place = "campagne varchar, departement varchar, epci varchar, type_structure varchar, zonage varchar"
        keys = "porteur_id varchar, action_id varchar"
        connection.execute(f"create table core.action ({place}, {keys}, n integer, d integer)")
        connection.execute(f"create table core.agrement ({place}, {keys}, a_repondu boolean)")
        connection.execute(
            "create table core.porteur_campagne (campagne varchar, departement varchar, type_structure varchar, "
            "porteur_id varchar, oui boolean, connu boolean)"
        )
        yield connection


def action(base: duckdb.DuckDBPyConnection, n: int | None, d: int | None, **values: str) -> None:
    row = {"campagne": "2019-2020", "departement": "45", "porteur_id": "p1", "action_id": "a1"} | values
    base.execute(
        f"insert into core.action by name select {', '.join(f'? as {name}' for name in row)}, ? as n, ? as d",
        [*row.values(), n, d],
    )


def compute(base: duckdb.DuckDBPyConnection, *indicators: Indicator) -> None:
    create_indicators(base, replace(codebook(), indicators=indicators))


def figures(base: duckdb.DuckDBPyConnection, where: str = "niveau = 'departement'") -> list[tuple[Any, ...]]:
    """(indicateur, code, numerateur, denominateur, nb_repondants, nb_porteurs)."""
    return base.execute(
        "select indicateur, code, numerateur, denominateur, nb_repondants, nb_porteurs from marts.indicateur_agrege "
        f"where {where} order by all"
    ).fetchall()


def test_a_rate_is_the_sum_of_numerators_over_the_sum_of_denominators(base: duckdb.DuckDBPyConnection) -> None:
    action(base, 1, 10, action_id="a1")
    action(base, 90, 90, action_id="a2", porteur_id="p2")
    compute(base, SHARE)
    assert figures(base) == [("part", "45", 91, 100, 2, 2)]


def test_a_row_that_holds_only_one_of_the_two_counts_in_neither(base: duckdb.DuckDBPyConnection) -> None:
    action(base, 1, 10)
    action(base, 5, None, action_id="a2")
    action(base, None, 7, action_id="a3")
    action(base, 4, 0, action_id="a4")
    compute(base, SHARE, COUNT)
    assert figures(base) == [("part", "45", 1, 10, 1, 1), ("somme", "45", 10, None, 3, 1)]


def test_a_figure_without_any_row_is_not_a_zero(base: duckdb.DuckDBPyConnection) -> None:
    action(base, None, 7)
    compute(base, SHARE, COUNT)
    assert figures(base) == []
    assert base.execute("select * from marts.indicateur_detail").fetchall() == []


def test_a_zero_is_a_figure(base: duckdb.DuckDBPyConnection) -> None:
    action(base, 0, 7)
    compute(base, SHARE, COUNT)
    assert figures(base) == [("part", "45", 0, 7, 1, 1), ("somme", "45", 0, None, 1, 1)]


def test_a_true_counts_one_and_a_blank_is_not_a_no(base: duckdb.DuckDBPyConnection) -> None:
    for name, n in (("a1", 6), ("a2", 1), ("a3", None)):
        action(base, n, None, action_id=name)
    compute(base, YES)
    assert figures(base) == [("oui", "45", 1, 2, 2, 1)]


def test_a_condition_leaves_the_other_rows_out(base: duckdb.DuckDBPyConnection) -> None:
    action(base, 1, 2, zonage="urbain")
    action(base, 1, 2, zonage="rural", action_id="a2")
    action(base, 1, 2, action_id="a3")
    compute(base, IN_TOWN)
    assert figures(base) == [("ville", "45", 1, 2, 1, 1)]


def test_each_level_sums_its_own_rows(base: duckdb.DuckDBPyConnection) -> None:
    action(base, 1, 10, epci="e1", zonage="urbain", type_structure="ccas")
    action(base, 2, 10, epci="e1", zonage="rural", action_id="a2", porteur_id="p2")
    action(base, 4, 10, departement="18", epci="e1", action_id="a3")
    compute(base, SHARE)
    found = base.execute(
        "select niveau, code, departement, numerateur from marts.indicateur_agrege order by all"
    ).fetchall()
    assert found == [
        ("departement", "18", "18", 4), ("departement", "45", "45", 3), ("epci", "e1", "18", 4),
        ("epci", "e1", "45", 3), ("type_structure", "ccas", "45", 1), ("zonage", "rural", "45", 2),
        ("zonage", "urbain", "45", 1),
    ]  # fmt: skip
    detail = base.execute("select niveau, code, departement, numerateur from marts.indicateur_detail order by all")
    assert detail.fetchall() == [
        ("action", "a1", "45", 1), ("action", "a2", "45", 2), ("action", "a3", "18", 4), ("porteur", "p1", "18", 4),
        ("porteur", "p1", "45", 1), ("porteur", "p2", "45", 2),
    ]  # fmt: skip


def test_a_count_of_porteurs_has_no_denominator(base: duckdb.DuckDBPyConnection) -> None:
    base.execute("insert into core.porteur_campagne values ('2019-2020', '45', 'ccas', 'p1', true, true)")
    compute(base, HEADS)
    assert figures(base, "true") == [("tetes", "45", 1, None, 1, 1), ("tetes", "ccas", 1, None, 1, 1)]


def test_a_source_without_action_has_no_figure_by_action(base: duckdb.DuckDBPyConnection) -> None:
    base.execute("insert into core.porteur_campagne values ('2019-2020', '45', null, 'p1', true, true)")
    compute(base, PORTEURS)
    assert base.execute("select niveau, code from marts.indicateur_detail").fetchall() == [("porteur", "p1")]


def test_returns_per_structure_say_nothing_of_each_action(base: duckdb.DuckDBPyConnection) -> None:
    for campagne in ("2017-2018", "2018-2019", "2019-2020"):
        base.execute(
            "insert into core.agrement values (?, '45', null, null, null, 'p1', 'a1', ?)",
            [campagne, campagne != "2017-2018"],
        )
    compute(base, ANSWERED, AGREED)
    found = base.execute(
        "select indicateur, campagne, numerateur from marts.indicateur_agrege where niveau = 'departement' order by all"
    ).fetchall()
    # 2017-2018: nobody has answered yet, which is a rate of nought.
    assert found == [
        ("agreees", "2017-2018", 1), ("agreees", "2018-2019", 1), ("agreees", "2019-2020", 1),
        ("reponse", "2017-2018", 0), ("reponse", "2019-2020", 1),
    ]  # fmt: skip


def test_euros_are_summed_to_the_cent(base: duckdb.DuckDBPyConnection) -> None:
    for number in range(10):
        action(base, 1, 10, action_id=f"a{number}")
    compute(base, replace(COUNT, numerateur="n * 0.1"))
    assert figures(base) == [("somme", "45", 1, None, 10, 1)]


def test_the_catalogue_keeps_the_order_and_says_what_each_figure_is_made_from(base: duckdb.DuckDBPyConnection) -> None:
    compute(base, SHARE, PORTEURS, ANSWERED, AGREED)
    found = base.execute("select rang, indicateur, provenance, famille_libelle from marts.indicateur order by rang")
    assert found.fetchall() == [
        (1, "part", "Bilans des porteurs", "L'offre"),
        (2, "porteurs", "Bilans des porteurs", "L'offre"),
        (3, "reponse", "Actions agréées par le comité et bilans des porteurs", "L'offre"),
        (4, "agreees", "Actions agréées par le comité", "L'offre"),
    ]
