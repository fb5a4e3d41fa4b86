"""The porteurs of the published register, and where each one acts."""

from __future__ import annotations

from dataclasses import dataclass

from socle.paths import DataFolder
from warehouse.open import open_current
from warehouse.scope import INTERNAL, Scope

_SELECT = """
select
    p.porteur_id,
    p.siret,
    p.raison_sociale,
    coalesce(list_sort(list(distinct c.departement) filter (where c.departement is not null)), []) as departements
from core.porteur as p
left join core.porteur_campagne as c on p.porteur_id = c.porteur_id
where p.remplace_par is null
group by p.porteur_id, p.siret, p.raison_sociale
having $territoire = '*' or list_contains(departements, $territoire)
order by p.raison_sociale, p.porteur_id
"""
_OF_YEAR = """
select distinct c.porteur_id, coalesce(p.raison_sociale, c.porteur_id) as raison_sociale
from core.porteur_campagne as c
left join core.porteur as p on c.porteur_id = p.porteur_id
where c.departement = $departement and ($campagne::varchar is null or c.campagne = $campagne)
order by strip_accents(lower(raison_sociale)), c.porteur_id
"""
_WHERE = """
select campagne, list(distinct departement order by departement) as departements
from core.porteur_campagne
where porteur_id = $porteur and departement is not null and ($territoire = '*' or departement = $territoire)
group by campagne
order by campagne
"""


@dataclass(frozen=True)
class Porteur:
    """A porteur of the register that no other one replaces."""

    porteur_id: str
    siret: str | None
    raison_sociale: str
    departements: list[str]
    """Where it has, or had, an action; empty when it never had any."""


def porteurs(folder: DataFolder, scope: Scope) -> list[Porteur]:
    """Return the porteurs of the scope's territory, by name; Refusal when nothing is published.

    Only who reads the warehouse may list them: ValueError for another scope.
    """
    if scope.role not in INTERNAL:
        raise ValueError(f"the porteurs are not for {scope.role}")
    with open_current(folder, scope) as opened:
        return [Porteur(**record) for record in opened.records(_SELECT, {"territoire": scope.territoire})]


def porteurs_of(folder: DataFolder, scope: Scope, departement: str, campagne: str | None = None) -> dict[str, str]:
    """Return {porteur_id: name} of those that have an action or a return there, in that year or in any, by name.

    Raise Refusal when the département is not in the scope's territory or when nothing is published; ValueError for who
    does not read the warehouse.
    """
    if scope.role not in INTERNAL:
        raise ValueError(f"the porteurs are not for {scope.role}")
    scope.check(departement)
    with open_current(folder, scope) as opened:
        rows = opened.records(_OF_YEAR, {"departement": departement, "campagne": campagne})
        return {row["porteur_id"]: row["raison_sociale"] for row in rows}


def departements_of(folder: DataFolder, scope: Scope, porteur_id: str) -> dict[str, list[str]]:
    """Return {campagne: codes} of where the porteur has an action or a return, in the scope's territory.

    Raise Refusal when nothing is published; ValueError for who does not read the warehouse.
    """
    if scope.role not in INTERNAL:
        raise ValueError(f"the porteurs are not for {scope.role}")
    with open_current(folder, scope) as opened:
        rows = opened.records(_WHERE, {"porteur": porteur_id, "territoire": scope.territoire})
        return {row["campagne"]: row["departements"] for row in rows}
