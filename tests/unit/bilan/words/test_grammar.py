"""Agreement, elision and the forms of every département."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilan.words.grammar import Noun, agreed, capital, de, elides, is_plural, que
from socle.settings import PROJECT_ROOT

ACTION = Noun("action", "actions", feminine=True)
ENFANT = Noun("enfant ou jeune", "enfants et jeunes")
REFERENCE = PROJECT_ROOT / "pipeline" / "definitions" / "reference" / "departements.csv"


def departements() -> list[dict[str, str]]:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("noun", "count", "text"),
    [
        (ACTION, 0, "aucune action"),
        (ACTION, 1, "1 action"),
        (ACTION, 2, "2 actions"),
        (ACTION, 1_000, "1\u202f000 actions"),
        (ENFANT, 0, "aucun enfant ou jeune"),
        (ENFANT, 1, "1 enfant ou jeune"),
        (ENFANT, 485, "485 enfants et jeunes"),
    ],
)
def test_zero_is_a_word_one_is_singular(noun: Noun, count: int, text: str) -> None:
    assert noun.counted(count) == text


@given(st.floats(0, 10_000))
def test_the_plural_begins_at_two(count: float) -> None:
    assert is_plural(count) == (count >= 2)
    assert agreed(count, ["est", "sont"]) == ("sont" if count >= 2 else "est")


def test_three_forms_begin_with_none() -> None:
    forms = ["", " et démarrée", " et démarrées"]
    assert [agreed(count, forms) for count in (0, 1, 1.9, 2)] == ["", " et démarrée", " et démarrée", " et démarrées"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("actions", "d'actions"),
        ("enfants", "d'enfants"),
        ("élèves", "d'élèves"),
        ("heures", "d'heures"),
        ("intercommunalités", "d'intercommunalités"),
        ("œuvres", "d'œuvres"),
        ("Orléans", "d'Orléans"),
        ("Yonne", "d'Yonne"),
        ("yoga", "de yoga"),
        ("collectifs", "de collectifs"),
        ("handicaps", "de handicaps"),
        ("onze actions", "de onze actions"),
        ("41 actions", "de 41 actions"),
        ("1 action", "de 1 action"),
        ("8 actions", "de 8 actions"),
        ("11 actions", "de 11 actions"),
    ],
)
def test_de_is_elided_before_a_vowel_never_before_a_figure(words: str, text: str) -> None:
    assert de(words) == text


@given(st.integers(0, 10**6))
def test_nothing_is_elided_before_a_number(number: int) -> None:
    assert not elides(str(number))


def test_que_is_elided_too() -> None:
    assert (que("en France"), que("celle du Loiret")) == ("qu'en France", "que celle du Loiret")


def test_a_sentence_has_its_capital_even_accented() -> None:
    assert [capital(text) for text in ("élémentaire", "à Paris", "66 %", "")] == ["Élémentaire", "À Paris", "66 %", ""]


@pytest.mark.parametrize("place", departements(), ids=lambda place: place["code"])
def test_the_forms_of_a_departement_are_elided_as_its_name_asks(place: dict[str, str]) -> None:
    name, of, within = place["nom"], place["forme_de"], place["forme_dans"]
    article = {"du ": "dans le ", "de la ": "dans la ", "de l'": "dans l'", "des ": "dans les ", "de ": "", "d'": ""}
    start = next(start for start in ("du ", "de la ", "de l'", "des ", "de ", "d'") if of.startswith(start))
    assert of == start + name
    assert within in (article[start] + name, f"à {name}", f"en {name}", f"aux {name}")
    # An elided name is never said « de la » or « du », and the reverse.
    if start in ("de l'", "d'"):
        assert elides(name)
    if start in ("du ", "de la "):
        assert not elides(name)


def test_every_departement_and_collectivity_is_there() -> None:
    codes = {place["code"] for place in departements()}
    assert len(codes) == 107
    forms = {place["code"]: (place["forme_de"], place["forme_dans"]) for place in departements()}
    assert forms["45"] == ("du Loiret", "dans le Loiret")
    assert forms["01"] == ("de l'Ain", "dans l'Ain")
    assert forms["40"] == ("des Landes", "dans les Landes")
    assert forms["75"] == ("de Paris", "à Paris")
    assert forms["974"] == ("de La Réunion", "à La Réunion")
    assert forms["976"] == ("de Mayotte", "à Mayotte")
