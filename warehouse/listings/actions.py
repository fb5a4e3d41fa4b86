"""The actions agréées of a year and what each declares of a few indicators. Not for porteurs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from socle.files.manifest import WAREHOUSE
from warehouse.figures.catalogue import Series
from warehouse.figures.detail import Detail, details, summed
from warehouse.open import Warehouse

_ACTIONS = """
select g.action_id, coalesce(p.raison_sociale, g.porteur_id) as raison_sociale, g.intitule, t.nom as commune,
    g.a_repondu
from core.agrement as g
left join core.porteur as p on g.porteur_id = p.porteur_id
left join reference.communes as t on g.commune = t.code
where g.campagne = $campagne and g.departement = $departement
order by strip_accents(lower(raison_sociale)), strip_accents(lower(g.intitule)), g.action_id
"""


@dataclass(frozen=True)
class AgreedAction:
    """One action agréée."""

    action_id: str
    raison_sociale: str
    """Of its porteur."""
    intitule: str | None
    commune: str | None
    a_repondu: bool
    declared: dict[str, Detail]
    """{indicateur: its sums}; one that it did not answer is not there."""


def actions(warehouse: Warehouse, series: Sequence[Series], campagne: str, departement: str) -> list[AgreedAction]:
    """Return the actions of that year by name of porteur; [] for who reads what may be diffused.

    Raise Refusal when the département is not in the scope's territory.
    """
    warehouse.scope.check(departement)
    if warehouse.scope.database != WAREHOUSE:
        return []
    bound = {"campagne": campagne, "departement": departement}
    condition = "campagne = $campagne and departement = $departement and action_id is not null"
    declared: dict[str, dict[str, Detail]] = {}
    for detail in summed(details(warehouse, series, condition, bound), lambda row: row.action_id):
        declared.setdefault(detail.action_id or "", {})[detail.indicateur] = detail
    return [
        AgreedAction(**row, declared=declared.get(row["action_id"], {})) for row in warehouse.records(_ACTIONS, bound)
    ]
