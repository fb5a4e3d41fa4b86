"""Every kind of rule, on real Great Expectations inside real DuckDB."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.quality import rules as validation
from pipeline.quality.check import Breach, Check, CheckOutcome, ValidationInternalError
from pipeline.quality.rules import validate

ROWS = 20_000
BROKEN = 10_000
ANOMALIE = (
    "create table qualite.anomalie (campagne varchar, fichier varchar, feuille varchar, ligne integer, "
    "colonne varchar, variable varchar, valeur varchar, gravite varchar not null, effet varchar not null, "
    "regle varchar not null, message varchar not null, departement varchar, porteur_id varchar, action_id varchar)"
)


@pytest.fixture
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    """A build's database: 20 000 rows, every second of which breaks what the rules below ask."""
    connection = duckdb.connect()
    connection.execute("create schema qualite")
    connection.execute(ANOMALIE)
    connection.execute(
        "create table lignes as select '2019-2020' as campagne, 'reponses.csv' as fichier, null::varchar as feuille, "
        f"(i + 2)::integer as ligne, '45' as departement, 'p' || i % 300 as porteur_id, "
        "'a' || i // 2 * 2 as action_id, i % 2 = 0 as bonne, if(bonne, 'a' || i, 'a' || i % 4) as cle, "
        "if(bonne, 20, 2100) as nb_enfants, if(bonne, 'oui', null) as reponse, "
        "if(bonne, 'l''été à 100 %', 'L''{autre} : :x \"y\" 50 % \\ $1') as choix, "
        "if(bonne, date '2019-10-01', date '2009-10-01') as date_debut, if(bonne, 10.50, 10.51) as montant_h, "
        f"if(bonne, 'p' || i % 300, 'p inconnu') as porteur_lu from range({ROWS}) as t (i)"
    )
    connection.execute("create view reponse as select * from lignes")
    connection.execute("create table registre as select distinct porteur_id from lignes union all select null")
    yield connection
    connection.close()


def a_check(kind: str, column: str | None = None, **params: Any) -> Check:
    value = f'"{column}"::varchar' if column else "null"
    return Check(f"{column}.{kind}", kind, column, params, "alerte", "aucun", "'Ligne ' || ligne", value)  # type: ignore[arg-type]


def anomalies(base: duckdb.DuckDBPyConnection) -> int:
    row = base.execute("select count(*) from qualite.anomalie").fetchone()
    assert row
    return int(row[0])


BROKEN_RULES = [
    a_check("not_null", "reponse"),
    a_check("between", "nb_enfants", min=0, max=2000),
    a_check("between", "nb_enfants", max=2000),
    a_check("between", "date_debut", min="2014-09-01"),
    a_check("between", "montant_h", max=10.5),
    a_check("in_set", "choix", values=["l'été à 100 %", "une {autre}"]),
    a_check("in_set", "nb_enfants", values=[19, 20]),
    a_check("in_set", "bonne", values=[True]),
    a_check("rows", "nb_enfants", condition="nb_enfants <= 2000 or choix = 'l''été à 100 %'"),
    a_check("rows", "choix", condition="""choix <> 'L''{autre} : :x "y" 50 % \\ $1' and 'join' <> choix"""),
    a_check("rows", "choix", condition="{'a': nb_enfants}.a::integer < 2000 and '\\:' <> choix"),
    a_check("rows", "porteur_lu", condition="exists (from registre r where r.porteur_id = reponse.porteur_lu)"),
    a_check("unique", "cle", columns=["campagne", "cle"]),
    a_check("unique", "cle", columns=["cle"]),
    a_check("reference", "porteur_lu", table="registre", key="porteur_id"),
    a_check("reference", "porteur_lu", table="main.registre", key="porteur_id"),
]


@pytest.mark.parametrize("check", BROKEN_RULES, ids=lambda check: f"{check.id} {list(check.params.values())}"[:60])
def test_a_rule_broken_in_10_000_rows_yields_10_000_anomalies(base: duckdb.DuckDBPyConnection, check: Check) -> None:
    if check.kind == "unique":  # the even rows hold a0, a2…: keep them clear of the repeated keys of the odd ones
        base.execute("update lignes set cle = 'pair ' || ligne where bonne")
    outcomes = validate(base, "reponse", [check])
    assert outcomes == [CheckOutcome(check.id, "reponse", ROWS, BROKEN, False)]
    assert anomalies(base) == BROKEN
    assert base.execute("select count(*) from qualite.anomalie join lignes using (ligne) where bonne").fetchone() == (
        0,
    )


