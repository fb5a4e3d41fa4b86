"""What an agent may adopt, reopen and renew: a year in the départements of their territory."""

from __future__ import annotations

from collections.abc import Sequence

from access.people.identity import EVERYWHERE as EVERY
from dashboard.visit.visitor import Visitor
from pipeline.builds.adoption import Pair

__all__ = ["EVERY", "by_year", "is_mine", "place_text"]


def is_mine(visitor: Visitor, departement: str) -> bool:
    """Return whether the visitor may act in a département; in every one of a year at once, for EVERY."""
    return visitor.identity.territoire in (EVERY, departement)


def by_year(pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Return {campagne: its départements among these}, in their order."""
    found: dict[str, list[str]] = {}
    for campagne, departement in pairs:
        found.setdefault(campagne, []).append(departement)
    return found


def place_text(departement: str) -> str:
    """Return how a choice reads."""
    return "tous les départements" if departement == EVERY else f"département {departement}"
