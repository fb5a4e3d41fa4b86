"""A pattern and what is known -> a sentence, or none: what cannot be said whole is left out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bilan.words.grammar import Noun
from bilan.words.numbers import Quantity
from bilan.words.sentences import Clause, Part, Speaker, Term, parts
from tests.support.builds import plain
from tests.support.quantities import RULES, part

NOUNS = {"action": Noun("action", "actions", feminine=True)}
PATTERNS: dict[str, Sequence[Clause]] = {
    "suite": [{"selon": [" ; {x.france} en France", " (cité : {x.cite})"]}],
    "deux": ["Un.", "Deux : {petit:sur}."],
}


def speaker(**known: Term | None) -> Speaker:
    base: dict[str, Term | None] = {
        "dans": "dans le Loiret",
        "nombre": 41,
        "zero": 0,
        "petit": part(3, 12),
        "moyen": part(18, 43),
        "grand": part(420, 1_000),
        "unique": part(1, 12),
        "publie": Quantity(0.42, "pct"),
        "cache": Quantity(None, "pct", state="secret"),
        "moyenne": Quantity(10.4, "ratio", 478, 46),
        "moyen.france": Quantity(0.37, "pct"),
        "petit.cite": "29 %",
        "oui": True,
        "non_": False,
    }
    return Speaker((base | known).get, NOUNS, RULES, PATTERNS)


def said(clause: Clause, **known: Term | None) -> str | None:
    return next((plain(text) for text in speaker(**known).say([clause])), None)


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("{nombre} {nombre|action|actions} {dans}.", "41 actions dans le Loiret."),
        ("{nombre:compte action}.", "41 actions."),
        ("{zero:compte action}.", "Aucune action."),
        ("{petit:sur}.", "3 sur 12."),
        ("{petit:sur action} {petit:num|compte|comptent}.", "3 actions sur 12 comptent."),
        ("{unique:sur action} {unique:num|compte|comptent}.", "1 action sur 12 compte."),
        ("{petit:sujet action} {petit:sujet|est|sont} là.", "3 actions sur 12 sont là."),
        ("{unique:sujet action} {unique:sujet|est|sont} là.", "1 action sur 12 est là."),
        ("{moyen:sujet action} {moyen:sujet|est|sont} là.", "42 % des actions (18 sur 43) sont là."),
        ("{grand:sujet action} {grand:sujet|est|sont} là.", "42 % des actions sont là."),
        ("{publie:sujet action} {publie:sujet|est|sont} là.", "42 % des actions sont là."),
        ("{grand} en tout.", "42 % en tout."),
        ("{moyenne} {moyenne|enfant|enfants}, {moyenne:nu} pour {moyenne:base}.", "10,4 enfants, 10,4 pour 46."),
        ("Il y en a {zero|aucun|un|#}, puis {nombre|aucun|un|#}.", "Il y en a aucun, puis 41."),
        ("C'est {moyen:part}{moyen>suite}.", "C'est 42 % (18 sur 43) ; 37 % en France."),
        ("C'est {petit:part}{petit>suite}.", "C'est 3 sur 12 (cité : 29 %)."),
        ("C'est {grand:part}{grand>suite}.", "C'est 42 %."),
    ],
)
def test_a_pattern_says_what_is_known(pattern: str, sentence: str) -> None:
    assert said(pattern) == sentence


@pytest.mark.parametrize(
    "pattern",
    [
        "{inconnu} actions.",
        "{cache} des actions.",
        "{cache:part}.",
        "{petit} des actions.",  # a percentage of twelve
        "{publie:sur} actions.",  # its sums are not told
        "{publie:num}.",
        "{vide}.",
    ],
)
def test_what_cannot_be_said_whole_is_left_out(pattern: str) -> None:
    assert said(pattern, vide="") is None


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ("oui", True),
        ("non_", False),
        ("non non_", True),
        ("non inconnu", True),
        ("cache", False),
        ("zero", False),
        ("nombre > 40", True),
        ("nombre <= 40", False),
        ("moyen:num = 18", True),
        ("moyen:num != moyen:base", True),
        ("inconnu < 3", False),
        ("cache > 0", False),
        (["oui", "nombre > 40"], True),
        (["oui", "nombre > 41"], False),
    ],
)
def test_a_clause_is_said_under_its_conditions(conditions: str | list[str], holds: bool) -> None:
    assert said({"si": conditions, "texte": "Dit."}) == ("Dit." if holds else None)


def test_the_first_that_can_be_said_is() -> None:
    clause = {"selon": ["{petit} %.", {"si": "non oui", "texte": "Non."}, "{petit:sur}.", "Jamais."]}
    assert said(clause) == "3 sur 12."


def test_other_patterns_are_said_in_turn() -> None:
    assert [plain(text) for text in speaker().say([{"motifs": ["deux"]}])] == ["Un.", "Deux : 3 sur 12."]
    assert speaker().say([{"si": "non_", "motifs": ["deux"]}]) == ()


def test_the_subject_of_a_pattern_is_x() -> None:
    about = speaker().about("moyen")
    assert plain(about.fragment(["{x:part}, {x.france} en France, {nombre}"])) == "42 % (18 sur 43), 37 % en France, 41"


def test_a_fragment_keeps_its_small_letter_a_sentence_does_not() -> None:
    assert speaker().fragment(["{dans}", "{inconnu}"]) == "dans le Loiret"
    assert speaker().say(["{dans}"]) == ("Dans le Loiret",)


def test_everything_a_clause_needs_is_known() -> None:
    clause = {
        "si": ["oui", "a:num > 3"],
        "selon": ["{b:part} {b|x|y}", {"si": "non c", "texte": "{d>suite}"}],
    }
    assert list(parts(clause)) == [
        Part("oui"), Part("a", "num"), Part("b", "part"), Part("b", agreed=2), Part("c"), Part("d", pattern="suite"),
    ]  # fmt: skip
