"""Years adopted by an older program: they keep the figures they were adopted with, and say what today's rules change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from pipeline.build import build
from pipeline.builds.lock import only_builder
from pipeline.codebook.model import Codebook
from socle.files.manifest import WAREHOUSE, current_build, read_manifest
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.adopted_v1 import YEARS, as_it_was_left
from tests.support.builds import silent
from tests.support.exports import codebook

PER_ACTION = YEARS[1]


def build_with(folder: DataFolder, definitions: Codebook) -> Path:
    with patch("pipeline.build.load_codebook", lambda *_: definitions), only_builder(folder):
        return build(folder, Settings(folder.root), silent).folder


def rows(folder: DataFolder, query: str, *values: object) -> list[tuple[Any, ...]]:
    published = current_build(folder)
    assert published
    with duckdb.connect(str(published / WAREHOUSE), read_only=True) as connection:
        return connection.execute(query, list(values)).fetchall()


def states(folder: DataFolder) -> dict[str, tuple[str, int]]:
    found = rows(folder, "select campagne, etat, chiffres_modifies from marts.campagne_etat")
    return {campagne: (state, changed) for campagne, state, changed in found}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The folder of the older program, built by this one."""
    folder = as_it_was_left(tmp_path_factory.mktemp("ancienne") / "data")
    build_with(folder, codebook())
    return folder


def test_what_an_older_program_adopted_is_still_adopted(opened: DataFolder) -> None:
    assert states(opened) == dict.fromkeys(YEARS, ("arretee", 0))
    assert rows(opened, "select campagne, regles from core.arret order by 1") == [(year, "") for year in YEARS]


def test_the_rows_it_read_are_kept_without_personal_cells(opened: DataFolder) -> None:
    kept = [path for path in opened.arrets.rglob("*") if path.is_file() and ".lignes" in str(path)]
    assert {path.stat().st_mode & 0o077 for path in [*kept, *(path.parent for path in kept)]} == {0}
    assert not [path for path in kept if "prive" in path.name]
    assert len([path for path in kept if path.name.endswith("lignes.parquet")]) == 6
