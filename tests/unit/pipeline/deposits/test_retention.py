"""What was received is erased once its time is over, and nothing that a load kept still needs."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.deposits.load_history import Change, loads, record_load
from pipeline.deposits.retention import Forgotten, forget_old
from pipeline.deposits.uploads import content, keep
from socle.paths import DataFolder

_OLD = datetime.now(UTC) - timedelta(days=400)


def _age(path: Path) -> None:
    """Have the file say, in its own words too, that it was written 400 days ago."""
    declared = json.loads(path.read_bytes())
    for one in declared if isinstance(declared, list) else [declared]:
        one["quand"] = _OLD.isoformat(timespec="seconds")
    path.write_text(json.dumps(declared), encoding="utf-8")


def _left(folder: DataFolder, text: bytes) -> str:
    sha256 = keep(folder, text, "a.csv", "Agent")
    os.utime(folder.deposits / sha256, (_OLD.timestamp(), _OLD.timestamp()))
    _age(folder.deposits / f"{sha256}.json")
    return sha256


def _folder(root: Path) -> tuple[DataFolder, str, str, str]:
    folder = DataFolder(root)
    gone, needed = _left(folder, b"ancien"), _left(folder, b"sert encore")
    recent = keep(folder, b"recent", "b.csv", "Agent")
    record_load(folder, "ancienne", "Agent", (Change("raw/a.csv", None, gone),))
    _age(folder.loads / "ancienne.json")
    record_load(folder, "recente", "Agent", (Change("raw/a.csv", needed, recent),))
    return folder, gone, needed, recent


def test_what_is_past_its_time_is_erased_and_what_a_kept_load_needs_stays(tmp_path: Path) -> None:
    folder, gone, needed, recent = _folder(tmp_path)
    assert forget_old(folder, 365) == Forgotten(chargements=1, depots=1)
    assert [one.build for one in loads(folder)] == ["recente"]
    assert content(folder, needed) == b"sert encore"
    assert content(folder, recent) == b"recent"
    assert not list(folder.deposits.glob(f"{gone}*"))
    assert forget_old(folder, 365) == Forgotten(0, 0)


def test_nothing_is_erased_before_its_time_nor_while_a_preparation_is_open(tmp_path: Path) -> None:
    folder, gone, _, _ = _folder(tmp_path)
    assert forget_old(folder, 500) == Forgotten(0, 0)
    folder.preparation.mkdir()
    assert forget_old(folder, 365) == Forgotten(0, 0)
    assert content(folder, gone) == b"ancien"


def test_a_folder_that_received_nothing_has_nothing_to_erase(tmp_path: Path) -> None:
    assert forget_old(DataFolder(tmp_path), 365) == Forgotten(0, 0)
