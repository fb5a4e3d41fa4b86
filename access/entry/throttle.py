"""How often a code may be wrong: five times an account, thirty an address, then fifteen minutes of patience.

An identifier is counted as it is typed, whether or not it is someone's: a lock tells nothing about who exists.
"""

from __future__ import annotations

import hashlib
import ipaddress
import sqlite3
import time
from datetime import UTC, datetime

from access.store import writing
from socle.french import hour
from socle.paths import DataFolder
from socle.refusal import Refusal

LOCK = 15 * 60
"""Seconds, both of the lock and of the memory of failures."""
OF_AN_ACCOUNT, OF_AN_ADDRESS = 5, 30
_V6_SITE = 64  # bits: one subscriber has that many addresses


def account_key(identifiant: str) -> str:
    """Return what counts the failures of an identifier."""
    return _key("compte", identifiant)


def address_key(address: str) -> str:
    """Return what counts the failures of an address; those of one IPv6 subscriber are one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return _key("adresse", address)
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ipaddress.ip_network((ip, _V6_SITE), strict=False).network_address
    return _key("adresse", str(ip))


def admit(folder: DataFolder, identifiant: str, address: str) -> None:
    """Count a try, as a failure until `forgive`; raise Refusal when too many failed, from there or for that account.

    It is counted before the code is looked at: a hundred tries sent at once are not a hundred tries.
    """
    now = int(time.time())
    with writing(folder) as connection:
        connection.execute("delete from tentative where verrou_jusqu_a < ? and depuis < ?", (now, now - LOCK))
        limits = ((account_key(identifiant), OF_AN_ACCOUNT), (address_key(address), OF_AN_ADDRESS))
        locks = [_locked(connection, key, now) for key, _ in limits]
        if not any(locks):
            for key, limit in limits:
                _count(connection, key, limit, now)
    if until := max(locks):
        raise Refusal("identification_verrouillee", heure=hour(datetime.fromtimestamp(until, UTC)))


def admit_typing(folder: DataFolder, address: str) -> None:
    """The same for a code that holds a slip: no account has such a code, so only the address is throttled."""
    now = int(time.time())
    with writing(folder) as connection:
        until = _locked(connection, address_key(address), now)
        if not until:
            _count(connection, address_key(address), OF_AN_ADDRESS, now)
    if until:
        raise Refusal("identification_verrouillee", heure=hour(datetime.fromtimestamp(until, UTC)))


def forgive(folder: DataFolder, identifiant: str, address: str) -> None:
    """Forget the failures of that account, and the one try that succeeded among those of the address."""
    with writing(folder) as connection:
        connection.execute("delete from tentative where cle = ?", (account_key(identifiant),))
        connection.execute(
            "update tentative set echecs = max(echecs - 1, 0), verrou_jusqu_a = 0 where cle = ?",
            (address_key(address),),
        )


def _key(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()


def _locked(connection: sqlite3.Connection, key: str, now: int) -> int:
    row = connection.execute("select verrou_jusqu_a from tentative where cle = ?", (key,)).fetchone()
    return int(row[0]) if row and row[0] > now else 0


def _count(connection: sqlite3.Connection, key: str, limit: int, now: int) -> None:
    """Count a failure of a key that is not locked, and lock it when that makes too many."""
    row = connection.execute("select depuis, echecs, verrou_jusqu_a from tentative where cle = ?", (key,)).fetchone()
    goes_on = row is not None and row["depuis"] > now - LOCK and not row["verrou_jusqu_a"]
    since, failures = (row["depuis"], row["echecs"] + 1) if goes_on else (now, 1)
    connection.execute(
        "insert or replace into tentative (cle, depuis, echecs, verrou_jusqu_a) values (?, ?, ?, ?)",
        (key, since, failures, now + LOCK if failures >= limit else 0),
    )
