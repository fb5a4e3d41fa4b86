"""Every path of a data folder lies inside it, and none is given to two things."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from socle.paths import DataFolder

NAMES = [name for name, found in vars(DataFolder).items() if isinstance(found, property)]


def test_no_two_things_share_a_path_and_all_are_inside_the_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    paths = [getattr(folder, name) for name in NAMES]
    assert len(set(paths)) == len(NAMES) > 8
    assert all(tmp_path in path.parents for path in paths)


def test_what_can_be_deleted_is_apart_from_what_was_received_and_from_what_must_survive(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    curated = {name for name in NAMES if folder.curated in getattr(folder, name).parents}
    assert curated == {"builds", "candidates", "trials", "staging", "current", "lock"}
    assert folder.raw in folder.register.parents
    assert folder.etat.parent == folder.root


def test_naming_a_path_makes_nothing(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "absent")
    assert not any(getattr(folder, name).exists() for name in NAMES)
    with pytest.raises(FrozenInstanceError):
        folder.root = tmp_path  # type: ignore[misc]
