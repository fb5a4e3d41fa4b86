"""Numbers and thresholds for the tests of sentences."""

from __future__ import annotations

from bilan.words.numbers import Quantity, SayingThresholds

RULES = SayingThresholds(
    base_minimale=20,
    base_pourcentage_seul=100,
    ecart_points=5,
    ecart_relatif=0.10,
    reponse_faible=0.60,
    enfants_minimum_sensible=11,
    porteurs_minimum=5,
    porteurs_minimum_quartiles=12,
)


def part(above: float, below: float) -> Quantity:
    """A share whose sums are told."""
    return Quantity(above / below, "pct", above, below)
