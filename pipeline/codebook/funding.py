"""funding.yml as dataclasses: what is known of the Ps Clas and of the référentiel a year, and other thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

YEARLY = ("collectif_minimum", "collectif_maximum", "intervenants_par_seance", "frequence_seances_par_semaine")
"""Thresholds that have their years: in SQL, {name} is the one of the campagne and département of the row."""


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
class ThresholdYears:
    """What the référentiel expects of a collectif from a school year to another one; None is unknown."""

    depuis: str
    jusqu_a: str | None
    """Included; None is still in force."""
    valeurs: Mapping[str, float | None]
    """{one of YEARLY: value}."""
    source: str


@dataclass(frozen=True)
class FormerThresholds:
    """What every year was judged by until a day: years adopted before it keep them."""

    jusqu_au: str
    """ISO day from which thresholds have their years."""
    valeurs: Mapping[str, float | None]


@dataclass(frozen=True)
class Funding:
    """Ps Clas by year (a school year, or a civil year when the source says no more), and thresholds by name."""

    annees: Mapping[str, FundingYear]
    reglages: Mapping[str, float | None]
    referentiel: tuple[ThresholdYears, ...] = ()
    avant: FormerThresholds | None = None

    @cached_property
    def in_sql(self) -> Mapping[str, float | str | None]:
        """What {name} is in SQL: a number, the expression of the year's threshold, or None while it is set nowhere."""
        known = {name for years in self.referentiel for name, value in years.valeurs.items() if value is not None}
        return {**self.reglages, **{name: threshold_sql(name) if name in known else None for name in YEARLY}}


def threshold_sql(name: str) -> str:
    """Return the SQL of a threshold of YEARLY for the campagne and département of the row, null where none is known.

    A row of no département, or of one that the campagne does not declare, is judged by that of the campagne.
    """
    # Renamed: `departement` is then that of the row.
    return (
        "(select first(s.valeur order by s.lieu nulls last) from core.seuil as s (annee, lieu, reglage) "
        f"where s.annee = campagne and coalesce(s.lieu = departement, s.lieu is null) and s.reglage = '{name}')"
    )
