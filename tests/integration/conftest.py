"""The repository's demo, built once for the whole test run, and small folders for tests that build."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.build import build
from pipeline.manifest import WAREHOUSE, current_build
from pipeline.publish import only_builder
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A copy of data/raw, built; read it only. The workers of one run share it: the first to come builds it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = DataFolder(shared / "demo")
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if current_build(folder) is None:
            _build_copy(PROJECT_ROOT / "data" / "raw", folder)
    return folder


@pytest.fixture(scope="session")
def demo_build(demo: DataFolder) -> Path:
    """The published build of the demo."""
    published = current_build(demo)
    assert published is not None
    return published


@pytest.fixture(scope="session")
def demo_warehouse(demo_build: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's warehouse, opened read-only."""
    with duckdb.connect(str(demo_build / WAREHOUSE), read_only=True) as connection:
        yield connection


def _build_copy(raw: Path, folder: DataFolder) -> None:
    shutil.copytree(raw, folder.raw, dirs_exist_ok=True)
    with only_builder(folder):
        build(folder, 5, lambda _: None)
