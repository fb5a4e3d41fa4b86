"""A build, published or not -> what became of its files, each point to look at, and the thresholds it was made with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from socle.files.manifest import WAREHOUSE
from socle.files.sqltext import literal

_SELECT = """
select a.campagne, a.fichier, a.feuille, a.ligne, a.colonne, a.variable, a.valeur, a.gravite, a.regle, a.message,
    p.raison_sociale as porteur, a.departement
from base.qualite.anomalie as a
left join base.core.porteur as p on a.porteur_id = p.porteur_id
where list_contains(?::varchar[], a.campagne || '/' || a.fichier) and a.fin is null
order by list_position(['critique', 'alerte', 'info'], a.gravite), a.campagne, a.fichier, a.feuille, a.ligne, a.regle
"""
_READ = """
select campagne, fichier, feuille, nature, format, lignes_lues, statut, message from base.qualite.fichier
where list_contains(?::varchar[], campagne || '/' || fichier) and statut <> 'ignore'
order by campagne, fichier, feuille
"""


@dataclass(frozen=True)
class AnomalyPoint:
    """Something to look at in a file."""

    campagne: str
    fichier: str
    feuille: str | None
    ligne: int | None
    colonne: str | None
    variable: str | None
    valeur: str | None
    """« masquée » for what is personal."""
    gravite: str
    regle: str
    message: str
    porteur: str | None
    departement: str | None
    """None when none is known."""


@dataclass(frozen=True)
class ReadSheet:
    """What became of a sheet, or of a file."""

    campagne: str
    fichier: str
    feuille: str | None
    nature: str | None
    format: str | None
    lignes_lues: int | None
    statut: str
    """charge, refuse, perime or mis_de_cote."""
    message: str | None


def points(build: Path, labels: list[str]) -> list[AnomalyPoint]:
    """Return what was found in the files of those labels (« 2019-2020/reponses.csv »)."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(build / WAREHOUSE))} as base (read_only)")
        return [AnomalyPoint(*row) for row in connection.execute(_SELECT, [labels]).fetchall()]


def sheets_read(build: Path, labels: list[str]) -> list[ReadSheet]:
    """Return what became of those files in a build."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(build / WAREHOUSE))} as base (read_only)")
        return [ReadSheet(*row) for row in connection.execute(_READ, [labels]).fetchall()]


def thresholds(build: Path) -> dict[str, float | None]:
    """Return {name: value} of the thresholds with which a build was made; None is not set yet."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(build / WAREHOUSE))} as base (read_only)")
        return dict(connection.execute("select reglage, valeur from base.core.reglage").fetchall())
