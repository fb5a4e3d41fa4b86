"""A build -> the names that the register does not know, with the known ones that are near and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.preparation.write_register import RegisterLine
from pipeline.staging.territories import NORMALISE
from socle.files.manifest import WAREHOUSE
from socle.files.sqltext import literal

_UNKNOWN = """
select valeur as nom, list({'campagne': campagne, 'fichier': fichier, 'feuille': feuille, 'ligne': ligne}
    order by campagne, fichier, ligne) as lignes
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


def unknown_porteurs(build: Path, register: Sequence[RegisterLine]) -> list[UnknownPorteur]:
    """Return the names of a build that the register does not know, in their order."""
    names = [(line.porteur_id, name) for line in register if not line.remplace_par for name in line.names]
    with duckdb.connect() as connection:
        connection.execute(NORMALISE)
        connection.execute(f"attach {literal(str(build / WAREHOUSE))} as base (read_only)")
        rows = connection.execute(_UNKNOWN).fetchall()
        return [
            UnknownPorteur(nom, tuple(Place(**place) for place in places), _candidates(connection, nom, names))
            for nom, places in rows
        ]


def _candidates(
    connection: duckdb.DuckDBPyConnection, nom: str, names: Sequence[tuple[str, str]]
) -> tuple[Candidate, ...]:
    ids, known = [porteur_id for porteur_id, _ in names], [name for _, name in names]
    return tuple(Candidate(*row) for row in connection.execute(_NEAR, [nom, ids, known]).fetchall())
