"""A published build of two porteurs, with accounts; one for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from access.people.accounts import account
from dashboard.visit.visitor import Visitor, visitor
from socle.paths import DataFolder
from tests.support.access import AGENT, make_accounts
from tests.support.porteurs import publish_porteurs


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """The data folder, as the settings name it."""
    folder = DataFolder(tmp_path)
    publish_porteurs(folder)
    make_accounts(folder)
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    return folder


@pytest.fixture
def agent(folder: DataFolder) -> Visitor:
    """The agent of the Loiret, who has an account."""
    return visitor(folder, account(folder, AGENT).identity)
