"""marts.campagne -> what was agreed, awaited and received of each year in a département, and its names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from socle.paths import DataFolder
from socle.words.refusal import Refusal
from warehouse.open import Warehouse, open_current
from warehouse.scope import Scope

# The columns that both databases of a build have.
_CAMPAGNES = """
select campagne, departement, fictif, etat, arretee_le, contexte, ouverture, cloture, grain, nb_actions_agreees,
    nb_porteurs_agrees, nb_enfants_agrees, nb_actions_attendues, nb_actions_non_demarrees_ou_arretees, nb_reponses,
    nb_porteurs_ayant_repondu
from marts.campagne
where departement = ?
order by campagne
"""
_AVAILABLE = """
select
    c.departement as code, coalesce(d.nom, 'département ' || c.departement) as nom,
    coalesce(d.forme_dans, 'dans le département ' || c.departement) as dans,
    list(c.campagne order by c.campagne desc) as campagnes
from marts.campagne as c left join reference.departements as d on c.departement = d.code
where ? in ('*', c.departement)
group by all
order by code
"""
_DEPARTEMENT = "select code, nom, forme_de as de, forme_dans as dans from reference.departements where code = ?"


@dataclass(frozen=True)
class Campagne:
    """One year of one département."""

    campagne: str
    departement: str
    fictif: bool
    etat: str
    """provisoire or arretee."""
    arretee_le: date | None
    contexte: str | None
    """What to know of the year before it is compared."""
    ouverture: date | None
    cloture: date | None
    grain: str | None
    """What a return describes, an action or a structure; None while none came."""
    nb_actions_agreees: int
    """0 when the year has no roster."""
    nb_porteurs_agrees: int
    nb_enfants_agrees: int | None
    nb_actions_attendues: int
    nb_actions_non_demarrees_ou_arretees: int
    nb_reponses: int
    nb_porteurs_ayant_repondu: int


@dataclass(frozen=True)
class Available:
    """A département of which there are figures."""

    code: str
    nom: str
    dans: str
    """« dans le Loiret »."""
    campagnes: list[str]
    """Its years, the last one first."""


@dataclass(frozen=True)
class Departement:
    """A département and its forms in a sentence."""

    code: str
    nom: str
    de: str
    """« du Loiret »."""
    dans: str
    """« dans le Loiret »."""


def available(folder: DataFolder, scope: Scope) -> list[Available]:
    """Return the départements, and the years of each, that the scope may read, by code; [] when there are none.

    Raise Refusal when nothing is published.
    """
    with open_current(folder, scope) as warehouse:
        return [Available(**row) for row in warehouse.records(_AVAILABLE, [scope.territoire])]


def campagnes(warehouse: Warehouse, departement: str) -> dict[str, Campagne]:
    """Return {campagne: what it holds} for the département, oldest first; {} when it has none.

    Raise Refusal when the département is not in the scope's territory.
    """
    warehouse.scope.check(departement)
    return {row["campagne"]: Campagne(**row) for row in warehouse.records(_CAMPAGNES, [departement])}


def known_campagne(known: dict[str, Campagne], campagne: str) -> Campagne:
    """Return that campagne; raise Refusal, naming those there are, when it is not among them."""
    if campagne not in known:
        raise Refusal("campagne_non_publiee", campagne=campagne, connues=", ".join(known) or "aucune")
    return known[campagne]


def previous_year(campagne: str) -> str:
    """Return the school year before: 2018-2019 for 2019-2020."""
    first = int(campagne[:4])
    return f"{first - 1}-{first}"


def departement_named(warehouse: Warehouse, code: str) -> Departement:
    """Return the département and its forms; one that the reference does not know is called by its code."""
    rows = warehouse.records(_DEPARTEMENT, [code])
    name = f"département {code}"
    return Departement(**rows[0]) if rows else Departement(code, name, f"du {name}", f"dans le {name}")
