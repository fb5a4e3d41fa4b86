"""core.financement -> what is known of the Ps Clas of a school year."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.open import Warehouse

_SELECT = (
    "select taux, prix_plafond::double as prix_plafond, ps_maximum::double as ps_maximum, source "
    "from core.financement where campagne = ?"
)


@dataclass(frozen=True)
class FundingOfYear:
    """The Ps of one year; None is unknown, and is never that of another year."""

    taux: float | None
    prix_plafond: float | None
    ps_maximum: float | None
    source: str


def funding(warehouse: Warehouse, campagne: str) -> FundingOfYear | None:
    """Return what is known of the Ps of that year; None when nothing is."""
    rows = warehouse.records(_SELECT, [campagne])
    return FundingOfYear(**rows[0]) if rows else None
