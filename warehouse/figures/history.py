"""marts.comparaison -> the figures of a few indicators, year after year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.open import Warehouse

_SELECT = """
select c.campagne, c.indicateur, c.valeur, c.numerateur, c.denominateur, c.nb_repondants, c.statut, c.au_moins,
    c.origine, c.valeur_france, c.numerateur_france, c.denominateur_france, c.comparable
from marts.comparaison as c
inner join marts.indicateur as i on c.indicateur = i.indicateur
where c.departement = ? and list_contains(?, c.indicateur)
order by c.campagne, i.rang
"""


@dataclass(frozen=True)
class Year:
    """One indicator of one year."""

    campagne: str
    indicateur: str
    valeur: float | None
    numerateur: float | None
    denominateur: float | None
    nb_repondants: int | None
    statut: str
    au_moins: bool | None
    """True when it is a minimum."""
    origine: str
    valeur_france: float | None
    numerateur_france: float | None
    denominateur_france: float | None
    comparable: bool | None
    """With the year before; None when it is not there."""


def history(warehouse: Warehouse, indicateurs: Sequence[str], departement: str) -> list[Year]:
    """Return those indicators of every year that the scope may read, oldest first.

    Raise Refusal when the département is not in the scope's territory.
    """
    warehouse.scope.check(departement)
    return [Year(**row) for row in warehouse.records(_SELECT, [departement, list(indicateurs)])]
