"""A porteur's own figures, exact, for it alone: the one way from a porteur to the warehouse. Bound by porteur_id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from socle.paths import DataFolder
from socle.refusal import Refusal
from warehouse.figures.catalogue import catalogue
from warehouse.figures.detail import Detail, details, summed
from warehouse.open import Warehouse, open_current
from warehouse.scope import LOCAL, Scope

# A campagne is read once the committee has adopted it, as the département's figures are.
_READABLE = """
    porteur_id = $porteur
    and ($territoire = '*' or departement = $territoire)
    and campagne in (select k.campagne from marts.campagne_etat as k where k.etat = 'arretee')
"""
# Two porteurs may use one action number; without a roster to tell them apart, it belongs to neither.
OWN_ACTIONS = """
select campagne, action_id, departement
from (
    select campagne, action_id, departement, porteur_id from core.action
    union
    select campagne, action_id, departement, porteur_id from core.agrement
)
group by campagne, action_id, departement
having min(porteur_id) = $porteur and max(porteur_id) = $porteur
"""


@dataclass(frozen=True)
class OwnFigure:
    """One indicator of the porteur, or of one of its actions."""

    campagne: str
    departement: str | None
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


def own_figures(folder: DataFolder, scope: Scope, indicateurs: Sequence[str] | None = None) -> list[OwnFigure]:
    """Return those figures (all of them by default) of the scope's porteur and of its actions, oldest first.

    Adopted campagnes only. Raise Refusal when the scope names no porteur, or when nothing is published.
    """
    if scope.porteur_id is None:
        raise Refusal("sans_porteur")
    with open_current(folder, LOCAL) as warehouse:
        known = catalogue(warehouse)
        rank = {name: position for position, name in enumerate(known)}
        wanted = [series for name, series in known.items() if indicateurs is None or name in indicateurs]
        bound = {"porteur": scope.porteur_id, "territoire": scope.territoire}
        found = details(warehouse, wanted, _READABLE, bound)
        own = [*_of_porteur(found), *_of_actions(warehouse, found, scope.porteur_id)]
        fictif = _fictif(warehouse)
    return sorted(
        (_figure(*one, fictif) for one in own),
        key=lambda one: (one.campagne, rank[one.indicateur], one.niveau, one.code, one.departement or ""),
    )


def _of_porteur(found: list[Detail]) -> Iterator[tuple[Detail, str, str]]:
    for detail in summed(found, lambda one: (one.campagne, one.departement)):
        yield detail, "porteur", detail.porteur_id


def _of_actions(warehouse: Warehouse, found: list[Detail], porteur: str) -> Iterator[tuple[Detail, str, str]]:
    rows = warehouse.records(OWN_ACTIONS, {"porteur": porteur})
    own = {(row["campagne"], row["departement"], row["action_id"]) for row in rows}
    for detail in summed(found, lambda one: (one.campagne, one.departement, one.action_id)):
        if detail.action_id and (detail.campagne, detail.departement, detail.action_id) in own:
            yield detail, "action", detail.action_id


def _figure(one: Detail, niveau: str, code: str, fictif: set[str]) -> OwnFigure:
    return OwnFigure(
        campagne=one.campagne,
        departement=one.departement,
        indicateur=one.indicateur,
        niveau=niveau,
        code=code,
        valeur=one.valeur,
        numerateur=float(one.numerateur),
        denominateur=None if one.denominateur is None else float(one.denominateur),
        nb_repondants=one.nb_repondants,
        origine="fictif" if one.campagne in fictif else "calcule",
    )


def _fictif(warehouse: Warehouse) -> set[str]:
    return {row["campagne"] for row in warehouse.records("select campagne from core.campagne where fictif")}
