"""How many readers the files are worth."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.staging.pool import FEW, MOST, SMALL, readers_for


@pytest.mark.parametrize(
    ("number", "size", "readers"), [(0, 0, 0), (1, 2 * SMALL, 1), (FEW, 10, 1), (FEW + 1, 10, MOST), (2, SMALL, MOST)]
)
def test_few_small_files_are_read_one_after_the_other(tmp_path: Path, number: int, size: int, readers: int) -> None:
    files = [tmp_path / f"{rank}.csv" for rank in range(number)]
    for path in files:
        path.write_bytes(b"x" * size)
    assert readers_for(files) == readers


def test_a_file_that_is_gone_weighs_nothing(tmp_path: Path) -> None:
    assert readers_for([tmp_path / "parti.csv"]) == 1
