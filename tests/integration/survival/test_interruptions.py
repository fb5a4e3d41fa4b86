"""A build is killed at any moment, or two start at once: what is published stays whole, the next build succeeds."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.builds.publish import verify
from socle.files.manifest import BUILD_NAME, current_build, pointed_build
from socle.paths import DataFolder
from tests.support.builds import (
    CHILDREN,
    build_in_child,
    build_step_by_step,
    child,
    publish_hand_made,
    publish_until_killed,
    quick_build,
)
from tests.support.exports import make_folder
from tests.support.once import copied

KILLS = 20
SEED = 1901


def published(folder: DataFolder) -> str:
    """The name of the published build, once it is shown to be whole and named by CURRENT."""
    build = current_build(folder)
    assert build is not None
    assert build.name == pointed_build(folder)
    verify(build)
    return build.name


def leftovers(folder: DataFolder) -> list[str]:
    """What an interrupted build may leave behind."""
    found = [*folder.candidates.iterdir(), *folder.curated.glob(".*")]
    if folder.staging.is_dir():
        found += folder.staging.glob(".*")
    return [path.name for path in found]


def build_completely(folder: DataFolder) -> float:
    """Build in a child and return the seconds it took."""
    start = time.monotonic()
    with child(build_in_child, folder.root) as process:
        process.join()
        assert process.exitcode == 0
    return time.monotonic() - start


def test_killed_at_twenty_random_moments_a_build_leaves_the_last_good_one_and_the_next_succeeds(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    build_completely(folder)
    last, duration = published(folder), build_completely(folder)
    moments = random.Random(SEED)
    killed = 0
    for number in range(KILLS):
        last = published(folder)
        if number % 3 == 0:
            shutil.rmtree(folder.staging, ignore_errors=True)  # so that reading the files is interrupted too
        with child(build_in_child, folder.root) as process:
            process.join(duration * moments.uniform(0.02, 1))
            process.kill()
            process.join()
            killed += process.exitcode != 0
        now = published(folder)
        assert now == last or now > last
    assert killed > KILLS / 2
    last = published(folder)
    build_completely(folder)
    assert published(folder) > last
    assert leftovers(folder) == []


def test_killed_at_each_change_of_the_disk_a_publication_is_done_or_not_done(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    for rows in (1, 2):
        publish_hand_made(folder, rows, kept=2)
    last = published(folder)
    exit_code, change = -9, 0
    while exit_code:
        change += 1
        with child(publish_until_killed, tmp_path, change) as process:
            process.join()
            exit_code = process.exitcode
        assert exit_code in (0, -9)
        now = published(folder)
        assert now >= last
        last = now
    assert change > 15  # the folder, the databases' rights, the marker, the pointer, the oldest build: all were met
    assert len(list(folder.builds.iterdir())) == 2
    assert leftovers(folder) == []


def test_a_second_builder_is_refused_at_once_and_nothing_is_lost(two_returns: DataFolder, tmp_path: Path) -> None:
    folder = copied(two_returns, tmp_path)
    first = published(folder)
    ours, theirs = CHILDREN.Pipe()
    with child(build_step_by_step, folder.root, theirs) as process:
        ours.recv()
        refused = run_pipeline(folder, "--force")
        while process.is_alive():
            ours.send("continuez")
            if not wait_for_step(ours, process):
                break
        process.join()
        assert process.exitcode == 0
    assert refused.returncode == 1
    said = json.loads(refused.stdout.splitlines()[-1])
    assert said["code"] == "construction_en_cours"
    since = r"Une construction est déjà en cours depuis le \d\d/\d\d/\d{4} à \d\d h \d\d "
    who = rf"\(processus {process.pid}, lancé par \S+ sur \S+\)\. "
    assert re.fullmatch(since + who + "Attendez qu'elle se termine, puis recommencez.", said["erreur"])
    assert published(folder) > first
    assert [build.name for build in sorted(folder.builds.iterdir())] == [first, published(folder)]


def test_the_lock_of_a_killed_builder_is_free(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    ours, theirs = CHILDREN.Pipe()
    with child(build_step_by_step, folder.root, theirs):
        ours.recv()
    build = quick_build(folder).folder
    assert BUILD_NAME.fullmatch(build.name)
    assert published(folder) == build.name
    assert leftovers(folder) == []


def wait_for_step(pipe, process) -> bool:  # type: ignore[no-untyped-def]
    """Return whether another step was said; False once the process has ended."""
    from multiprocessing.connection import wait

    wait([pipe, process.sentinel])
    if not pipe.poll():
        return False
    pipe.recv()
    return True


def run_pipeline(folder: DataFolder, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m pipeline build` on that folder."""
    command = [sys.executable, "-m", "pipeline", "build", *options]
    return subprocess.run(
        command, env={**os.environ, "CLAS_DATA": str(folder.root)}, capture_output=True, text=True, check=False
    )


@pytest.fixture(autouse=True)
def _no_setting_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
