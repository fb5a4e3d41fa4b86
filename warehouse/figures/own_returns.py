"""What a porteur sent, for it alone: its name, its returns of each year, its actions, the points to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from socle.paths import DataFolder
from socle.words.refusal import Refusal
from warehouse.figures.own_figures import OWN_ACTIONS
from warehouse.figures.uses import USES
from warehouse.open import Warehouse, open_current
from warehouse.scope import LOCAL, Scope

_YEARS = """
select c.campagne, c.departement, c.retour, c.type_structure, c.nb_actions_agreees, k.etat,
    max(r.date_validation) as dernier, y.cloture
from core.porteur_campagne as c
inner join marts.campagne_etat as k on c.campagne = k.campagne and c.departement = k.departement
inner join marts.campagne as y on c.campagne = y.campagne and c.departement = y.departement
left join core.reponse as r
    on c.campagne = r.campagne and c.porteur_id = r.porteur_id and c.departement is not distinct from r.departement
where c.porteur_id = $porteur and c.departement = $departement
group by all
order by c.campagne
"""
_ACTIONS = f"""
with siennes as ({OWN_ACTIONS})

select s.campagne, s.action_id, coalesce(any_value(g.intitule), any_value(a.intitule)) as intitule
from siennes as s
left join core.agrement as g
    on s.campagne = g.campagne and s.departement = g.departement and s.action_id = g.action_id
left join core.action as a
    on s.campagne = a.campagne and s.departement = a.departement and s.action_id = a.action_id
where s.campagne = $campagne and s.departement = $departement
group by s.campagne, s.action_id
order by s.action_id
"""
_CAMPAGNES = "select campagne from core.campagne order by campagne"
# Its own, in that département or in none that is known.
_POINTS = """
select message, effet
from qualite.anomalie
where campagne = $campagne and coalesce(departement, $departement) = $departement and porteur_id = $porteur
    and gravite in ('critique', 'alerte')
    and fin is null
order by list_position(['critique', 'alerte'], gravite), action_id, fichier, ligne
"""

_SET_ASIDE = f"""
select i.indicateur, a.action_id, any_value(a.valeur) as valeur
from qualite.anomalie as a
inner join marts.indicateur as i
    on {USES}
where a.campagne = $campagne and a.departement = $departement and a.porteur_id = $porteur
    and a.effet = 'valeur_ecartee' and a.variable is not null
    and a.reponse_id is not null
group by i.indicateur, a.action_id
"""


@dataclass(frozen=True)
class OwnPoint:
    """What is to look at in a return, as it is said to its porteur."""

    message: str
    set_aside: bool
    """True when the answer does not count until it is corrected."""


@dataclass(frozen=True)
class OwnYear:
    """What is known of the porteur for one year, adopted or not."""

    campagne: str
    departement: str
    retour: str
    """recu, refuse (its file cannot be read), attendu or non_attendu."""
    type_structure: str | None
    nb_actions_agreees: int
    etat: str
    """provisoire or arretee."""
    dernier: datetime | None
    """When its last return was validated."""
    cloture: date | None
    """Last day of the year's questionnaire, where it is declared."""


@dataclass(frozen=True)
class OwnReturns:
    """A porteur in a département."""

    porteur_id: str
    raison_sociale: str
    years: Mapping[str, OwnYear]
    """By campagne, oldest first."""
    campagnes: tuple[str, ...]
    """Every year that the build holds, adopted or not, whether the porteur is in it or not."""
    actions: Mapping[str, str]
    """{action_id: title} of its own in the year asked; an action without a title is called by its number."""
    points: tuple[OwnPoint, ...]
    """What is to look at in the returns of the year asked; what sets a line aside first."""
    set_aside: Mapping[tuple[str, str | None], str | None]
    """{(indicateur, action_id): what it answered} of the answers of the year asked that do not count in it."""


def own_returns(folder: DataFolder, scope: Scope, campagne: str, departement: str) -> OwnReturns:
    """Return what the scope's porteur sent to the département.

    Raise Refusal when the scope names no porteur, when the département is not in its territory, or when nothing is
    published.
    """
    if scope.porteur_id is None:
        raise Refusal("sans_porteur")
    scope.check(departement)
    bound = {"porteur": scope.porteur_id, "departement": departement}
    with open_current(folder, LOCAL) as warehouse:
        years = {row["campagne"]: OwnYear(**row) for row in warehouse.records(_YEARS, bound)}
        of_year = bound | {"campagne": campagne}
        actions = warehouse.records(_ACTIONS, of_year)
        points, aside = warehouse.records(_POINTS, of_year), warehouse.records(_SET_ASIDE, of_year)
        return OwnReturns(
            porteur_id=scope.porteur_id,
            raison_sociale=_name(warehouse, scope.porteur_id),
            years=years,
            campagnes=tuple(row["campagne"] for row in warehouse.records(_CAMPAGNES)),
            actions={row["action_id"]: row["intitule"] or row["action_id"] for row in actions},
            points=tuple(dict.fromkeys(OwnPoint(row["message"], row["effet"] == "valeur_ecartee") for row in points)),
            set_aside={(row["indicateur"], row["action_id"]): row["valeur"] for row in aside},
        )


def _name(warehouse: Warehouse, porteur: str) -> str:
    rows = warehouse.records("select raison_sociale from core.porteur where porteur_id = ?", [porteur])
    return str(rows[0]["raison_sociale"]) if rows else porteur
