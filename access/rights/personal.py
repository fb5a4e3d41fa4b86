"""What is kept of a person: given to them, and taken away once its time is over."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from access.entry.sessions import forget_ended
from access.journal import journal
from access.journal.journal import ACTIONS, Author
from access.people.accounts import Account, account, accounts, erase
from socle.french import today
from socle.paths import DataFolder

ACCOUNTS_KEPT = timedelta(days=365)
"""How long an account outlives the last day of its code, or its revocation, or its making when no code came."""


@dataclass(frozen=True)
class Purged:
    """What a purge took away."""

    comptes: int
    entrees: int
    """Of the journal."""


def personal_data(folder: DataFolder, identifiant: str, by: Author) -> dict[str, Any]:
    """Return all that is kept of the person of that account, for them to read; Refusal when there is none."""
    who = account(folder, identifiant)
    journal.record(folder, by, "donnees_remises", f"compte {who.id}")
    entries_told = [
        {"quand": entry.quand, "action": ACTIONS[entry.action], "objet": entry.objet}
        for entry in journal.entries(folder, compte=who.id)
    ]
    return {"compte": asdict(who) | {"etat": who.state}, "journal": entries_told}


def purge(folder: DataFolder, by: Author) -> Purged:
    """Erase the accounts and the journal entries whose time is over, close sessions that have ended; say how many."""
    old = [account.identifiant for account in accounts(folder) if _last_day(account) < today() - ACCOUNTS_KEPT]
    for identifiant in old:
        erase(folder, identifiant, by)
    forget_ended(folder)
    return Purged(len(old), journal.purge(folder, by))


def _last_day(account: Account) -> date:
    if account.code_jusqu_au:
        return date.fromisoformat(account.code_jusqu_au)
    return datetime.fromisoformat(account.revoque_le or account.cree_le).astimezone(UTC).date()
