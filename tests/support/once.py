"""A data folder made once for a whole run of the tests, whatever the number of its workers."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from socle.paths import DataFolder


def made_once(base: Path, name: str, make: Callable[[DataFolder], object]) -> DataFolder:
    """The folder of that name, which the first worker to come makes; `base` is tmp_path_factory.getbasetemp()."""
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = DataFolder(shared / name), shared / f"{name}.fait"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make(folder)
            done.touch()
    return folder


def copied(made: DataFolder, root: Path) -> DataFolder:
    """A copy of it in that folder, which may be there if it is empty: one to change, in place of another build."""
    return DataFolder(Path(shutil.copytree(made.root, root, dirs_exist_ok=True)))
