"""A number and what it rests on, the thresholds by which it is said, and how far it is from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from socle.words.states import NOT_ASKED, SHOWN, UNANSWERED


@dataclass(frozen=True)
class SayingThresholds:
    """The settings of funding.yml with which figures are said."""

    base_minimale: float
    """Below, never a percentage: « 3 sur 12 »."""
    base_pourcentage_seul: float
    """Below, the base beside the percentage; from it on, the percentage alone."""
    ecart_points: float
    """Points of percentage from which two shares are not « proches »."""
    ecart_relatif: float
    """The same for what is not a share, as a ratio."""
    reponse_faible: float
    """Response rate below which nothing is compared."""
    enfants_minimum_sensible: float
    """Children under whom a sensitive figure is not shown to the committee either."""
    porteurs_minimum: float
    porteurs_minimum_quartiles: float
    """Porteurs under whom it is not said where half of them stand."""

    @classmethod
    def of(cls, settings: Mapping[str, float | None]) -> SayingThresholds:
        """Return those of a build; KeyError or TypeError for one that is missing or empty, which no build has."""
        return cls(**{name: float(settings[name] or 0) for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Quantity:
    """One number, its unit, and the sums it comes from where they may be told."""

    value: float | None
    unit: str
    """n, pct (a ratio 0 to 1), ratio, h or eur."""
    numerator: float | None = None
    denominator: float | None = None
    """The base of a share; None for a count, and for a share that is told without its sums."""
    state: str = SHOWN
    """One of FIGURE_STATES."""
    at_least: bool = False
    """True when some of what it counts is not known: « au moins 478 »."""

    @property
    def said(self) -> bool:
        """True when there is a number to say."""
        return self.state == SHOWN and self.value is not None

    @property
    def missing(self) -> Quantity:
        """Return the share of those who did not answer yes. It has no number when the sums are unknown."""
        if self.value is None or self.numerator is None or self.denominator is None:
            return Quantity(None, self.unit, state=self.state)
        left = self.denominator - self.numerator
        return Quantity(1 - self.value, self.unit, left, self.denominator, self.state)


def total(parts: list[Quantity]) -> Quantity:
    """Return the sum of shares of one whole: those not asked are skipped, an unknown one makes the sum unknown."""
    parts = [part for part in parts if part.state != NOT_ASKED]
    if not parts or not all(part.said for part in parts):
        return Quantity(None, "pct", state=UNANSWERED)
    value = sum(Decimal(str(part.value)) for part in parts)
    sums = [part.numerator for part in parts if part.numerator is not None]
    known = len(sums) == len(parts)
    return Quantity(float(value), parts[0].unit, sum(sums) if known else None, parts[0].denominator if known else None)


def is_small(quantity: Quantity, rules: SayingThresholds) -> bool:
    """Return whether the base, where it is told, is too small for a percentage or a word of comparison."""
    return quantity.denominator is not None and quantity.denominator < rules.base_minimale


def difference(value: Quantity, other: Quantity) -> float | None:
    """Return the difference of two values: in percentage points for shares, else relative to the other value.

    None when one of them is not said or is a minimum, or when the other is zero.
    """
    if value.at_least or other.at_least:
        return None
    if not value.said or not other.said or value.value is None or other.value is None:
        return None
    if value.unit == "pct":
        return float((Decimal(str(value.value)) - Decimal(str(other.value))) * 100)
    return (value.value - other.value) / abs(other.value) if other.value else None


def gap(value: Quantity, other: Quantity, rules: SayingThresholds) -> str | None:
    """Return proche, plus_elevee or moins_elevee; None when a base is under the minimum, or when nothing is said.

    An unknown base (a published percentage, a share without its sums) is trusted: its publisher checked it.
    """
    far = difference(value, other)
    if far is None or is_small(value, rules) or is_small(other, rules):
        return None
    threshold = rules.ecart_points if value.unit == "pct" else rules.ecart_relatif
    if abs(far) < threshold:
        return "proche"
    return "plus_elevee" if far > 0 else "moins_elevee"


def gap_size(value: Quantity, other: Quantity, rules: SayingThresholds) -> float:
    """Return the gap as a multiple of the threshold of its unit, so that gaps of all units compare; 0 if none."""
    far = difference(value, other)
    if far is None or is_small(value, rules) or is_small(other, rules):
        return 0.0
    return abs(far) / (rules.ecart_points if value.unit == "pct" else rules.ecart_relatif)
