"""An opaque token -> who opened the session, for as long as it lasts. Only the SHA-256 of a token is kept."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from dataclasses import dataclass

from access.people.identity import Identity
from access.store import reading, writing
from socle.paths import DataFolder

IDLE, ABSOLUTE = 30 * 60, 8 * 60 * 60
"""Seconds that a session lasts without a sign of life, and in all."""
_BYTES = 32
_TOUCHED_EVERY = 60  # seconds: a page loads sixty files, and that is one sign of life


@dataclass(frozen=True)
class Session:
    """An open session."""

    key: str
    """Hash of its token: names it, and opens nothing."""
    identity: Identity
    vue_a: int


_FIND = """
select s.empreinte, s.vue_a, c.id, c.identifiant, c.nom, c.role, c.territoire, c.porteur_id
from session as s inner join compte as c on s.compte = c.id
where s.empreinte = ? and s.vue_a > ? and s.ouverte_a > ? and c.revoque_le is null
"""


def open_session(folder: DataFolder, identity: Identity) -> str:
    """Return the token of a new session: 256 random bits, which nothing here keeps."""
    token, now = secrets.token_urlsafe(_BYTES), int(time.time())
    with writing(folder) as connection:
        _forget_ended(connection, now)
        connection.execute(
            "insert into session (empreinte, compte, ouverte_a, vue_a) values (?, ?, ?, ?)",
            (_hash(token), identity.compte, now, now),
        )
    return token


def find(folder: DataFolder, token: str | None) -> Session | None:
    """Return the session of a token, with who that is today; None when no session has it, or the session has ended."""
    if not token:
        return None
    now = int(time.time())
    with reading(folder) as connection:
        row = connection.execute(_FIND, (_hash(token), now - IDLE, now - ABSOLUTE)).fetchone()
    if row is None:
        return None
    identity = Identity(row["id"], row["identifiant"], row["nom"], row["role"], row["territoire"], row["porteur_id"])
    return Session(row["empreinte"], identity, row["vue_a"])


def touch(folder: DataFolder, session: Session) -> None:
    """Note a sign of life of the session, once a minute."""
    now = int(time.time())
    if now - session.vue_a >= _TOUCHED_EVERY:
        with writing(folder) as connection:
            connection.execute("update session set vue_a = ? where empreinte = ?", (now, session.key))


def close(folder: DataFolder, token: str) -> None:
    """End a session: its token opens nothing any more."""
    with writing(folder) as connection:
        connection.execute("delete from session where empreinte = ?", (_hash(token),))


def forget_ended(folder: DataFolder) -> None:
    """Forget the sessions that can no longer open anything."""
    with writing(folder) as connection:
        _forget_ended(connection, int(time.time()))


def _forget_ended(connection: sqlite3.Connection, now: int) -> None:
    connection.execute("delete from session where vue_a <= ? or ouverte_a <= ?", (now - IDLE, now - ABSOLUTE))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
