"""What came back of a year: which porteurs answered, what was found, corrected and hidden. Not for porteurs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from socle.files.manifest import DIFFUSION, WAREHOUSE
from warehouse.open import Warehouse, connect

_RETURNS = """
with bilans as (
    select porteur_id, count(*)::integer as nb_bilans, max(date_validation) as dernier
    from core.reponse
    where campagne = $campagne and departement = $departement
    group by porteur_id
),

agrements as (
    select porteur_id, count(*) filter (attendue)::integer as nb_attendues
    from core.agrement
    where campagne = $campagne and departement = $departement
    group by porteur_id
)

select c.porteur_id, coalesce(p.raison_sociale, c.porteur_id) as raison_sociale, l.libelle as type_structure, c.retour,
    c.nb_actions_agreees, coalesce(a.nb_attendues, 0) as nb_attendues, coalesce(b.nb_bilans, 0) as nb_bilans, b.dernier
from core.porteur_campagne as c
left join core.porteur as p on c.porteur_id = p.porteur_id
left join bilans as b on c.porteur_id = b.porteur_id
left join agrements as a on c.porteur_id = a.porteur_id
left join marts.libelle as l on l.variable = 'type_structure' and c.type_structure = l.code
where c.campagne = $campagne and c.departement = $departement
order by strip_accents(lower(raison_sociale)), c.porteur_id
"""
# A point of no département that is known is of a file, which may hold those of several.
_POINTS = """
with seul as (
    select len(departements) = 1 as oui from core.campagne where campagne = $campagne
)

select coalesce(l.libelle, 'Ligne entière') as question,
    count(*) filter (
        a.effet = 'en_attente' or (a.effet = 'ligne_ecartee' and a.gravite = 'critique')
    )::integer as lignes_ecartees,
    count(*) filter (a.effet = 'valeur_ecartee')::integer as valeurs_ecartees,
    count(*) filter (a.effet = 'aucun')::integer as a_verifier
from qualite.anomalie as a
left join marts.dictionnaire as l on a.variable = l.variable
where a.campagne = $campagne and a.gravite in ('critique', 'alerte') and a.fin is null
    and coalesce(a.departement = $departement, (select s.oui from seul as s))
group by question
having lignes_ecartees + valeurs_ecartees + a_verifier > 0
order by lignes_ecartees desc, valeurs_ecartees desc, a_verifier desc, question
"""
_RECEPTION = """
select nb_actions_attendues, nb_reponses, nb_reponses_hors_delai, nb_retours_refuses, nb_fichiers_perimes,
    nb_corrections, nb_anomalies_critiques, nb_alertes
from marts.campagne
where campagne = ? and departement = ?
"""
_QUESTIONS = """
select libelle, nb_posees, nb_remplies
from marts.question_reponse
where campagne = ? and departement = ? and cle
order by nb_remplies / nb_posees, libelle
"""
_HIDDEN = """
select count(*) filter (niveau = 'departement')::integer as du_departement,
    count(*) filter (niveau <> 'departement')::integer as des_lignes
from marts.indicateur_valeur
where campagne = ? and departement = ? and statut = 'secret'
"""


@dataclass(frozen=True)
class Return:
    """One porteur of the year."""

    porteur_id: str
    raison_sociale: str
    type_structure: str | None
    retour: str
    """recu, refuse (its file cannot be read), attendu or non_attendu."""
    nb_actions_agreees: int
    nb_attendues: int
    """Actions of which a return is awaited."""
    nb_bilans: int
    dernier: datetime | None


@dataclass(frozen=True)
class Points:
    """What was found about one question."""

    question: str
    lignes_ecartees: int
    valeurs_ecartees: int
    a_verifier: int


@dataclass(frozen=True)
class Reception:
    """What was awaited, received and mended."""

    nb_actions_attendues: int
    nb_reponses: int
    nb_reponses_hors_delai: int
    nb_retours_refuses: int
    nb_fichiers_perimes: int
    nb_corrections: int
    nb_anomalies_critiques: int
    nb_alertes: int


@dataclass(frozen=True)
class AskedQuestion:
    """One key question: the returns that were asked it, and those that answer."""

    libelle: str
    nb_posees: int
    nb_remplies: int


@dataclass(frozen=True)
class Hidden:
    """How many figures are hidden from porteurs and the public."""

    du_departement: int
    des_lignes: int
    """Of types of structure and zones."""


def returns(warehouse: Warehouse, campagne: str, departement: str) -> list[Return]:
    """Return every porteur of the year by name; [] for who reads what may be diffused."""
    bound = {"campagne": campagne, "departement": departement}
    return [Return(**row) for row in warehouse.records(_RETURNS, bound)] if _internal(warehouse, departement) else []


def points(warehouse: Warehouse, campagne: str, departement: str) -> list[Points]:
    """Return what was found, by question; [] for who reads what may be diffused."""
    bound = {"campagne": campagne, "departement": departement}
    return [Points(**row) for row in warehouse.records(_POINTS, bound)] if _internal(warehouse, departement) else []


def reception(warehouse: Warehouse, campagne: str, departement: str) -> Reception | None:
    """Return what came and was mended; None for who reads what may be diffused, or for an unknown year."""
    if not _internal(warehouse, departement):
        return None
    rows = warehouse.records(_RECEPTION, [campagne, departement])
    return Reception(**rows[0]) if rows else None


def questions(warehouse: Warehouse, campagne: str, departement: str) -> list[AskedQuestion]:
    """Return the key questions, the least answered first; [] for who reads what may be diffused."""
    rows = warehouse.records(_QUESTIONS, [campagne, departement]) if _internal(warehouse, departement) else []
    return [AskedQuestion(**row) for row in rows]


def hidden(warehouse: Warehouse, campagne: str, departement: str) -> Hidden | None:
    """Return how many figures of that year are hidden in the same build; None while the year is not adopted there."""
    warehouse.scope.check(departement)
    with connect(warehouse.folder / DIFFUSION) as connection:
        adopted = connection.execute(
            "select 1 from marts.campagne where campagne = ? and departement = ?", [campagne, departement]
        ).fetchall()
        counts = connection.execute(_HIDDEN, [campagne, departement]).fetchone()
    return Hidden(*counts) if adopted and counts else None


def _internal(warehouse: Warehouse, departement: str) -> bool:
    warehouse.scope.check(departement)
    return warehouse.scope.database == WAREHOUSE