HELD_RULES = [
    a_check("not_null", "nb_enfants"),
    a_check("between", "nb_enfants", min=20, max=2100),
    a_check("in_set", "choix", values=["l'été à 100 %", 'L\'{autre} : :x "y" 50 % \\ $1']),
    a_check("rows", "nb_enfants", condition="nb_enfants between 20 and 2100"),
    a_check("unique", "ligne", columns=["campagne", "ligne"]),
    a_check("reference", "porteur_id", table="registre", key="porteur_id"),
]


def test_rules_that_hold_yield_nothing(base: duckdb.DuckDBPyConnection) -> None:
    outcomes = validate(base, "reponse", HELD_RULES)
    assert [(outcome.unexpected, outcome.success) for outcome in outcomes] == [(0, True)] * len(HELD_RULES)
    assert anomalies(base) == 0


def test_an_empty_cell_breaches_the_rule_that_it_be_given_and_no_other(base: duckdb.DuckDBPyConnection) -> None:
    base.execute("update lignes set nb_enfants = null, choix = null, cle = null, porteur_lu = null, reponse = null")
    checks = [
        a_check("not_null", "reponse"),
        a_check("between", "nb_enfants", min=0, max=1),
        a_check("in_set", "choix", values=["x"]),
        a_check("rows", "nb_enfants", condition="nb_enfants < 0"),
        a_check("unique", "cle", columns=["campagne", "cle"]),
        a_check("reference", "porteur_lu", table="registre", key="porteur_id"),
    ]
    assert [outcome.unexpected for outcome in validate(base, "reponse", checks)] == [ROWS, 0, 0, 0, 0, 0]


def test_an_anomaly_says_which_row_which_rule_and_what_to_do(base: duckdb.DuckDBPyConnection) -> None:
    base.execute("delete from lignes where ligne > 3")
    check = Check(
        "nb_enfants.bornes", "between", "nb_enfants", {"min": 0, "max": 2000}, "critique", "valeur_ecartee",
        "'« ' || nb_enfants || ' » à la ligne ' || ligne || ' : 2000 au plus, 50 % c''est {peu}'", "'masquée'",
    )  # fmt: skip
    validate(base, "reponse", [check])
    assert base.execute("from qualite.anomalie").fetchall() == [
        ("2019-2020", "reponses.csv", None, 3, None, "nb_enfants", "masquée", "critique", "valeur_ecartee",
         "nb_enfants.bornes", "« 2100 » à la ligne 3 : 2000 au plus, 50 % c'est {peu}", "45", "p1", "a0")
    ]  # fmt: skip


def test_two_rules_of_one_column_are_told_apart(base: duckdb.DuckDBPyConnection) -> None:
    hard = dataclasses.replace(a_check("between", "nb_enfants", max=5000), id="nb_enfants.bornes")
    soft = dataclasses.replace(a_check("between", "nb_enfants", max=300), id="nb_enfants.plausible")
    same = dataclasses.replace(soft, id="nb_enfants.encore")
    assert [outcome.unexpected for outcome in validate(base, "reponse", [hard, soft, same])] == [0, BROKEN, BROKEN]


def test_an_empty_table_breaches_nothing(base: duckdb.DuckDBPyConnection) -> None:
    base.execute("delete from lignes")
    outcomes = validate(base, "reponse", [BROKEN_RULES[n] for n in (0, 1, 5, 8, 12, 14)])
    assert {(outcome.evaluated, outcome.unexpected, outcome.success) for outcome in outcomes} == {(0, 0, True)}


def test_no_rule_is_no_run(base: duckdb.DuckDBPyConnection) -> None:
    assert validate(base, "reponse", []) == []


WRONG_RULES = [
    a_check("not_null", "inconnue"),
    a_check("between", "choix", min=0),
    a_check("between", "nb_enfants"),
    a_check("in_set", "nb_enfants", values=["vingt"]),
    a_check("rows", "choix", condition="inconnue > 1"),
    a_check("rows", "choix", condition="choix::integer > 1"),
    a_check("rows", "choix", condition="nb_enfants >"),
    a_check("rows", "choix", condition="'ni vrai ni faux'"),
    a_check("unique", "cle", columns=["inconnue"]),
    a_check("reference", "porteur_lu", table="absente", key="porteur_id"),
    dataclasses.replace(a_check("not_null", "reponse"), message_sql="inconnue"),
    dataclasses.replace(a_check("not_null", "reponse"), value_sql="choix::integer"),
]


@pytest.mark.parametrize("check", WRONG_RULES, ids=lambda check: f"{check.id} {list(check.params.values())}"[:60])
def test_a_rule_that_cannot_be_evaluated_is_an_error_and_nothing_is_stored(
    base: duckdb.DuckDBPyConnection, check: Check, capfd: pytest.CaptureFixture[str]
) -> None:
    other = dataclasses.replace(BROKEN_RULES[1], id="autre")
    with pytest.raises(ValidationInternalError) as caught:
        validate(base, "reponse", [other, check])
    assert "été" not in str(caught.value) and "{autre}" not in str(caught.value)  # a cell may be personal
    assert anomalies(base) == 0
    assert capfd.readouterr() == ("", "")
    assert validate(base, "reponse", [other])[0].unexpected == BROKEN


