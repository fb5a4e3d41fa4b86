"""A porteur's own figures, exact, for it alone: the one way from a porteur to the warehouse. Bound by porteur_id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from socle.paths import DataFolder
from socle.words.refusal import Refusal
from socle.words.states import COMPUTED, FICTITIOUS
from warehouse.figures.catalogue import catalogue
from warehouse.figures.detail import Detail, details, summed
from warehouse.open import Warehouse, open_current
from warehouse.scope import LOCAL, Scope

# A year is read in a département once the committee has adopted it there, as the département's figures are.
_READABLE = """
    porteur_id = $porteur
    and ($territoire = '*' or departement = $territoire)
    and (campagne, departement) in (
        select (k.campagne, k.departement) from marts.campagne_etat as k where k.etat = 'arretee'
    )
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
        read = details(warehouse, wanted, _READABLE, bound)
        own = [*_of_porteur(read), *_of_actions(warehouse, read, scope.porteur_id)]
        fictif = _fictif(warehouse)
    return sorted(
        (_figure(*figure, fictif) for figure in own),
        key=lambda figure: (
            figure.campagne,
            rank[figure.indicateur],
            figure.niveau,
            figure.code,
            figure.departement or "",
        ),
    )


def _of_porteur(read: list[Detail]) -> Iterator[tuple[Detail, str, str]]:
    for detail in summed(read, lambda row: (row.campagne, row.departement)):
        yield detail, "porteur", detail.porteur_id


def _of_actions(warehouse: Warehouse, read: list[Detail], porteur: str) -> Iterator[tuple[Detail, str, str]]:
    rows = warehouse.records(OWN_ACTIONS, {"porteur": porteur})
    own = {(row["campagne"], row["departement"], row["action_id"]) for row in rows}
    for detail in summed(read, lambda row: (row.campagne, row.departement, row.action_id)):
        if detail.action_id and (detail.campagne, detail.departement, detail.action_id) in own:
            yield detail, "action", detail.action_id


def _figure(detail: Detail, niveau: str, code: str, fictif: set[str]) -> OwnFigure:
    return OwnFigure(
        campagne=detail.campagne,
        departement=detail.departement,
        indicateur=detail.indicateur,
        niveau=niveau,
        code=code,
        valeur=detail.valeur,
        numerateur=float(detail.numerateur),
        denominateur=None if detail.denominateur is None else float(detail.denominateur),
        nb_repondants=detail.nb_repondants,
        origine=FICTITIOUS if detail.campagne in fictif else COMPUTED,
    )


def _fictif(warehouse: Warehouse) -> set[str]:
    return {row["campagne"] for row in warehouse.records("select campagne from core.campagne where fictif")}
