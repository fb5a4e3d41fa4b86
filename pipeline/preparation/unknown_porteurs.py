"""A build -> the names that the register does not know, with the known ones that are near and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.preparation.territory import porteurs_of_others
from pipeline.preparation.write_register import RegisterLine, attach_name, read_register
from pipeline.staging.territories import NORMALISE
from socle.files.manifest import WAREHOUSE
from socle.files.sqltext import literal
from socle.paths import DataFolder
from socle.words.refusal import Refusal

_UNKNOWN = """
select valeur as nom, list({'campagne': campagne, 'fichier': fichier, 'feuille': feuille, 'ligne': ligne,
    'departement': departement} order by campagne, fichier, ligne) as lignes
from base.qualite.anomalie
where regle = 'porteur_inconnu' and valeur is not null
group by valeur order by valeur
"""
# As the register looks for candidates, see sql/staging/candidat.sql.
_NEAR = """
select porteur_id, nom, jaro_winkler_similarity(normaliser_nom(?), normaliser_nom(nom)) as score
from (select unnest(?::varchar[]) as porteur_id, unnest(?::varchar[]) as nom)
where score > 0.8
qualify row_number() over (partition by porteur_id order by score desc, nom) = 1
order by score desc, porteur_id limit 3
"""


@dataclass(frozen=True)
class Place:
    """Where a name is."""

    campagne: str
    fichier: str
    feuille: str | None
    ligne: int
    departement: str | None
    """None when none is known."""


@dataclass(frozen=True)
class Candidate:
    """A porteur that an unknown name may be, by which of its names, and how near it is from 0 to 1."""

    porteur_id: str
    nom: str
    score: float


@dataclass(frozen=True)
class UnknownPorteur:
    """A name that no porteur bears."""

    nom: str
    places: tuple[Place, ...]
    candidates: tuple[Candidate, ...]
    """Nearest first; none when no name is near."""


def own_register(folder: DataFolder, territory: str | None) -> list[RegisterLine]:
    """Return the lines of the register that may be told to who acts on one département.

    Those of porteurs of other départements alone are left out; those that no year places anywhere are everybody's.
    """
    others = porteurs_of_others(folder, territory)
    return [line for line in read_register(folder) if line.porteur_id not in others]


def attach_unknown(
    folder: DataFolder, porteur_id: str, unknown: UnknownPorteur, par: str, territory: str | None = None
) -> None:
    """Write that a porteur is also called that; raise Refusal when it is not there, or is of other départements."""
    if porteur_id in porteurs_of_others(folder, territory):
        raise Refusal("porteur_absent_du_registre", porteur=porteur_id)
    attach_name(folder, porteur_id, unknown.nom, par)


def unknown_porteurs(
    build: Path,
    register: Sequence[RegisterLine],
    theirs: Callable[[str, str | None], bool] = lambda campagne, departement: True,
) -> list[UnknownPorteur]:
    """Return the names of a build that the register does not know, in their order, with their places that are theirs
    (territory.counted)."""
    names = [(line.porteur_id, name) for line in register if not line.remplace_par for name in line.names]
    with duckdb.connect() as connection:
        connection.execute(NORMALISE)
        connection.execute(f"attach {literal(str(build / WAREHOUSE))} as base (read_only)")
        rows = connection.execute(_UNKNOWN).fetchall()
        found = [
            (nom, tuple(Place(**place) for place in places if theirs(place["campagne"], place["departement"])))
            for nom, places in rows
        ]
        return [UnknownPorteur(nom, places, _candidates(connection, nom, names)) for nom, places in found if places]


def _candidates(
    connection: duckdb.DuckDBPyConnection, nom: str, names: Sequence[tuple[str, str]]
) -> tuple[Candidate, ...]:
    ids, known = [porteur_id for porteur_id, _ in names], [name for _, name in names]
    return tuple(Candidate(*row) for row in connection.execute(_NEAR, [nom, ids, known]).fetchall())