def test_every_wrong_rule_is_named_and_right_ones_are_not(base: duckdb.DuckDBPyConnection) -> None:
    wrong = [
        dataclasses.replace(a_check("not_null", "inconnue"), id="a"),
        dataclasses.replace(a_check("rows", condition="inconnue > 1"), id="b"),
        dataclasses.replace(a_check("rows", condition="choix::integer > 1"), id="c"),
    ]
    with pytest.raises(ValidationInternalError) as caught:
        validate(base, "reponse", [wrong[2], BROKEN_RULES[1], wrong[1], wrong[0]])
    first, second, third = str(caught.value).splitlines()
    assert first.startswith("a : ") and '"inconnue"' in first
    assert second.startswith("b : ") and 'Referenced column "inconnue" not found' in second
    assert third.startswith("c : ") and "Could not convert string '…' to INT32" in third


@pytest.mark.parametrize("value", ["Dupont", "l'aîné Dupont", "M.\nDupont", "M.\n\nLINE 3: Dupont", "'Dupont"])
def test_a_value_quoted_by_an_error_is_masked(value: str) -> None:
    with pytest.raises(duckdb.ConversionException) as caught:
        duckdb.connect().execute("select cast($1 as integer)", [value])
    assert validation.masked(caught.value).startswith("Conversion Error: Could not convert string '…'")
    assert "Dupont" not in validation.masked(caught.value)


def test_a_view_that_is_absent_is_an_error(base: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ValidationInternalError, match="absente"):
        validate(base, "absente", HELD_RULES)


def test_the_same_rule_twice_is_an_error(base: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ValidationInternalError, match="en double"):
        validate(base, "reponse", [HELD_RULES[0], HELD_RULES[0]])


def test_anomalies_that_are_not_as_many_as_counted_are_an_error(
    base: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "breach", lambda check, view: Breach("reponse is null and ligne > 10"))
    with pytest.raises(ValidationInternalError, match="compte 10000 lignes en défaut, le SQL en écrit 9996"):
        validate(base, "reponse", [a_check("not_null", "reponse")])
    assert anomalies(base) == 0


def test_a_rule_held_by_one_count_and_broken_by_the_other_is_an_error(
    base: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "breach", lambda check, view: Breach("ligne < 10"))
    with pytest.raises(ValidationInternalError, match="compte 0 ligne en défaut, le SQL en compte 8"):
        validate(base, "reponse", [a_check("not_null", "nb_enfants")])


def test_tables_are_validated_one_after_the_other(base: duckdb.DuckDBPyConnection) -> None:
    base.execute("create view bonnes as select * from lignes where bonne")
    base.execute("create schema staging; create table staging.bonnes as select 1 as nb_enfants, 2 as autre")
    check = a_check("between", "nb_enfants", max=2000)
    assert validate(base, "reponse", [check])[0] == CheckOutcome(check.id, "reponse", ROWS, BROKEN, False)
    assert validate(base, "bonnes", [check])[0] == CheckOutcome(check.id, "bonnes", BROKEN, 0, True)
    base.execute("update lignes set nb_enfants = 5000")
    assert validate(base, "bonnes", [check])[0].unexpected == BROKEN
    assert anomalies(base) == 2 * BROKEN


def test_the_connection_is_given_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "build.duckdb"
    connection = duckdb.connect(str(path))
    connection.execute(f"create schema qualite; {ANOMALIE}")
    connection.execute(
        "create table reponse as select null as campagne, null as fichier, null as feuille, 1 as ligne, "
        "null as departement, null as porteur_id, null as action_id, 12 as nb_enfants"
    )
    threads = threading.enumerate()
    validate(connection, "reponse", [a_check("between", "nb_enfants", max=10)])
    assert threading.enumerate() == threads
    connection.begin()
    connection.execute("drop table reponse")
    connection.rollback()
    connection.execute("alter table reponse rename to autre")
    connection.close()
    # Another configuration is refused as long as one connection of this process is open.
    with duckdb.connect(str(path), read_only=True) as reopened:
        assert anomalies(reopened) == 1


def test_a_transaction_of_the_caller_is_refused_and_left_alone(base: duckdb.DuckDBPyConnection) -> None:
    base.begin()
    base.execute("update lignes set nb_enfants = 1")
    with pytest.raises(duckdb.TransactionException):
        validate(base, "reponse", [a_check("between", "nb_enfants", max=10)])
    base.rollback()
    assert base.execute("select max(nb_enfants) from lignes").fetchone() == (2100,)


