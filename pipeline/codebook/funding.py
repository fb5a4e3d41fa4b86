"""funding.yml as dataclasses: what is known of the Ps Clas a year, and the thresholds a committee may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FundingYear:
    """What is known of the Ps Clas of one year; None is unknown and is never carried over from another year."""

    annee: str
    taux: float | None
    prix_plafond: float | None
    """Euros a collectif."""
    ps_maximum: float | None
    bonus_enfants: float | None
    bonus_parents: float | None
    statut: str
    source: str


@dataclass(frozen=True)
class Funding:
    """Ps Clas by year (a school year, or a civil year when the source says no more), and thresholds by name."""

    annees: Mapping[str, FundingYear]
    reglages: Mapping[str, float | None]
