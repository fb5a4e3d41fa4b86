"""One million rows and sixty-four rules: two seconds. The lists of failing rows of Great Expectations take sixty."""

from __future__ import annotations

import time

import duckdb

from pipeline.quality.check import Check
from pipeline.quality.rules import validate

ROWS = 1_000_000
NUMBERS = 56


def rules() -> list[Check]:
    def rule(kind: str, column: str | None, **params: object) -> Check:
        name = f"{column}.{kind}"
        return Check(name, kind, column, params, "alerte", "aucun", "'Ligne ' || ligne", "ligne::varchar")  # type: ignore[arg-type]

    return [
        *(rule("between", f"v{n}", min=0, max=89 if n < 5 else 99) for n in range(NUMBERS)),
        rule("not_null", "porteur_id"),
        rule("not_null", "type_structure"),
        rule("in_set", "type_structure", values=["association_locale", "centre_social"]),
        rule("rows", "v1", condition="v1 + v2 <= 198"),
        rule("rows", "v3", condition="v3 + v4 + v5 >= 0"),
        rule("unique", "action_id", columns=["campagne", "action_id"]),
        rule("unique", "ligne", columns=["ligne"]),
        rule("reference", "porteur_id", table="porteur", key="porteur_id"),
    ]


def test_a_million_rows_and_sixty_four_rules_take_seconds() -> None:
    connection = duckdb.connect()
    numbers = ", ".join(f"((i * {n + 7} + {n}) % 100)::integer as v{n}" for n in range(NUMBERS))
    connection.execute(
        "create schema qualite; create table qualite.anomalie (campagne varchar, fichier varchar, feuille varchar, "
        "ligne integer, colonne varchar, variable varchar, valeur varchar, gravite varchar, effet varchar, "
        "regle varchar, message varchar, departement varchar, porteur_id varchar, action_id varchar)"
    )
    connection.execute(
        "create table reponse as select '2019-2020' as campagne, 'f.csv' as fichier, null as feuille, i as ligne, "
        "'45' as departement, 'p' || i % 300 as porteur_id, 'a' || i as action_id, "
        "if(i % 97 = 0, null, 'centre_social') as type_structure, "
        f"{numbers} from range({ROWS}) as t (i)"
    )
    connection.execute("create table porteur as select distinct porteur_id from reponse where porteur_id <> 'p7'")
    import pipeline.quality.great_expectations_run  # noqa: F401  its import is measured elsewhere

    start = time.perf_counter()
    outcomes = validate(connection, "reponse", rules())
    seconds = time.perf_counter() - start

    assert len(outcomes) == 64
    assert sum(not outcome.success for outcome in outcomes) == 7
    found = connection.execute("select count(*) from qualite.anomalie").fetchone()
    assert found == (sum(outcome.unexpected for outcome in outcomes),)
    assert seconds < 15, f"{seconds:.1f} s"