def test_data_docs_hold_counts_only_and_fetch_nothing(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    base.execute("update lignes set choix = 'SECRET ' || ligne, fichier = 'SECRET.csv', porteur_id = 'SECRET'")
    docs = tmp_path / "docs"
    validate(base, "reponse", [BROKEN_RULES[n] for n in (0, 1, 3, 5, 8, 12, 14)], docs=docs)
    base.execute("create view bonnes as select * from lignes where bonne")
    validate(base, "bonnes", HELD_RULES[:2], docs=docs)
    written = {path.name: path.read_text(encoding="utf-8") for path in docs.rglob("*")}
    assert sorted(written) == ["bonnes.html", "bonnes.json", "index.html", "reponse.html", "reponse.json"]
    for text in written.values():
        assert "SECRET" not in text
        assert not re.search(r"https?:|//|<script|<link|<img|url\(|/tmp|/home", text)
        assert str(tmp_path) not in text
    assert 'href="bonnes.html"' in written["index.html"] and 'href="reponse.html"' in written["index.html"]


def test_data_docs_say_of_each_rule_what_became_of_it_the_broken_ones_first(
    base: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    grave = dataclasses.replace(BROKEN_RULES[1], id="grave", severity="critique")
    validate(base, "reponse", [HELD_RULES[0], BROKEN_RULES[0], grave], docs=tmp_path)
    page = re.sub(r"<[^>]+>", " ", (tmp_path / "reponse.html").read_text(encoding="utf-8"))
    assert "3 règles, dont 2 en défaut." in page
    rows = "Règle Gravité Statut Lignes en défaut Lignes contrôlées " + " ".join(
        f"{rule} {gravity} {became} {broken} 20\u202f000"
        for rule, gravity, became, broken in (
            ("« nb_enfants » vaut au moins 0 et au plus 2000. grave", "critique", "✘ en défaut", "10\u202f000"),
            ("« reponse » est renseigné. reponse.not_null", "alerte", "✘ en défaut", "10\u202f000"),
            ("« nb_enfants » est renseigné. nb_enfants.not_null", "alerte", "✔ tenue", "0"),
        )
    )
    assert " ".join(re.split(r"[ \n]+", page)).strip().endswith(rows)


def test_the_results_are_read_back_by_great_expectations(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResultSchema

    validate(base, "reponse", [HELD_RULES[0], BROKEN_RULES[0], BROKEN_RULES[8]], docs=tmp_path)
    text = (tmp_path / "reponse.json").read_text(encoding="utf-8")
    suite = ExpectationSuiteValidationResultSchema().load(json.loads(text))
    assert (suite["statistics"]["evaluated_expectations"], suite["statistics"]["unsuccessful_expectations"]) == (3, 2)
    counts = {"element_count", "unexpected_count", "unexpected_percent", "observed_value"}
    for result in suite["results"]:
        assert set(result.result) <= counts


def test_data_docs_show_a_condition_as_text(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    check = a_check("rows", "choix", condition="nb_enfants < 5000 and choix <> '<script>$1'")
    validate(base, "reponse", [check], docs=tmp_path)
    assert "nb_enfants &lt; 5000 and choix &lt;&gt; &#39;&lt;script&gt;$1" in (tmp_path / "reponse.html").read_text()


def python(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment or None
    )


def test_importing_the_module_imports_nothing_heavy() -> None:
    heavy = {"great_expectations", "sqlalchemy", "duckdb", "pandas"}
    ended = python(f"import sys, pipeline.quality.rules; print({heavy} & set(sys.modules))")
    assert ended.stdout == "set()\n"


def test_a_run_prints_nothing_starts_nothing_and_writes_no_file(tmp_path: Path) -> None:
    script = f"""
import os, threading, duckdb
from pipeline.quality.rules import Check, validate
connection = duckdb.connect()
connection.execute("create schema qualite; {ANOMALIE}")
connection.execute("create table reponse as select null as campagne, null as fichier, null as feuille, 1 as ligne, "
                   "null as departement, null as porteur_id, null as action_id, 12 as nb_enfants")
os.chdir({str(tmp_path)!r})
check = Check("n", "between", "nb_enfants", {{"max": 10}}, "alerte", "aucun", "'m'", "'12'")
assert validate(connection, "reponse", [check])[0].unexpected == 1
assert threading.enumerate() == [threading.main_thread()]
"""
    ended = python(script, HOME=str(tmp_path), TMPDIR=str(tmp_path), PYTHONDONTWRITEBYTECODE="1")
    assert (ended.stdout, ended.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []
