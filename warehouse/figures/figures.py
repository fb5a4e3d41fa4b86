"""marts.comparaison -> the figures of a département for one campagne, as plain data that pages and commands render.

A porteur or the public gets those of diffusion.duckdb, committee, agent and analysts those of the warehouse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from socle.paths import DataFolder
from warehouse.open import Warehouse, open_current
from warehouse.scope import Scope

_SELECT = """
select
    c.campagne,
    c.departement,
    d.nom as departement_nom,
    d.forme_dans as dans_departement,
    c.indicateur,
    i.libelle,
    i.libelle_court,
    i.famille_libelle as famille,
    i.ou,
    i.unite,
    c.valeur,
    c.numerateur,
    c.denominateur,
    c.nb_repondants,
    c.nb_porteurs,
    c.nb_ecartees,
    c.statut,
    c.au_moins,
    c.origine,
    c.source,
    c.autre_valeur,
    c.autre_origine,
    c.valeur_france,
    c.numerateur_france,
    c.denominateur_france,
    c.nb_repondants_france,
    c.au_moins_france,
    c.origine_france,
    c.source_france,
    c.couverture_france,
    c.autre_valeur_france,
    c.autre_origine_france,
    if(len(k.departements) > 1, c.absence_france, null) as absence_france,
    c.derniere_france_annee,
    c.derniere_france_valeur,
    c.derniere_france_qualificatif,
    c.derniere_france_source,
    c.derniere_france_couverture,
    c.campagne_precedente,
    c.valeur_precedente,
    c.comparable,
    t.premier_quartile,
    t.mediane,
    t.troisieme_quartile
from marts.comparaison as c
inner join marts.indicateur as i on c.indicateur = i.indicateur
left join marts.distribution as t
    on c.campagne = t.campagne and c.indicateur = t.indicateur and c.departement = t.departement
left join reference.departements as d on c.departement = d.code
left join core.campagne as k on c.campagne = k.campagne
where c.departement = ? and c.campagne in (select unnest(?))
order by c.campagne, i.rang
"""


@dataclass(frozen=True)
class Figure:
    """One indicator of one département and campagne, beside France and the year before."""

    campagne: str
    departement: str
    departement_nom: str | None
    dans_departement: str | None
    """« dans le Loiret »."""
    indicateur: str
    libelle: str
    libelle_court: str
    famille: str
    ou: str
    unite: str
    """n, pct (a ratio 0 to 1), ratio, h or eur."""
    valeur: float | None
    numerateur: float | None
    denominateur: float | None
    """The base of a share; None for a count, a sum or a published percentage."""
    nb_repondants: int | None
    nb_porteurs: int | None
    nb_ecartees: int | None
    """Rows (returns, collectifs…) of which an answer that it uses is set aside: they do not count in it."""
    statut: str
    """One of FIGURE_STATES."""
    au_moins: bool | None
    """True when it is a minimum: some of what it counts is set aside, or does not say whether it counts."""
    origine: str
    """One of ORIGINS."""
    source: str | None
    autre_valeur: float | None
    """The figure of the other origin, set aside."""
    autre_origine: str | None
    valeur_france: float | None
    """France, the same year."""
    numerateur_france: float | None
    denominateur_france: float | None
    nb_repondants_france: int | None
    au_moins_france: bool | None
    origine_france: str | None
    source_france: str | None
    couverture_france: str | None
    """« 97 départements sur 101 », or as its source prints it."""
    autre_valeur_france: float | None
    """France by the other origin, set aside."""
    autre_origine_france: str | None
    absence_france: str | None
    """Why there is no figure of France, in a build of several départements: of one alone, none could be made."""
    derniere_france_annee: str | None
    """Last published national figure: to be quoted with its year, never compared."""
    derniere_france_valeur: float | None
    derniere_france_qualificatif: str | None
    """exact, environ, plus_de or infere."""
    derniere_france_source: str | None
    derniere_france_couverture: str | None
    campagne_precedente: str | None
    valeur_precedente: float | None
    comparable: bool | None
    """False when the question changed since, or when one of the two years was disturbed; None without a year before."""
    premier_quartile: float | None
    """Half of the porteurs are between this and `troisieme_quartile`; None where too few, or not diffused."""
    mediane: float | None
    troisieme_quartile: float | None


def figures(folder: DataFolder, scope: Scope, campagne: str, departement: str) -> list[Figure]:
    """Return every figure of the département for that campagne, in the order of the catalogue; [] if there is none.

    Raise Refusal when the département is not in the scope's territory, or when nothing is published.
    """
    with open_current(folder, scope) as opened:
        return read_figures(opened, [campagne], departement)


def read_figures(warehouse: Warehouse, campagnes: Sequence[str], departement: str) -> list[Figure]:
    """Return the same of several campagnes, from a build that is open already."""
    warehouse.scope.check(departement)
    return [Figure(**record) for record in warehouse.records(_SELECT, [departement, list(campagnes)])]
