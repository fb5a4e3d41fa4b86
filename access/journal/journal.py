"""What was done, by whom, when: entries that never change, each holding the hash of the one before it.

An entry names an account by its number, never by a name, and holds neither code nor figure nor the values of a query.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from access.journal.query_shape import query_shape
from access.store import reading, writing
from socle.paths import DataFolder

ACTIONS = {
    "identification": "Identification",
    "identification_refusee": "Identification refusée",
    "deconnexion": "Déconnexion",
    "consultation": "Consultation d'une synthèse",
    "telechargement": "Téléchargement",
    "chargement": "Chargement d'un fichier",
    "correction": "Correction d'une réponse",
    "decision": "Décision sur un bilan ou un point",
    "texte": "Texte du bilan",
    "reglage": "Réglage",
    "publication": "Publication",
    "retour_arriere": "Retour à une construction précédente",
    "arret": "Année arrêtée",
    "reouverture": "Année rouverte",
    "reprise": "Année reprise avec les règles du jour",
    "requete": "Requête SQL",
    "compte_cree": "Compte créé",
    "compte_modifie": "Compte modifié",
    "code_emis": "Code émis",
    "compte_revoque": "Compte révoqué",
    "compte_efface": "Compte effacé",
    "donnees_remises": "Données personnelles remises",
    "purge": "Purge",
    "sauvegarde": "Sauvegarde",
    "restauration": "Restauration d'une sauvegarde",
}
"""{what may be written: how it is said on a screen}."""
KEPT = timedelta(days=365)
LONGEST = 500
_START = ""


@dataclass(frozen=True)
class Author:
    """Who does something: an account at the dashboard, whoever runs a command, or the server itself."""

    origine: str
    """tableau, commande or serveur."""
    compte: int | None = None


COMMAND, SERVER = Author("commande"), Author("serveur")


@dataclass(frozen=True)
class Entry:
    """One line of the journal."""

    numero: int
    quand: str
    """UTC, ISO 8601."""
    origine: str
    compte: int | None
    action: str
    objet: str
    empreinte: str


def record(folder: DataFolder, by: Author, action: str, objet: str = "") -> None:
    """Add an entry; of a query (`requete`) only the shape is kept. ValueError for an action that is none of ACTIONS."""
    with writing(folder) as connection:
        append(connection, by, action, objet)


def append(connection: sqlite3.Connection, by: Author, action: str, objet: str = "") -> None:
    """Add an entry, in the transaction of what it tells."""
    if action not in ACTIONS:
        raise ValueError(f"no such action: {action}")
    said = (query_shape(objet) if action == "requete" else " ".join(objet.split()))[:LONGEST]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    last, before = _last(connection)
    entry = Entry(last + 1, now, by.origine, by.compte, action, said, "")
    connection.execute(
        "insert into journal (numero, quand, origine, compte, action, objet, empreinte) values (?, ?, ?, ?, ?, ?, ?)",
        (entry.numero, now, by.origine, by.compte, action, said, entry_hash(before, entry)),
    )


def entries(folder: DataFolder, since: str = "", compte: int | None = None) -> list[Entry]:
    """Return the entries from that UTC time on, of that account if one is named, the last ones first."""
    with reading(folder) as connection:
        rows = connection.execute(
            "select * from journal where quand >= ? and (? is null or compte = ?) order by numero desc",
            (since, compte, compte),
        )
        return [Entry(**row) for row in rows]


def broken_at(folder: DataFolder) -> int | None:
    """Return the number of the first entry that is not as it was written, or is missing; None when the chain holds."""
    with reading(folder) as connection:
        connection.execute("begin")
        expected, before = _start(connection)
        for entry in _in_order(connection):
            expected += 1
            if entry.numero != expected or entry.empreinte != entry_hash(before, entry):
                return expected
            before = entry.empreinte
        # SQLite keeps the highest number ever given: entries missing at the end show here.
        given = connection.execute("select seq from sqlite_sequence where name = 'journal'").fetchone()
        return None if (given[0] if given else 0) <= expected else expected + 1


def purge(folder: DataFolder, by: Author, kept: timedelta = KEPT) -> int:
    """Take out the entries older than `kept`, return how many; what is left still chains, and tells of the purge."""
    limit = (datetime.now(UTC) - kept).isoformat(timespec="seconds")
    with writing(folder) as connection:
        old = connection.execute(
            "select numero, empreinte from journal where numero < "
            "coalesce((select min(numero) from journal where quand >= ?), (select max(numero) + 1 from journal)) "
            "order by numero desc limit 1",
            (limit,),
        ).fetchone()
        if old is None:
            return 0
        lines = connection.execute("select count(*) from journal where numero <= ?", (old["numero"],)).fetchone()[0]
        now = datetime.now(UTC).isoformat(timespec="seconds")
        append(connection, by, "purge", f"{lines} lignes jusqu'au n° {old['numero']}, empreinte {old['empreinte']}")
        connection.execute(
            "insert into journal_purge (jusqu_a, empreinte, lignes, quand) values (?, ?, ?, ?)",
            (old["numero"], old["empreinte"], lines, now),
        )
        connection.execute("delete from journal where numero <= ?", (old["numero"],))
        return int(lines)


def entry_hash(before: str, entry: Entry) -> str:
    """Return the hash of an entry that follows the one whose hash is `before`."""
    parts = [before, entry.numero, entry.quand, entry.origine, entry.compte, entry.action, entry.objet]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _in_order(connection: sqlite3.Connection) -> Iterator[Entry]:
    for row in connection.execute("select * from journal order by numero"):
        yield Entry(**row)


def _start(connection: sqlite3.Connection) -> tuple[int, str]:
    row = connection.execute("select jusqu_a, empreinte from journal_purge order by jusqu_a desc limit 1").fetchone()
    return (row["jusqu_a"], row["empreinte"]) if row else (0, _START)


def _last(connection: sqlite3.Connection) -> tuple[int, str]:
    row = connection.execute("select numero, empreinte from journal order by numero desc limit 1").fetchone()
    return (row["numero"], row["empreinte"]) if row else _start(connection)
