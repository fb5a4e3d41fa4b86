"""A build -> the points of a year that nobody ended, and the returns that wait for the Caf."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.builds.build_anomalies import AnomalyPoint
from socle.files.manifest import WAREHOUSE
from socle.files.sqltext import literal

_POINTS = """
select a.campagne, a.fichier, a.feuille, a.ligne, a.colonne, a.variable, a.valeur, a.gravite, a.regle, a.message,
    p.raison_sociale as porteur, a.departement, a.effet
from base.qualite.anomalie as a
left join base.core.porteur as p on a.porteur_id = p.porteur_id
where a.campagne = ? and a.fin is null and a.gravite in ('critique', 'alerte')
order by list_position(['critique', 'alerte'], a.gravite), p.raison_sociale nulls first, a.fichier, a.feuille, a.ligne,
    a.regle, a.variable
"""
_WAITING = """
select w.reponse_id, coalesce(p.raison_sociale, w.porteur_id) as porteur, w.action_id, w.attente, w.statut_ecrit,
    strftime(w.date_validation, '%d/%m/%Y')
    || if(w.date_validation = date_trunc('day', w.date_validation), ', sans heure',
        strftime(w.date_validation, ' à %H h %M')) as date_validation, w.fichier, w.feuille, w.ligne,
    concat_ws('/', w.departement, w.porteur_id, if(w.grain = 'action', w.action_id, null)) as bilan, w.departement
from base.core.reponse_en_attente as w
left join base.core.porteur as p on w.porteur_id = p.porteur_id
where w.campagne = ?
order by porteur, w.action_id, w.fichier, w.feuille, w.ligne
"""


@dataclass(frozen=True)
class OpenPoint(AnomalyPoint):
    """A point that waits for its ending."""

    effet: str

    @property
    def numero(self) -> str:
        """By which it is named in a command: the same as long as the point is."""
        said = (self.fichier, self.feuille, self.ligne, self.variable, self.regle, self.valeur)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:6]

    @property
    def confirmable(self) -> bool:
        """Whether the value may be said to be exact: what is out of the figures is corrected, or stays out."""
        return self.effet == "aucun" and self.regle != "decision_sans_objet"


@dataclass(frozen=True)
class WaitingReturn:
    """A return received whose figures wait."""

    reponse_id: str
    porteur: str
    action_id: str | None
    attente: str
    """statut (to be validated) or choix (among the replies of the same `bilan`)."""
    statut_ecrit: str | None
    """What the file holds in place of a status."""
    date_validation: str | None
    """As people read it; a day alone says that it has no hour."""
    fichier: str
    feuille: str | None
    ligne: int
    bilan: str
    departement: str | None
    """None when it is not known."""


def open_points(build: Path, campagne: str) -> list[OpenPoint]:
    """Return the points of a year that nobody ended, what sets a line aside first."""
    return [OpenPoint(*row) for row in _rows(build, _POINTS, campagne)]


def waiting_returns(build: Path, campagne: str) -> list[WaitingReturn]:
    """Return the returns of a year that wait for the Caf, by porteur."""
    return [WaitingReturn(*row) for row in _rows(build, _WAITING, campagne)]


def _rows(build: Path, query: str, campagne: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(build / WAREHOUSE))} as base (read_only)")
        return connection.execute(query, [campagne]).fetchall()
