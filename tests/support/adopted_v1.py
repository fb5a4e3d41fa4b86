"""tests/fixtures/demo_arretee_v1: two adopted years of the demo, as a program that kept no rows left them.

Its raw files, arrêts, staged rows and the manifest of its published build are that program's own. Its databases weigh
twenty megabytes and are not read here: a hand-made one stands under the manifest, which says of the rest what it said.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import fields, replace
from pathlib import Path

from pipeline.builds.lock import only_builder
from pipeline.builds.publish import publish, seal
from socle.files.manifest import Manifest
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from tests.support.builds import hand_made

FIXTURE = PROJECT_ROOT / "tests" / "fixtures" / "demo_arretee_v1"
YEARS = ("2014-2015", "2016-2017")


def as_it_was_left(root: Path) -> DataFolder:
    """A copy of the two years, the build that adopted them being published."""
    folder = DataFolder(root)
    shutil.copytree(FIXTURE, root)
    said = json.loads((root / "manifest.json").read_bytes())
    (root / "manifest.json").unlink()
    with only_builder(folder):
        candidate, made = hand_made(folder)
        seal(
            candidate,
            _of_two_years(Manifest(**{f.name: said[f.name] for f in fields(Manifest) if f.name in said}), made),
        )
        publish(folder, candidate, kept=5)
    return folder


def _of_two_years(said: Manifest, made: Manifest) -> Manifest:
    inputs = {name: sha256 for name, sha256 in said.inputs.items() if _is_of(name.removeprefix("(arrêts)/"))}
    staged = {name: place for name, place in said.staged.items() if _is_of(name)}
    return replace(
        made,
        inputs=inputs | {"(programme)": said.inputs["(programme)"]},
        staged=staged,
        campaigns=[line for line in said.campaigns if line["campagne"] in YEARS],
        arrets=[arret for arret in said.arrets if arret["campagne"] in YEARS],
    )


def _is_of(name: str) -> bool:
    return name.startswith(YEARS) or name == "porteurs.csv"
