"""phrases.yml, chapitres.yml and synthese.yml: all that they name exists, and they are written as INDICATORS asks."""

from __future__ import annotations

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
from bilan.words.declared import load_layout
from bilan.words.phrases import DEFINITIONS, load_phrases
from bilan.words.sentences import Clause, placeholders
from bilan.words.terms import _ASPECTS, _KNOWN
from pipeline.codebook.load import load_codebook
from pipeline.core.texts import load_chapters

PHRASES, LAYOUT = load_phrases(), load_layout()
CATALOGUE = {indicator.id: indicator for indicator in load_codebook().indicators}
FAMILIES = {indicator.serie_de for indicator in CATALOGUE.values()}
FORMS = {"", "nu", "part", "sur", "sujet", "num", "base", "compte"}
# What only one page knows, and the subject of a pattern.
MORE = {
    "champ", "x", "epci_sans_action", "epci_sans_action_noms", "qpv_sans_action", "qpv_sans_action_noms",
    "ps_taux", "ps_plafond", "ps_maximum", "attendus", "hors_delai", "corrigees", "masquees", "couverture", "depuis",
    "libelles", "comparables", "proches", "ligne", "valeur", "ensemble", "nom", "reponse", "raison_sociale",
    "transmis_le", "premiere_annee", "contact", "annee_demandee", "annee_montree", "demandee_recue", "demandee_le",
    "semblables", "semblables_nom", "decrites", "total", "recus", "ecartees", "valeurs", "verifier", "question",
    "blancs", "changes", "premiere", "vous",
}  # fmt: skip
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


def known(name: str) -> bool:
    for prefix in ("vous.", "vous_avant."):
        if name.startswith(prefix):
            return name.removeprefix(prefix) in CATALOGUE
    first, _, aspect = name.partition(".")
    family, _, rank = first.partition("#")
    subject = first in CATALOGUE or first == "x" or first in PHRASES.sums or (bool(rank) and family in FAMILIES)
    if aspect == "arrondi":
        return first in FAMILIES
    return (subject and (not aspect or aspect in _ASPECTS)) or (not aspect and first in MORE | set(_KNOWN))


@pytest.mark.parametrize("name", ["phrases", "chapitres", "synthese"])
def test_a_file_is_as_its_schema_says(name: str) -> None:
    schema = json.loads((DEFINITIONS / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert [
        error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(content(f"{name}.yml"))
    ] == []


def test_every_name_of_every_pattern_is_known() -> None:
    needed = [(pattern, name, form) for pattern, clause in clauses() for name, form in placeholders(clause)]
    assert len(needed) > 400
    assert [one for one in needed if not known(one[1])] == []


def test_every_form_and_noun_is_known() -> None:
    for pattern, clause in clauses():
        for _, form in placeholders(clause):
            kind, _, noun = form.partition(" ")
            assert kind in FORMS or form in PHRASES.patterns, (pattern, form)
            assert not noun or noun in PHRASES.nouns, (pattern, form)


def test_what_a_page_alone_knows_is_used() -> None:
    used = {name.partition(".")[0] for _, clause in clauses() for name, _ in placeholders(clause)}
    assert MORE - used == set()


def test_a_pattern_named_by_another_exists() -> None:
    for pattern, clause in clauses():
        if not isinstance(clause, str):
            assert set(clause.get("motifs", ())) <= set(PHRASES.patterns), pattern


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
    assert all(name in LAYOUT.chapters for page in LAYOUT.pages.values() for name in page.chapitres)


def test_a_page_is_reserved_when_one_of_its_chapters_is() -> None:
    for page in LAYOUT.pages.values():
        assert page.reserve >= any(LAYOUT.chapters[name].reserve for name in page.chapitres)


def test_every_figure_can_be_made_of_known_indicators() -> None:
    figures = [figure for chapter in LAYOUT.chapters.values() for figure in chapter.figures]
    assert len({figure.id for figure in figures}) == len(figures) > 50
    for figure in figures:
        assert figure.gabarit in TEMPLATES
        assert figure.graphique in CHARTS
        assert set(figure.indicateurs) <= set(CATALOGUE) | FAMILIES, figure.id
    assert set(TEMPLATES) == {figure.gabarit for figure in figures}


def test_every_indicator_is_in_a_figure_or_in_a_chapter_that_has_its_family() -> None:
    families = {family for chapter in LAYOUT.chapters.values() for family in chapter.familles}
    assert families == {indicator.famille for indicator in CATALOGUE.values()}
    added = {one.id for one in CATALOGUE.values() if one.numero is None}  # shown under « Autres indicateurs »
    assert [one.id for one in CATALOGUE.values() if not {one.id, one.serie_de} & (LAYOUT.named | added)] == []


def test_every_indicator_has_a_base_and_a_champ() -> None:
    for indicator in CATALOGUE.values():
        assert indicator.source in PHRASES.bases
        assert indicator.source in PHRASES.champs
    assert set(PHRASES.bases.values()) <= set(PHRASES.nouns)
    assert set(PHRASES.bases) <= set(CATALOGUE) | FAMILIES | {one.source for one in CATALOGUE.values()}


def test_the_key_figures_the_referentiel_and_the_sums_are_indicators() -> None:
    assert [declared["indicateur"] for declared in PHRASES.key_figures] == [
        "nb_enfants_accueillis", "nb_familles", "nb_collectifs", "enfants_par_collectif", "nb_intervenants",
        "part_actions_4_axes",
    ]  # fmt: skip
    numbers = {CATALOGUE[name].numero for name in PHRASES.referentiel}
    assert numbers == {31, 41, 45, 48, 55}
    assert {part for parts in PHRASES.sums.values() for part in parts} <= set(CATALOGUE)
    assert set(PHRASES.modalities) <= set(CATALOGUE)


def test_the_synthese_has_the_ten_rows_of_its_table() -> None:
    declared = load_synthese()
    assert [CATALOGUE[line.indicateur].numero for line in declared.lines] == [9, 24, 30, 32, 36, 29, 39, 52, 42, 59]
    assert all(CATALOGUE[name].synthese_porteur for name in declared.indicateurs)
    assert {line.phrase for line in declared.lines if line.phrase} <= set(PHRASES.patterns)
    types = {one.modalite for one in CATALOGUE.values() if one.serie_de == "part_porteurs_type"}
    assert set(declared.peers) == types - {"autre"}
