"""A number and what it rests on -> how French writes it, by the rules of INDICATORS §5: small bases, states, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from socle.french import NARROW_SPACE, number, percentage

SAID = "diffusable"
TOO_FEW = "non diffusé\u202f: trop peu de porteurs"
_DECIMALS = {"ratio": 1, "h": 1}
_SYMBOLS = {"h": f"{NARROW_SPACE}h", "eur": f"{NARROW_SPACE}€"}


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
    collectif_minimum: float
    collectif_maximum: float
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
    state: str = SAID
    """diffusable, non_renseigne, non_demande, non_calculable or secret."""

    @property
    def said(self) -> bool:
        """True when there is a number to say."""
        return self.state == SAID and self.value is not None

    @property
    def missing(self) -> Quantity:
        """Return what a share leaves: those who did not answer yes. It has no number when the sums are not told."""
        if self.value is None or self.numerator is None or self.denominator is None:
            return Quantity(None, self.unit, state=self.state)
        left = self.denominator - self.numerator
        return Quantity(1 - self.value, self.unit, left, self.denominator, self.state)


def total(parts: list[Quantity]) -> Quantity:
    """Return the sum of shares of one whole; one that was not asked counts for nothing, one not told hides the sum."""
    parts = [part for part in parts if part.state != "non_demande"]
    if not parts or not all(part.said for part in parts):
        return Quantity(None, "pct", state="non_renseigne")
    value = sum(Decimal(str(part.value)) for part in parts)
    sums = [part.numerator for part in parts if part.numerator is not None]
    known = len(sums) == len(parts)
    return Quantity(float(value), parts[0].unit, sum(sums) if known else None, parts[0].denominator if known else None)


def is_small(quantity: Quantity, rules: SayingThresholds) -> bool:
    """Return whether the base, where it is told, is too small for a percentage or a word of comparison."""
    return quantity.denominator is not None and quantity.denominator < rules.base_minimale


def plain(quantity: Quantity) -> str:
    """Return the number as a sentence writes it: « 485 », « 42 % », « plus de 99 % », « 10,4 », « 410 € »."""
    if quantity.value is None:
        raise ValueError("a number that is not said has no text in a sentence")
    if quantity.unit == "pct":
        return _almost(quantity) or percentage(quantity.value)
    text = number(quantity.value, _DECIMALS.get(quantity.unit, 0))
    return text.removesuffix(",0") + _SYMBOLS.get(quantity.unit, "")


def _almost(quantity: Quantity) -> str | None:
    """A share that is not all, nor nothing, is not rounded to it where the sums are told."""
    if not quantity.numerator or quantity.denominator is None or quantity.numerator == quantity.denominator:
        return None
    return {"100": f"plus de 99{NARROW_SPACE}%", "0": f"moins de 1{NARROW_SPACE}%"}.get(
        number(Decimal(str(quantity.value)) * 100)
    )


def ratio_text(quantity: Quantity) -> str:
    """Return « 18 sur 43 »; ValueError when the sums are not told."""
    if quantity.numerator is None or quantity.denominator is None:
        raise ValueError("the sums of this share are not told")
    return f"{number(quantity.numerator)} sur {number(quantity.denominator)}"


def share(quantity: Quantity, rules: SayingThresholds) -> str:
    """Return a share as its base allows: « 3 sur 12 », « 42 % (18 sur 43) » or « 42 % »; other units as `plain`."""
    if quantity.unit != "pct" or quantity.denominator is None or quantity.numerator is None:
        return plain(quantity)
    if is_small(quantity, rules):
        return ratio_text(quantity)
    if quantity.denominator < rules.base_pourcentage_seul:
        return f"{plain(quantity)} ({ratio_text(quantity)})"
    return plain(quantity)


def cell(quantity: Quantity, rules: SayingThresholds) -> str:
    """Return the number as a table writes it: « 3 sur 12 » on a small base, else a share with one decimal.

    A share that was published or rounded has no other decimals than its own.
    """
    if quantity.value is None:
        raise ValueError("a number that is not said has its state for text")
    if quantity.unit == "pct" and is_small(quantity, rules) and quantity.numerator is not None:
        return ratio_text(quantity)
    if quantity.unit == "pct":
        return percentage(quantity.value, int(_is_exact(quantity)))
    return number(quantity.value, _DECIMALS.get(quantity.unit, 0)) + _SYMBOLS.get(quantity.unit, "")


def _is_exact(quantity: Quantity) -> bool:
    if quantity.value is None or quantity.numerator is None or not quantity.denominator:
        return False
    return abs(quantity.value - quantity.numerator / quantity.denominator) < 1e-9


def state_text(state: str, campagne: str, relation: str = "core.action", returns: int | None = None) -> str:
    """Return what is said in place of a number.

    `relation` is the table that the indicator counts, `returns` how many returns left it blank (None: no return was
    asked).
    """
    if state == "secret":
        return TOO_FEW
    if state == "non_demande":
        return f"non demandé en {campagne}"
    if state == "non_calculable":
        grain = "collectif" if relation in ("core.collectif", "core.bonus") else "action"
        return f"non calculable\u202f: la donnée n'existe pas par {grain}"
    return f"non renseigné ({number(returns)} {'bilan' if returns < 2 else 'bilans'})" if returns else "non renseigné"


def difference(value: Quantity, other: Quantity) -> float | None:
    """Return how far one is from the other: points of percentage for shares, a ratio of the other for the rest.

    None when one of them is not said, or when the other is zero.
    """
    if not value.said or not other.said or value.value is None or other.value is None:
        return None
    if value.unit == "pct":
        return float((Decimal(str(value.value)) - Decimal(str(other.value))) * 100)
    return (value.value - other.value) / abs(other.value) if other.value else None


def gap(value: Quantity, other: Quantity, rules: SayingThresholds) -> str | None:
    """Return proche, plus_elevee or moins_elevee; None when a base is under the minimum, or when nothing is said.

    A base that is not told (a published percentage, a share told without its sums) was judged by who published it.
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


def signed(value: Quantity, other: Quantity) -> str:
    """Return how far one is from the other: « +5 points » for shares, « −0,3 », « +12 »; "" when one is not said."""
    if value.value is None or other.value is None or not value.said or not other.said:
        return ""
    far = Decimal(str(value.value)) - Decimal(str(other.value))
    if value.unit == "pct":
        text = number(abs(far * 100))
        return f"{_sign(far, text)}{text} {'point' if text in ('0', '1') else 'points'}"
    text = number(abs(far), _DECIMALS.get(value.unit, 0))
    return f"{_sign(far, text)}{text}{_SYMBOLS.get(value.unit, '')}"


def _sign(far: Decimal, text: str) -> str:
    if not text.strip("0,"):
        return ""
    return "+" if far > 0 else "\u2212"
