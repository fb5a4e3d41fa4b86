"""The demo's warehouse, open, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from tests.support.demo import build_of
from tests.support.faults import two_years
from tests.support.once import made_once


@pytest.fixture(scope="session")
def demo_build(demo: DataFolder) -> Path:
    """The published build of the demo."""
    return build_of(demo)


@pytest.fixture(scope="session")
def built_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of one return, in a quick build; copy it."""
    return made_once(tmp_path_factory.getbasetemp(), "deux-annees", lambda folder: two_years(folder.root)).root


@pytest.fixture(scope="module")
def demo_warehouse(demo_build: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's warehouse, opened read-only for one file: a result left unread would stop the next one."""
    with duckdb.connect(str(demo_build / WAREHOUSE), read_only=True) as connection:
        yield connection
