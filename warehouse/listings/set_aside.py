"""The answers of a year, and its returns, that enter no figure until somebody says: whose, which, why."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.figures.uses import USES
from warehouse.open import Warehouse

_SELECT = f"""
select a.departement,
    coalesce(p.raison_sociale, '') as raison_sociale, coalesce(a.action_id, '') as action_id,
    coalesce(d.libelle, a.variable) as question, a.valeur, a.message,
    list(distinct i.libelle_court order by i.libelle_court) filter (i.indicateur is not null) as chiffres
from qualite.anomalie as a
left join core.porteur as p on a.porteur_id = p.porteur_id
left join marts.dictionnaire as d on a.variable = d.variable
left join marts.indicateur as i
    on {USES}
where a.campagne = $campagne
    and ($territoire = '*' or a.departement = $territoire)
    and a.effet in ('valeur_ecartee', 'en_attente') and a.variable is not null and a.gravite <> 'info'
group by all
order by all
"""


@dataclass(frozen=True)
class SetAside:
    """One answer that is not counted."""

    departement: str | None
    """None where the row names no action or return that is kept."""
    raison_sociale: str
    """Of its porteur; empty when it is not known."""
    action_id: str
    question: str
    valeur: str | None
    """As it was received."""
    message: str
    chiffres: tuple[str, ...]
    """Short labels of the figures that it does not enter."""


def answers_set_aside(warehouse: Warehouse, campagne: str) -> list[SetAside]:
    """Return those of a year in the scope's territory, by porteur; for who reads every row of the build."""
    rows = warehouse.records(_SELECT, {"campagne": campagne, "territoire": warehouse.scope.territoire})
    return [SetAside(**row | {"chiffres": tuple(row["chiffres"] or ())}) for row in rows]
