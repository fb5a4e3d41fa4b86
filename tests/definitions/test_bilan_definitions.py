"""phrases.yml, chapitres.yml and synthese.yml: all that they name exists, and they are written as INDICATORS asks."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from bilan.exhibits.templates import TEMPLATES
from bilan.model.exhibit import CHARTS
from bilan.synthese.write import load_synthese
from bilan.words import vocabulary
from bilan.words.contradictions import BilanDefinitions
from bilan.words.declared import load_layout
from bilan.words.definitions import DEFINITIONS, check_indicators
from bilan.words.phrases import load_phrases
from bilan.words.sentences import Clause, parts
from bilan.words.terms import _ASPECTS, _KNOWN
from pipeline.codebook.load import load_codebook
from pipeline.core.texts import load_chapters
from socle.settings import PROJECT_ROOT

PHRASES, LAYOUT = load_phrases(), load_layout()
CATALOGUE = {indicator.id: indicator for indicator in load_codebook().indicators}
FORBIDDEN = ("mieux", "moins bien", "bon ", "bonne", "retard", "meilleur", "faible", "performan", "class", "rang ")


def content(name: str) -> Any:
    return yaml.safe_load((DEFINITIONS / name).read_text(encoding="utf-8"))


def texts(found: Any) -> Iterator[str]:
    """Every text of a file, but the names of conditions."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for one in found:
            yield from texts(one)
    elif isinstance(found, dict):
        for key, one in found.items():
            if key not in ("si", "motifs", "indicateurs", "chapitres", "gabarit", "id"):
                yield from texts(one)


def clauses() -> Iterator[tuple[str, Clause]]:
    for name, pattern in PHRASES.patterns.items():
        yield from ((name, clause) for clause in pattern)
    for name, both in PHRASES.referentiel.items():
        yield from ((name, text) for text in both.values())
    for declared in PHRASES.key_figures:
        yield from ((declared["indicateur"], clause) for clause in declared.get("detail", ()))
    for chapter in LAYOUT.chapters.values():
        yield from ((chapter.id, clause) for clause in chapter.titre)


@pytest.mark.parametrize("name", BilanDefinitions.names())
def test_a_schema_is_one(name: str) -> None:
    schema = json.loads((DEFINITIONS / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_files_say_nothing_that_is_not_understood_or_known() -> None:
    check_indicators(CATALOGUE.values())
    assert len([part for _, clause in clauses() for part in parts(clause)]) > 400


def test_the_vocabulary_is_that_of_the_program() -> None:
    assert set(vocabulary.EVERYWHERE) == set(_KNOWN)
    assert set(vocabulary.ASPECTS) == set(_ASPECTS)


def test_every_word_of_the_vocabulary_is_used() -> None:
    names = [part.name for _, clause in clauses() for part in parts(clause)]
    first, aspects = ({name.partition(".")[place] for name in names} for place in (0, 2))
    assert {*vocabulary.OF_ONE_PAGE, *vocabulary.OWN} - first == set()
    assert set(vocabulary.ASPECTS) - aspects == set()


def test_the_patterns_that_the_program_says_are_named_in_it() -> None:
    modules = [path for path in (PROJECT_ROOT / "bilan").rglob("*.py") if path.stem != "vocabulary"]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules]
    texts = {one.value for tree in trees for one in ast.walk(tree) if isinstance(one, ast.Constant)}
    assert set(vocabulary.ASKED) <= texts


def test_every_indicator_names_a_pattern_that_exists() -> None:
    wanted = {indicator.phrase for indicator in CATALOGUE.values() if indicator.phrase}
    assert wanted - set(PHRASES.patterns) == {"chiffres_cles"}


def test_no_sentence_judges_or_ranks() -> None:
    said = [text.lower() for name in ("phrases.yml", "chapitres.yml", "synthese.yml") for text in texts(content(name))]
    found = [(word, text) for text in said for word in FORBIDDEN if word in text]
    # « Ce taux étant faible » is INDICATORS' own sentence of E2.
    assert [text for _, text in found if not text.startswith("ce taux étant faible")] == []


def test_every_text_has_its_narrow_spaces() -> None:
    wrong = re.compile(r"(?<!\u202f)[;:!?»%]|«(?!\u202f)")
    assert all(wrong.search(text) for text in ("a: b", "a : b", "« a »", "50%", "a\u202f; b ?"))
    said = [text for name in ("phrases.yml", "chapitres.yml", "synthese.yml") for text in texts(content(name))]
    plain = [re.sub(r"\{[^{}]*\}", "x", text) for text in said]
    assert [text for text in plain if wrong.search(text)] == []


def test_the_chapters_are_those_that_the_agent_comments_in_the_same_order() -> None:
    commented = [name for name, chapter in LAYOUT.chapters.items() if chapter.nom is None]
    assert commented == list(load_chapters())
    assert {name for name, chapter in LAYOUT.chapters.items() if chapter.nom} == {"referentiel", "reponses"}


def test_every_way_of_making_a_figure_and_every_chart_is_declared_and_used() -> None:
    figures = [figure for chapter in LAYOUT.chapters.values() for figure in chapter.figures]
    assert len(figures) > 50
    assert {figure.gabarit for figure in figures} == set(TEMPLATES)
    schema = json.loads((DEFINITIONS / "schemas" / "chapitres.json").read_text(encoding="utf-8"))
    allowed = schema["properties"]["chapitres"]["additionalProperties"]["properties"]["figures"]["items"]["properties"]
    assert allowed["gabarit"]["enum"] == list(TEMPLATES)
    assert set(allowed["graphique"]["enum"]) == set(CHARTS)


def test_every_indicator_is_in_a_figure_or_in_a_chapter_that_has_its_family() -> None:
    families = {family for chapter in LAYOUT.chapters.values() for family in chapter.familles}
    assert families == {indicator.famille for indicator in CATALOGUE.values()}
    added = {one.id for one in CATALOGUE.values() if one.numero is None}  # shown under « Autres indicateurs »
    assert [one.id for one in CATALOGUE.values() if not {one.id, one.serie_de} & (LAYOUT.named | added)] == []


def test_every_indicator_has_a_base_and_a_champ() -> None:
    for indicator in CATALOGUE.values():
        assert indicator.source in PHRASES.bases
        assert indicator.source in PHRASES.champs


def test_the_key_figures_and_the_referentiel_are_those_of_the_catalogue() -> None:
    assert [declared["indicateur"] for declared in PHRASES.key_figures] == [
        "nb_enfants_accueillis", "nb_familles", "nb_collectifs", "enfants_par_collectif", "nb_intervenants",
        "part_actions_4_axes",
    ]  # fmt: skip
    numbers = {CATALOGUE[name].numero for name in PHRASES.referentiel}
    assert numbers == {31, 41, 45, 48, 55}


def test_the_synthese_has_the_ten_rows_of_its_table() -> None:
    declared = load_synthese()
    assert [CATALOGUE[line.indicateur].numero for line in declared.lines] == [9, 24, 30, 32, 36, 29, 39, 52, 42, 59]
    assert all(CATALOGUE[name].synthese_porteur for name in declared.indicateurs)
    types = {one.modalite for one in CATALOGUE.values() if one.serie_de == "part_porteurs_type"}
    assert set(declared.peers) == types - {"autre"}
