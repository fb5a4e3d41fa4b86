"""Accounts of every role, with codes, in a folder of their own; and a clock that tests move."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from access.journal.journal import COMMAND
from access.people.accounts import NewAccount, add, issue_codes
from socle.paths import DataFolder
from socle.words.french import today
from tests.support.exports import siret

AGENT, COMITE, ANALYSTE = "agent@caf.example", "comite@caf.example", "analyste@caf.example"
ALPHA, BETA = siret(1), "martine@beta.example"
DRAFTS = (
    NewAccount(AGENT, "Agent Caf", "agent", "45"),
    NewAccount(COMITE, "Membre du comité", "comite", "45"),
    NewAccount(ANALYSTE, "Analyste", "analyste"),
    NewAccount(ALPHA, "Association Alpha", "porteur", "45", "p1"),
    NewAccount(BETA, "Centre social Bêta", "porteur", "45", "p2"),
)
NEXT_YEAR = today() + timedelta(days=365)


def make_accounts(folder: DataFolder) -> dict[str, str]:
    """Make one account a role and two porteurs; return {identifier: code}, the same in a whole run."""
    made, codes = _made_once()
    folder.etat.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.access.touch(mode=0o600)
    folder.access.write_bytes(made)
    return dict(codes)


@cache
def _made_once() -> tuple[bytes, dict[str, str]]:
    with TemporaryDirectory() as root:
        folder = DataFolder(Path(root))
        for draft in DRAFTS:
            add(folder, draft, COMMAND)
        codes = issue_codes(folder, [draft.identifiant for draft in DRAFTS], NEXT_YEAR, COMMAND)
        return folder.access.read_bytes(), codes


def new_code(folder: DataFolder, identifiant: str) -> str:
    """Give that account a new code."""
    return issue_codes(folder, [identifiant], NEXT_YEAR, COMMAND)[identifiant]


def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A function that moves the clock of access forward by so many seconds."""
    ahead = 0.0
    now = time.time

    def move(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    monkeypatch.setattr("time.time", lambda: now() + ahead)
    return move
