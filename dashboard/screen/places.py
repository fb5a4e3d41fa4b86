"""A territory, as an account holds it -> the words of a screen."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from access.people.identity import EVERYWHERE
from pipeline.codebook.documents import DEFINITIONS


@dataclass(frozen=True)
class NamedDepartement:
    """A département: « Loiret », « dans le Loiret »."""

    nom: str
    dans: str


@cache
def departements() -> dict[str, NamedDepartement]:
    """Return {code: département}, in the order of codes."""
    path = DEFINITIONS / "reference" / "departements.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: NamedDepartement(row["nom"], row["forme_dans"]) for row in csv.DictReader(file)}


def named(territoire: str) -> str:
    """Return « Loiret (45) » or « tous les départements »."""
    if territoire == EVERYWHERE:
        return "tous les départements"
    known = departements().get(territoire)
    return f"{known.nom} ({territoire})" if known else territoire


def where(territoire: str) -> str:
    """Return « dans le Loiret » or « dans tous les départements »."""
    known = departements().get(territoire)
    return known.dans if known else f"dans {named(territoire)}"
