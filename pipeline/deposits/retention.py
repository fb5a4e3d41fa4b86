"""What is past its time in etat/depots and etat/chargements -> erased: a received file holds what people wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.deposits.load_history import loads
from pipeline.deposits.uploads import deposits_of
from socle.paths import DataFolder


@dataclass(frozen=True)
class Forgotten:
    """How many were erased."""

    chargements: int
    depots: int


def forget_old(folder: DataFolder, days: int) -> Forgotten:
    """Erase the loads older than that, then the deposits last left before, but for those that a kept load needs.

    Nothing is erased while a preparation is open.
    """
    if folder.preparation.exists():  # it may name what was left long ago
        return Forgotten(0, 0)
    limit = datetime.now(UTC) - timedelta(days=days)
    known = loads(folder)
    old = [load for load in known if datetime.fromisoformat(load.quand) < limit]
    kept = [load for load in known if load not in old]
    for load in old:
        (folder.loads / f"{load.build}.json").unlink(missing_ok=True)
    needed = {sha256 for load in kept for change in load.changements for sha256 in (change.avant, change.apres)}
    past = [path for path in _contents(folder) if path.name not in needed and _last_left(folder, path) < limit]
    for path in past:
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}.json").unlink(missing_ok=True)
    return Forgotten(len(old), len(past))


def _contents(folder: DataFolder) -> list[Path]:
    if not folder.deposits.is_dir():
        return []
    return [path for path in folder.deposits.iterdir() if path.is_file() and not path.suffix]


def _last_left(folder: DataFolder, path: Path) -> datetime:
    """When it was last left; what lost its index is dated by its file."""
    known = [datetime.fromisoformat(deposit.quand) for deposit in deposits_of(folder, path.name)]
    return max([*known, datetime.fromtimestamp(path.stat().st_mtime, UTC)])
