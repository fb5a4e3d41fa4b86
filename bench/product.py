"""The product: from the CSV of a data folder to a published build, validation included.

`python -m bench.product FOLDER [--keep]`: Great Expectations is imported before the clock starts; what an earlier build
kept is thrown away unless `--keep`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from bench.measure import timed
from pipeline.run import run_build
from socle.paths import DataFolder
from socle.settings import load_settings


def build(folder: DataFolder) -> dict[str, Any]:
    """Build all that the folder holds and return the build's name; a file refused is an error: it would not be read."""
    result = run_build(folder, load_settings(), lambda _: None)
    if result.manifest.refused:
        raise ValueError(f"refused: {result.manifest.refused}")
    return {"build": result.folder.name}


def main() -> None:
    """Run as a step of the bench."""
    import pipeline.quality.great_expectations_run  # noqa: F401  the floor has no such import

    folder = DataFolder(Path(sys.argv[1]))
    if sys.argv[2:] != ["--keep"]:
        shutil.rmtree(folder.curated, ignore_errors=True)
    timed(lambda: build(folder))


if __name__ == "__main__":
    main()
