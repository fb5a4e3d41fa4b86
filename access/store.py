"""A data folder -> its access.sqlite, open, at the present schema; created private (0600) where there is none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from socle.paths import DataFolder
from socle.words.refusal import Refusal

_SCHEMA = Path(__file__).parent / "schema"
_PATIENCE = 5.0  # seconds that a writer waits for the one before it


@contextmanager
def reading(folder: DataFolder) -> Iterator[sqlite3.Connection]:
    """Give a connection to read; raise Refusal when the file is damaged or of a later version."""
    with closing(_open(folder)) as connection, _readable():
        yield connection


@contextmanager
def writing(folder: DataFolder) -> Iterator[sqlite3.Connection]:
    """Give a connection whose changes are kept together, or not at all when the block raises; Refusal as `reading`."""
    with closing(_open(folder)) as connection, _readable():
        connection.execute("begin immediate")
        try:
            yield connection
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")


def _open(folder: DataFolder) -> sqlite3.Connection:
    if not folder.access.exists():
        folder.etat.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.access.touch(mode=0o600)  # before SQLite, which gives its journals the mode of the file
    connection = sqlite3.connect(folder.access, timeout=_PATIENCE, isolation_level=None)
    try:
        with _readable():
            connection.row_factory = sqlite3.Row
            connection.execute("pragma foreign_keys = on")
            connection.execute("pragma synchronous = full")
            connection.execute("pragma secure_delete = on")
            _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    """Apply the files of schema/ that this database has not had, each in one transaction."""
    scripts = sorted(_SCHEMA.glob("*.sql"))
    version = _version(connection)
    if version == len(scripts):
        return
    if version > len(scripts):
        raise Refusal("acces_trop_recent")
    connection.execute("pragma journal_mode = wal")
    for number, script in enumerate(scripts[version:], start=version + 1):
        connection.execute("begin immediate")
        if _version(connection) < number:  # another process may have come first
            for statement in _statements(script.read_text(encoding="utf-8")):
                connection.execute(statement)
            connection.execute(f"pragma user_version = {number}")
        connection.execute("commit")


def _statements(script: str) -> Iterator[str]:
    """Yield the statements one by one: `executescript` would commit before the first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Refusal("acces_occupe") from error
        raise
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise Refusal("acces_abime") from error
        raise
