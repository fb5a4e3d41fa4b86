"""definitions/chapitres.yml -> the chapters and pages of the bilan, as declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from bilan.words.definitions import read_definitions
from bilan.words.sentences import Clause

BY_YEAR = "annees"
"""The template whose rows are years."""


@dataclass(frozen=True)
class DeclaredFigure:
    """One figure of a chapter."""

    id: str
    titre: str
    gabarit: str
    """How it is made: a key of bilan.exhibits.templates."""
    graphique: str = "aucun"
    indicateurs: tuple[str, ...] = ()
    """Series, or families standing for all of theirs."""
    niveau: str | None = None
    """Of its lines: type_structure or zonage, epci or qpv."""
    ensemble: bool = False
    """True when its shares are those of one whole."""
    reserve: bool = False
    """True when porteurs and the public do not see it."""


@dataclass(frozen=True)
class DeclaredChapter:
    """One chapter."""

    id: str
    titre: Sequence[Clause]
    nom: str | None
    """Its name when it is not a chapter that textes.yml may comment."""
    phrases: tuple[str, ...]
    figures: tuple[DeclaredFigure, ...]
    familles: tuple[str, ...]
    """Families of indicators of which it shows what no figure names."""
    textes: Mapping[str, str]
    """{text of the agent: heading}."""
    reserve: bool
    annexe: bool
    """True when a document has it after the chapters, with a letter."""


@dataclass(frozen=True)
class DeclaredPage:
    """One page of the dashboard: a few chapters."""

    id: str
    titre: str
    chapitres: tuple[str, ...]
    reserve: bool = False


@dataclass(frozen=True)
class Layout:
    """All of it."""

    chapters: Mapping[str, DeclaredChapter]
    pages: Mapping[str, DeclaredPage]

    @cached_property
    def shown_by_year(self) -> frozenset[str]:
        """Every series or family that a figure shows year after year."""
        figures = (figure for chapter in self.chapters.values() for figure in chapter.figures)
        return frozenset(name for figure in figures if figure.gabarit == BY_YEAR for name in figure.indicateurs)

    @cached_property
    def named(self) -> frozenset[str]:
        """Every series or family that a figure names."""
        return frozenset(
            name for chapter in self.chapters.values() for figure in chapter.figures for name in figure.indicateurs
        )


@cache
def load_layout() -> Layout:
    """Return the declared chapters and pages, in their order; raise DefinitionError (see read_definitions)."""
    content = read_definitions()["chapitres"]
    return Layout(
        {name: _chapter(name, declared) for name, declared in content["chapitres"].items()},
        {
            name: DeclaredPage(name, declared["titre"], tuple(declared["chapitres"]), declared.get("reserve", False))
            for name, declared in content["pages"].items()
        },
    )


def _chapter(name: str, declared: Mapping[str, Any]) -> DeclaredChapter:
    return DeclaredChapter(
        id=name,
        titre=declared["titre"],
        nom=declared.get("nom"),
        phrases=tuple(declared.get("phrases", ())),
        figures=tuple(_figure(figure) for figure in declared.get("figures", ())),
        familles=tuple(declared.get("familles", ())),
        textes=declared.get("textes", {}),
        reserve=declared.get("reserve", False),
        annexe=declared.get("annexe", False),
    )


def _figure(declared: Mapping[str, Any]) -> DeclaredFigure:
    return DeclaredFigure(**{**declared, "indicateurs": tuple(declared.get("indicateurs", ()))})
