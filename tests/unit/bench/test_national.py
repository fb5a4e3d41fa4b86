"""The fictitious France is the same for the same arguments, of the size asked for, and holds the faults declared."""

from __future__ import annotations

import csv
from pathlib import Path

from bench.national import FAULTY, write_france
from socle.paths import DataFolder


def written(root: Path, returns: int, years: int, departements: int) -> dict[str, bytes]:
    write_france(DataFolder(root), returns, years, departements)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_same_arguments_give_the_same_files(tmp_path: Path) -> None:
    first, second = (written(tmp_path / name, 600, 2, 7) for name in ("a", "b"))
    assert first == second
    assert len(first) == 1 + 2 * 3


def test_it_has_the_returns_the_departements_and_the_faults_asked_for(tmp_path: Path) -> None:
    (file,) = write_france(DataFolder(tmp_path), 4_000, 1, 101)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    with (file.parent / "agrements.csv").open(encoding="utf-8", newline="") as lines:
        roster = list(csv.DictReader(lines, delimiter=";"))
    assert len(rows) == 4_000
    assert len({row["Département"] for row in roster}) == 101
    assert {"2A", "974", "976"} < {row["Département"] for row in roster}
    wrong = [row for row in rows if {"beaucoup", "900", "Club de sport", "500"} & set(row.values())]
    assert len(wrong) == 4_000 // FAULTY
