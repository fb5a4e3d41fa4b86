"""A folder with accounts, and the clock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from socle.paths import DataFolder
from tests.support.access import later, make_accounts


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """An empty data folder."""
    return DataFolder(tmp_path)


@pytest.fixture
def codes(folder: DataFolder) -> dict[str, str]:
    """The codes of the accounts made in `folder`."""
    return make_accounts(folder)


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Move the clock forward."""
    return later(monkeypatch)
