"""marts.comparaison -> the figures of a département for one campagne, as plain data that pages and commands render."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.open import Warehouse

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
    c.statut,
    c.origine,
    c.source,
    c.autre_valeur,
    c.autre_origine,
    c.valeur_france,
    c.origine_france,
    c.source_france,
    c.couverture_france,
    c.derniere_france_annee,
    c.derniere_france_valeur,
    c.derniere_france_source,
    c.campagne_precedente,
    c.valeur_precedente
from marts.comparaison as c
inner join marts.indicateur as i on c.indicateur = i.indicateur
left join reference.departements as d on c.departement = d.code
where c.campagne = ? and c.departement = ?
order by i.rang
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
    statut: str
    """diffusable, non_renseigne, non_demande, non_calculable or secret."""
    origine: str
    """publie, synthese_nationale, calcule or fictif."""
    source: str | None
    autre_valeur: float | None
    """The figure of the other origin, set aside."""
    autre_origine: str | None
    valeur_france: float | None
    """France, the same year."""
    origine_france: str | None
    source_france: str | None
    couverture_france: str | None
    derniere_france_annee: str | None
    """Last published national figure: to be quoted with its year, never compared."""
    derniere_france_valeur: float | None
    derniere_france_source: str | None
    campagne_precedente: str | None
    valeur_precedente: float | None


def figures(warehouse: Warehouse, campagne: str, departement: str) -> list[Figure]:
    """Return every figure of the département for that campagne, in the order of the catalogue; [] if there is none."""
    return [Figure(**record) for record in warehouse.records(_SELECT, [campagne, departement])]
