"""marts.evolution -> what changed from the year before, for all and among the porteurs who answered both years."""

from __future__ import annotations

from dataclasses import dataclass

from socle.files.manifest import WAREHOUSE
from warehouse.open import Warehouse

_SELECT = """
select e.campagne, e.indicateur, e.campagne_precedente, e.nb_porteurs_constants,
    e.valeur_constante, e.numerateur_constant, e.denominateur_constant,
    e.valeur_constante_precedente, e.numerateur_constant_precedent, e.denominateur_constant_precedent, e.comparable
from marts.evolution as e
inner join marts.indicateur as i on e.indicateur = i.indicateur
where e.campagne = ? and e.departement = ?
order by i.rang
"""


@dataclass(frozen=True)
class Evolution:
    """One indicator of one year beside the year before, à champ constant: same porteurs."""

    campagne: str
    indicateur: str
    campagne_precedente: str
    nb_porteurs_constants: int | None
    """None when nobody answered both years."""
    valeur_constante: float | None
    numerateur_constant: float | None
    denominateur_constant: float | None
    valeur_constante_precedente: float | None
    numerateur_constant_precedent: float | None
    denominateur_constant_precedent: float | None
    comparable: bool
    """False when the question changed, or when one of the years was disturbed in what it counts."""


def evolutions(warehouse: Warehouse, campagne: str, departement: str) -> dict[str, Evolution]:
    """Return {indicateur: change since the year before} of that year; {} for who reads what may be diffused.

    Sums over porteurs present both years were not checked for disclosure: they stay in the warehouse. Raise
    Refusal when the département is not in the scope's territory.
    """
    warehouse.scope.check(departement)
    if warehouse.scope.database != WAREHOUSE:
        return {}
    changes = (Evolution(**row) for row in warehouse.records(_SELECT, [campagne, departement]))
    return {change.indicateur: change for change in changes}
