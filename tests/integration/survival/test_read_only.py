"""A data folder that cannot be written: what is published is read, nothing is built, one sentence says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.support.disks import Disk, can_mount, small_disk
from tests.support.faults import YEAR, Said, change_something, clas, files, left_behind, published

READ_ONLY = "est en lecture seule : ce qui était publié le reste. Faites-le rendre modifiable"
FORBIDDEN = "est hors d'atteinte, car vous n'en avez pas le droit : ce qui était publié le reste. Demandez ce droit"


@pytest.fixture(params=["mounted", "rights"])
def disk(request: pytest.FixtureRequest, built_years: Path, tmp_path: Path) -> Iterator[Disk]:
    """Two years on a disk mounted read-only, or in a folder whose rights forbid to write."""
    with small_disk(tmp_path / "disque", mounted=request.param == "mounted") as small:
        small.call(shutil.copytree, built_years, small.place / "data")
        yield small


@pytest.fixture
def sentence(request: pytest.FixtureRequest) -> str:
    """What is said of that disk."""
    return READ_ONLY if request.node.callspec.params["disk"] == "mounted" and can_mount() else FORBIDDEN


def is_refused(said: Said, sentence: str) -> bool:
    code, out, err = said
    return code == 1 and out == "" and sentence in err.splitlines()[-1]


def test_nothing_is_written_and_all_that_only_reads_goes_on(disk: Disk, sentence: str) -> None:
    data = disk.place / "data"
    disk.lock()
    before = disk.call(files, data)
    assert disk.call(clas, data, "build")[1].startswith("Rien de nouveau")
    assert disk.call(clas, data, "status")[0] == 0
    assert disk.call(clas, data, "sql", "select count(*) as n from core.action", "--format", "csv")[1] == "n\n2\n"
    assert disk.call(clas, data, "explain", f"nb_enfants_accueillis/{YEAR}/45")[0] == 0
    assert disk.call(clas, data, "check", str(data / "raw" / YEAR / "reponses.csv"))[0] == 0
    for command in (["build", "--force"], ["build", "--essai"], ["rollback"], ["arreter", YEAR], ["rouvrir", YEAR]):
        assert is_refused(disk.call(clas, data, *command), sentence), command
    code, _, err = disk.call(clas, data, "sql", "select 1", "--out", str(disk.place / "data" / "x.csv"))
    assert code == 1
    assert err.startswith(f"Rien n'a pu être écrit dans {disk.place / 'data' / 'x.csv'} : ")
    assert disk.call(files, data) == before


def test_once_it_can_be_written_again_the_next_build_succeeds(disk: Disk, sentence: str) -> None:
    data = disk.place / "data"
    last = disk.call(published, data)
    disk.call(change_something, data)
    disk.lock()
    assert is_refused(disk.call(clas, data, "build"), sentence)
    assert disk.call(published, data) == last
    disk.unlock()
    assert disk.call(clas, data, "build")[0] == 0
    assert disk.call(published, data) > last
    assert disk.call(left_behind, data) == []


def test_an_error_nobody_foresaw_still_has_its_sentence(disk: Disk) -> None:
    disk.lock()
    code, err = disk.call(_unforeseen, disk.place / "data")
    assert code == 3
    assert "référence sans numéro" in err
    assert "Traceback" not in err


def _unforeseen(root: Path) -> tuple[int, str]:
    with patch("cli.building.status.status", side_effect=ZeroDivisionError):
        code, _, err = clas(root, "status")
    return code, err
