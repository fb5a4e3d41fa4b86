"""The child that reads a file is killed: by the system, nothing is built; by the file, the file is refused."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.faults import change_workbook, clas, left_behind, published

STEP = 0.002


@pytest.fixture
def data(built_years: Path, tmp_path: Path) -> Path:
    """Two years, built, then a workbook in place of a file: the only one that has to be read."""
    root = Path(shutil.copytree(built_years, tmp_path / "data"))
    change_workbook(root)
    return root


def readers() -> list[int]:
    """The reading children of this process."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"pipeline.staging.child" in (path / "cmdline").read_bytes():
                found.append(int(path.name))
        except OSError:  # it ended in the meantime
            continue
    return found


@contextmanager
def killing_readers(number: signal.Signals) -> Iterator[list[int]]:
    """Send a signal to every reading child as soon as it is there; give the list of those."""
    killed: list[int] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            for pid in readers():
                if pid not in killed:
                    os.kill(pid, number)
                    killed.append(pid)
            time.sleep(STEP)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield killed
    finally:
        stop.set()
        watching.join()


def test_killed_by_the_system_nothing_is_built_and_the_next_build_succeeds(data: Path) -> None:
    last = published(data)
    with killing_readers(signal.SIGKILL) as killed:
        code, out, err = clas(data, "build")
    assert killed
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == (
        "Le système a arrêté la lecture de reponses.xlsx, sans doute faute de mémoire : rien n'a été construit, ce qui "
        "était publié le reste. Fermez d'autres programmes, puis recommencez ; si cela se répète, découpez ce fichier "
        "ou retirez-le."
    )
    assert published(data) == last
    assert left_behind(data) == []
    assert clas(data, "build")[0] == 0
    assert published(data) > last


def test_a_child_that_aborts_has_its_file_refused_and_read_again_by_the_next_build(data: Path) -> None:
    last = published(data)
    with killing_readers(signal.SIGABRT) as killed:
        code, _, err = clas(data, "build")
    assert killed
    assert code == 1
    assert "reponses.xlsx n'a pas pu être lu" in err
    assert published(data) > last
    code, out, _ = clas(data, "build")
    assert code == 0
    assert "publiée le" in out
    assert clas(data, "build")[1].startswith("Rien de nouveau")


def test_a_file_that_is_only_checked_says_the_same(data: Path) -> None:
    received = data / "raw" / "2019-2020" / "reponses.xlsx"
    with killing_readers(signal.SIGKILL):
        code, _, err = clas(data, "check", str(received))
    assert code == 1
    assert "Le système a arrêté la lecture de reponses.xlsx" in err
    assert clas(data, "check", str(received))[0] == 0
