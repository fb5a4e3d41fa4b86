"""What the fictitious data are made of, and where their chance comes from."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

CAMPAGNES = tuple(f"{year}-{year + 1}" for year in range(2014, 2025))
DEPARTEMENT = "45"
ANCHOR = "2019-2020"

FORMATS = {
    **dict.fromkeys(CAMPAGNES[:2], "questionnaire-2014"),
    **dict.fromkeys(CAMPAGNES[2:6], "questionnaire-2016"),
    "2020-2021": "dossier-2020",
    **dict.fromkeys(CAMPAGNES[7:10], "elan-2021"),
    "2024-2025": "trame-2025",
}
"""The family of exports in which each campagne came."""
DISTURBED = {"2019-2020": 0.85, "2020-2021": 0.92}
"""Campagnes of the closed schools, and what they cost beside an ordinary one."""

Value = bool | int | float | Decimal | str | tuple[str, ...] | datetime | date | None
"""A canonical value: a code for a choice, a tuple of codes for a multiple choice, None for a cell left blank."""


@dataclass(frozen=True)
class Projet:
    """What becomes one action agréée each year from `debut` to `fin` (first year of the campagne)."""

    niveau: str
    """elementaire, college, lycee or mixte (elementaire and college)."""
    collectifs: int = 1
    debut: int = 2014
    fin: int = 2024


@dataclass(frozen=True)
class MadeUpPorteur:
    """A fictitious porteur de projet, as the register and its own answers know it."""

    porteur_id: str
    siret: str
    raison_sociale: str
    alias: tuple[str, ...]
    remplace_par: str | None
    type_structure: str
    commune: str
    """Insee code."""
    quartier: str
    """Empty where the action has no named quartier."""
    qpv: str | None
    """Official name of its quartier prioritaire, empty when it is in one whose name is not known, None outside."""
    rural: bool
    projets: tuple[Projet, ...]


@dataclass(frozen=True)
class Action:
    """One action agréée of one campagne."""

    campagne: str
    action_id: str
    porteur: MadeUpPorteur
    projet: Projet
    intitule: str
    nb_enfants_agrees: int
    statut: str
    """agreee, non_demarree or arretee_en_cours."""
    action_precedente: str | None
    date_decision: date


@dataclass
class Answer:
    """One return: an action and the canonical value of every column of the questionnaire."""

    action: Action
    values: dict[str, Value]
    entered: datetime
    """When it was validated or, for a draft, left."""
    regle: str | None = None
    """Code of the anomaly that the row as a whole is there to cause; None for an ordinary return."""
    collectifs: tuple[dict[str, Value], ...] = ()
    """Canonical values of each of its collectifs, where the form lists them."""


def stream(seed: int, *keys: str) -> random.Random:
    """Return a generator of its own for each thing drawn, so that adding one thing changes no other."""
    return random.Random("/".join((str(seed), *keys)))  # noqa: S311 (fictitious data, no secret)


def whole(values: Mapping[str, Value], name: str) -> int:
    """Return a value that is a whole number; raise TypeError when it is anything else."""
    value = values[name]
    if not isinstance(value, int):
        raise TypeError(f"{name}: {value!r}")
    return value


def first_year(campagne: str) -> int:
    """Return 2019 for 2019-2020."""
    return int(campagne[:4])
