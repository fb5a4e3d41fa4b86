"""A territory, as an account holds it -> the words of a screen."""

from __future__ import annotations

from access.people.identity import EVERYWHERE
from pipeline.codebook.departements import departements, named_departement

__all__ = ["departements", "named", "where"]


def named(territoire: str) -> str:
    """Return « Loiret (45) » or « tous les départements »."""
    if territoire == EVERYWHERE:
        return "tous les départements"
    return named_departement(territoire).with_code if territoire in departements() else territoire


def where(territoire: str) -> str:
    """Return « dans le Loiret » or « dans tous les départements »."""
    return "dans tous les départements" if territoire == EVERYWHERE else named_departement(territoire).dans
