"""A porteur's own figures, exact, for it alone: the one way from a porteur to the warehouse. Bound by porteur_id."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.messages import Refusal
from socle.paths import DataFolder
from warehouse.open import open_current
from warehouse.scope import LOCAL, Scope

# An action number that two porteurs use, where no roster says whose it is, is nobody's own. A campagne is read once
# the committee has adopted it, as the département's figures are.
_SELECT = """
with actions as (
    select campagne, action_id, departement, porteur_id from core.action
    union
    select campagne, action_id, departement, porteur_id from core.agrement
),

siennes as (
    select campagne, action_id, departement
    from actions
    group by campagne, action_id, departement
    having min(porteur_id) = $porteur and max(porteur_id) = $porteur
)

select v.campagne, v.departement, v.indicateur, v.niveau, v.code, v.valeur, v.numerateur, v.denominateur,
    v.nb_repondants, v.origine
from marts.indicateur_valeur as v
inner join marts.indicateur as i on v.indicateur = i.indicateur
inner join marts.campagne_etat as k on v.campagne = k.campagne
where
    k.etat = 'arretee'
    and ($territoire = '*' or v.departement = $territoire)
    and (
        (v.niveau = 'porteur' and v.code = $porteur)
        or (
            v.niveau = 'action'
            and (v.campagne, v.code, v.departement) in (
                select (s.campagne, s.action_id, s.departement) from siennes as s
            )
        )
    )
order by v.campagne, i.rang, v.niveau, v.code, v.departement
"""


@dataclass(frozen=True)
class OwnFigure:
    """One indicator of the porteur, or of one of its actions."""

    campagne: str
    departement: str
    indicateur: str
    niveau: str
    """porteur or action."""
    code: str
    """porteur_id or action_id."""
    valeur: float | None
    numerateur: float | None
    denominateur: float | None
    nb_repondants: int
    origine: str
    """calcule or fictif."""


def own_figures(folder: DataFolder, scope: Scope) -> list[OwnFigure]:
    """Return every figure of the scope's porteur and of its actions, adopted campagnes only, oldest first.

    Raise Refusal when the scope names no porteur, or when nothing is published.
    """
    if scope.porteur_id is None:
        raise Refusal("sans_porteur")
    bound = {"porteur": scope.porteur_id, "territoire": scope.territoire}
    with open_current(folder, LOCAL) as warehouse:
        return [OwnFigure(**record) for record in warehouse.records(_SELECT, bound)]
