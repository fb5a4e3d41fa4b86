"""definitions/phrases.yml -> the patterns, nouns and sums that sentences are made of, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bilan.words.definitions import read_definitions
from bilan.words.grammar import Noun
from bilan.words.sentences import Clause


@dataclass(frozen=True)
class Phrases:
    """Everything that phrases.yml declares."""

    nouns: Mapping[str, Noun]
    patterns: Mapping[str, Sequence[Clause]]
    """By id: E1, E2… and those of figures and chapters."""
    key_figures: Sequence[Mapping[str, Any]]
    referentiel: Mapping[str, Mapping[str, str]]
    """{indicateur: {oui, non}} of what the référentiel asks."""
    sums: Mapping[str, Sequence[str]]
    """{name: shares of one whole}."""
    modalities: Mapping[str, str]
    """{indicateur: what those it counts are, « des centres sociaux »}."""
    bases: Mapping[str, str]
    """{series or table: noun of what a share is taken of}, the series first."""
    champs: Mapping[str, str]
    """{table: whose answers it counts}."""


@cache
def load_phrases() -> Phrases:
    """Return the declared sentences; raise DefinitionError (see read_definitions)."""
    content = read_definitions()["phrases"]
    nouns = {
        name: Noun(declared["un"], declared["des"], declared.get("feminin", False))
        for name, declared in content["noms"].items()
    }
    return Phrases(
        nouns=nouns,
        patterns=content["phrases"],
        key_figures=content["chiffres_cles"],
        referentiel=content["referentiel"],
        sums=content["sommes"],
        modalities=content["modalites"],
        bases=content["bases"],
        champs=content["champs"],
    )
