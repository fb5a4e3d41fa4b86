"""A sentence and its values: the same text in Python and in DuckDB."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.codebook.sentences import sql_expression
from socle.words.refusal import Refusal, placeholders, refusal_phrases, render

PHRASE = "L'action «\u202f{valeur}\u202f» (ligne {ligne}) : {valeur}."


def said_in_sql(phrase: str, **values: object) -> str:
    """What DuckDB makes of the sentence, each value being a column of a one-row table."""
    columns = ", ".join(f"? as {name}" for name in values) or "1"
    expression = sql_expression(phrase, {name: name for name in values})
    row = duckdb.connect().execute(f"select {expression} from (select {columns})", list(values.values())).fetchone()
    assert row is not None
    return str(row[0])


def test_placeholders_are_named_in_their_order() -> None:
    assert placeholders(PHRASE) == ["valeur", "ligne", "valeur"]


@pytest.mark.parametrize(
    "values",
    [
        {"valeur": "A'1", "ligne": 12},
        {"valeur": "", "ligne": 0},
        {"valeur": None, "ligne": None},
        {"valeur": "{ligne} || ''' -- %s \\", "ligne": 3},
        {"valeur": "É\u202f€ 😀", "ligne": -1},
    ],
)
def test_python_and_duckdb_say_the_same(values: dict[str, object]) -> None:
    assert said_in_sql(PHRASE, **values) == render(PHRASE, **values)


def test_a_missing_answer_is_said_so() -> None:
    assert render("Reçu\u202f: {valeur}.", valeur=None) == "Reçu\u202f: non renseigné."


def test_a_value_holding_braces_is_shown_as_it_is() -> None:
    assert render("{valeur}", valeur="{valeur.__class__}") == "{valeur.__class__}"


@pytest.mark.parametrize("phrase", ["", "Sans valeur, l'apostrophe seule."])
def test_a_sentence_without_a_value_is_itself(phrase: str) -> None:
    assert said_in_sql(phrase) == phrase == render(phrase)


def test_an_expression_may_stand_for_a_value() -> None:
    expression = sql_expression("{n} enfants", {"n": "1 + 1"})
    assert duckdb.connect().execute(f"select {expression} || '!'").fetchone() == ("2 enfants!",)


def test_a_value_not_given_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        render(PHRASE, valeur="A1")
    with pytest.raises(KeyError):
        sql_expression(PHRASE, {"valeur": "valeur"})


def test_a_refusal_reads_as_its_sentence() -> None:
    refusal = Refusal("autre_campagne", fichier="bilan.csv", campagne="2019-2020", declaree="2018-2019")
    assert refusal.code == "autre_campagne"
    assert str(refusal) == (
        "bilan.csv est rangé dans l'année scolaire 2019-2020, mais il indique 2018-2019. "
        "Rangez-le dans le dossier de son année."
    )


def test_every_refusal_says_what_to_do_or_what_is_known() -> None:
    assert [code for code, phrase in refusal_phrases().items() if phrase.count(".") + phrase.count("?") < 1] == []
