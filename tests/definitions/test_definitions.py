"""The definitions that ship: well formed, consistent, and written in good French."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest

from pipeline.codebook.documents import DEFINITIONS, read_document
from pipeline.codebook.load import load_codebook
from pipeline.codebook.sentences import sql_expression
from socle.files.documents import read_yaml
from socle.settings import PROJECT_ROOT
from socle.words.refusal import placeholders, refusal_phrases, screen_phrases

EXPECTATIONS = PROJECT_ROOT / "expectations"
SCHEMAS = sorted((DEFINITIONS / "schemas").glob("*.json"))
FILES = [
    *((DEFINITIONS / f"{name}.yml", name) for name in ("variables", "indicators", "messages", "funding", "diffusion")),
    *((path, "format") for path in sorted((DEFINITIONS / "formats").glob("*.yml"))),
    *((path, "expectations") for path in sorted(EXPECTATIONS.glob("*.yml"))),
]
CODEBOOK = load_codebook()


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_a_schema_is_a_valid_json_schema(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("path", "schema"), FILES, ids=lambda value: getattr(value, "stem", value))
def test_a_definition_file_is_as_its_schema_says(path: Path, schema: str) -> None:
    assert read_document(path, schema).errors() == []


@pytest.mark.parametrize(("path", "schema"), FILES, ids=lambda value: getattr(value, "stem", value))
def test_an_editor_finds_the_schema_named_on_the_first_line(path: Path, schema: str) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert named is not None
    assert (path.parent / named[1]).resolve() == DEFINITIONS / "schemas" / f"{schema}.json"


def test_no_two_columns_and_no_two_series_have_the_same_id() -> None:
    for ids in ([c.id for c in CODEBOOK.columns()], [series.id for series in CODEBOOK.indicators]):
        assert [name for name, times in Counter(ids).items() if times > 1] == []


def test_the_contract_indicators_are_there_with_their_names() -> None:
    sources = {series.id: series.source for series in CODEBOOK.indicators}
    assert sources["nb_actions"] == sources["nb_enfants"] == "core.agrement"


@pytest.mark.parametrize("series", CODEBOOK.indicators, ids=lambda series: series.id)
def test_a_short_label_fits_a_phone_and_a_chart_axis(series: Any) -> None:
    assert 0 < len(series.libelle_court) <= 28


@pytest.mark.parametrize("fmt", CODEBOOK.formats, ids=lambda fmt: fmt.id)
def test_no_two_headers_of_a_format_differ_only_by_case_or_spaces(fmt: Any) -> None:
    folded = [" ".join(column.entete.casefold().split()) for column in fmt.colonnes]
    assert [name for name, times in Counter(folded).items() if times > 1] == []


def test_personal_answers_are_marked_so() -> None:
    personal = {variable.id for variable in CODEBOOK.variables if variable.personnel}
    assert personal == {"contact_nom", "contact_courriel", "difficultes", "effets_observes", "besoins"}


def test_no_year_of_the_ps_is_carried_over_to_another() -> None:
    years = CODEBOOK.funding.annees
    assert set(years) == {"2004-2005", "2015", "2021-2022"}
    assert years["2015"].prix_plafond is None
    assert years["2021-2022"].ps_maximum == 2563


# French typography: U+202F before ; : ! ? % » and after « in all that is shown (headers are quoted as they are)


def shown_texts() -> Iterator[tuple[str, str]]:
    for variable in CODEBOOK.variables:
        texts = (variable.libelle, variable.description, *variable.modalites.values())
        yield from ((variable.id, text) for text in texts)
    for series in CODEBOOK.indicators:
        said = (series.libelle, series.libelle_court, series.description, series.prudence, series.question)
        yield from ((series.id, text) for text in said if text)
    yield from ((code, message.phrase) for code, message in CODEBOOK.messages.items())
    yield from refusal_phrases().items()
    yield from screen_phrases().items()
    yield from ((name, label) for name, label in CODEBOOK.familles.items())
    yield from ((fmt.id, fmt.libelle) for fmt in CODEBOOK.formats)
    yield from ((fmt.id, column.ignoree) for fmt in CODEBOOK.formats for column in fmt.colonnes if column.ignoree)


def test_shown_texts_have_narrow_spaces_where_french_wants_them() -> None:
    wrong = re.compile(r"[ \u00a0][;:!?%»€]|«[^\u202f]|[^\u202f]»|\w[;!?%€]|\w:(?!\w)|\.\.\.")
    assert [(name, text) for name, text in shown_texts() if wrong.search(text)] == []


def test_an_anomaly_speaks_to_the_porteur_and_ends_as_a_sentence() -> None:
    sentences = [message.phrase for message in CODEBOOK.messages.values()]
    assert [s for s in sentences if not s.endswith((".", "?")) or re.search(r"\b(tu|ton|tes)\b", s)] == []


# Sentences


def raised_refusals() -> Iterator[tuple[str, str, set[str]]]:
    for package in ("socle", "pipeline", "clas_demo", "warehouse", "access", "bilan", "dashboard", "cli"):
        for path in sorted((PROJECT_ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal" and node.args:
                    (code,) = node.args
                    if isinstance(code, ast.Constant) and all(keyword.arg for keyword in node.keywords):
                        yield f"{path.name}:{node.lineno}", str(code.value), {str(k.arg) for k in node.keywords}


def test_every_refusal_raised_has_a_sentence_and_gives_all_its_values() -> None:
    phrases = refusal_phrases()
    unsaid = [
        (where, code)
        for where, code, given in raised_refusals()
        if code not in phrases or not set(placeholders(phrases[code])) <= given
    ]
    assert unsaid == []


def test_what_is_said_on_a_page_names_no_command_and_has_the_values_of_the_other_sentence() -> None:
    phrases = refusal_phrases()
    assert [code for code, phrase in screen_phrases().items() if "clas " in phrase] == []
    assert [
        code
        for code, phrase in screen_phrases().items()
        if not set(placeholders(phrase)) <= set(placeholders(phrases[code]))
    ] == []


@pytest.mark.parametrize("code", CODEBOOK.messages)
def test_an_anomaly_can_be_said_in_sql(code: str) -> None:
    phrase = CODEBOOK.messages[code].phrase
    expression = sql_expression(phrase, dict.fromkeys(placeholders(phrase), "null"))
    (said,) = duckdb.connect().execute(f"select {expression}").fetchone() or ("",)
    assert said == re.sub(r"\{\w+\}", "non renseigné", phrase)


# campagne.yml has a schema and no shipped file

DECLARED = 'campagne: 2019-2020\nfictif: true\ndepartements: ["45"]\n'


DATES = "dates: {ouverture: 2020-09-01, cloture: 2020-11-30}\n"


@pytest.mark.parametrize("more", ["", "contexte: Une phrase.\n", DATES])
def test_a_declared_campagne_is_accepted(more: str) -> None:
    schema = json.loads((DEFINITIONS / "schemas" / "campagne.json").read_text(encoding="utf-8"))
    jsonschema.validate(read_yaml(DECLARED + more), schema)


@pytest.mark.parametrize("wrong", ["departement: '45'\n", "contexte: 3\n", "dates: {fin: 2020-09-01}\n"])
def test_an_unknown_or_ill_typed_key_of_a_campagne_is_refused(wrong: str) -> None:
    schema = json.loads((DEFINITIONS / "schemas" / "campagne.json").read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(read_yaml(DECLARED + wrong), schema)
