"""A disk gets full at any moment of a command: what is published stays, one sentence says so, the next run succeeds."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import duckdb
import pytest

from pipeline.__main__ import main as pipeline_main
from socle.files.manifest import current_build
from socle.paths import DataFolder
from socle.process.machine import machine_refusal
from socle.settings import PROJECT_ROOT
from tests.support.builds import plain, publish_hand_made
from tests.support.diffusion import loiret, publish_diffusion
from tests.support.disks import Disk, can_mount, small_disk
from tests.support.faults import (
    OTHER,
    YEAR,
    Said,
    change_something,
    change_workbook,
    clas,
    clas_until_full,
    files,
    left_behind,
    publish_until_full,
    published,
)

PAGE = 4096
FULL = re.compile(r"Le disque de \S+ est plein \(libre : [\d,]+ [kMG]o\) : ce qui était publié le reste\. "
                  r"Libérez de la place, puis recommencez\.\n")  # fmt: skip
NO_ROOM = "il n'y a plus de place sur le disque" if can_mount() else "un fichier dépasserait la taille permise"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disque") as mounted:
        yield mounted


@pytest.fixture
def data(disk: Disk, built_years: Path) -> Path:
    """The two years, on the disk."""
    return Path(disk.call(shutil.copytree, built_years, disk.place / "data"))


def refused(said: Said) -> bool:
    code, out, err = said
    return code == 1 and out == "" and FULL.fullmatch(err) is not None


def test_full_at_any_step_of_a_build(disk: Disk, data: Path) -> None:
    disk.call(change_something, data)
    said, steps = disk.call(clas_until_full, disk, 0, 0, data, "build")
    assert said[0] == 0
    assert list(dict.fromkeys(steps)) == ["Lecture", "Contrôle", "Calcul", "Chiffres", "Publication"]
    last = disk.call(published, data)
    for kind in dict.fromkeys(steps):
        disk.call(change_something, data)
        said, _ = disk.call(clas_until_full, disk, steps.index(kind) + 1, 0, data, "build")
        assert refused(said), (kind, said)
        assert disk.call(published, data) == last
        assert disk.call(left_behind, data) == []
        disk.empty()
        said = disk.call(clas, data, "build")
        assert said[0] == 0, (kind, said)
        assert disk.call(published, data) > last
        last = disk.call(published, data)


def test_full_while_a_workbook_is_read_the_workbook_is_not_to_blame(disk: Disk, data: Path) -> None:
    disk.call(change_workbook, data)
    assert refused(disk.call(clas_until_full, disk, 1, 0, data, "build")[0])
    disk.empty()
    assert disk.call(clas, data, "build")[0] == 0


def test_when_no_folder_takes_a_temporary_file_the_sentence_is_the_same(tmp_path: Path, built_years: Path) -> None:
    with small_disk(tmp_path / "disque", mounted=False) as full:
        data = Path(shutil.copytree(built_years, full.place / "data"))
        change_something(data)
        assert refused(full.call(clas_until_full, full, 1, 0, data, "build")[0])
        received = data / "raw" / YEAR / "reponses.csv"
        assert refused(full.call(clas_until_full, full, 1, 0, data, "check", str(received))[0])
        assert full.call(clas, data, "check", str(received))[0] == 0


def test_a_build_says_the_same_to_a_program(disk: Disk, data: Path) -> None:
    disk.call(change_something, data)
    disk.call(disk.fill)
    assert disk.call(_as_a_program, disk, data) == (1, "disque_plein")


def test_full_at_each_change_of_the_disk_a_publication_is_not_done_and_binds_nothing(disk: Disk) -> None:
    root = disk.place / "data"
    disk.call(_publish, root)
    last, raised, change = disk.call(published, root), "?", 0
    while raised:
        change += 1
        kept = set(disk.call(files, root / "etat"))
        raised = disk.call(publish_until_full, disk, root, change)
        disk.empty()
        now = disk.call(published, root)
        assert raised == "" or "est plein" in raised, raised
        assert now > last if raised == "" else now == last
        assert disk.call(left_behind, root) == []
        assert raised == "" or set(disk.call(files, root / "etat")) == kept
        last = now
    assert change > 8
    assert disk.call(publish_until_full, disk, root, 0) == ""


@pytest.mark.parametrize("left", [page * PAGE for page in range(6)])
def test_full_while_an_adoption_is_written_all_is_adopted_or_nothing(disk: Disk, data: Path, left: int) -> None:
    said, _ = disk.call(clas_until_full, disk, 1, left, data, "arreter", YEAR, OTHER)
    written = disk.call(files, data / "etat")
    disk.empty()
    if refused(said):
        assert written == {}
        assert disk.call(clas, data, "arreter", YEAR, OTHER)[0] == 0
    else:
        assert said[0] == 1
        assert said[2].startswith(f"L'arrêt de {YEAR} et {OTHER} est enregistré ; la construction qui le montre")
        assert "relancez « clas build ». Le disque de" in said[2]
        said = disk.call(clas, data, "build")
        assert said[0] == 0, said
    kept = disk.call(files, data / "etat" / "arrets")
    assert len([name for name in kept if ".lignes" not in name]) == 4
    assert "arrêtée" in disk.call(clas, data, "status")[1]


def test_what_does_not_fit_in_memory_and_finds_no_room_on_the_disk_is_a_full_disk(disk: Disk) -> None:
    told = disk.call(_spill, disk)
    assert "max_temp_directory_size" in told or "write" in told
    assert FULL.fullmatch(told.rpartition("\n\n")[2] + "\n")


def test_full_during_an_export_the_earlier_one_stays(disk: Disk) -> None:
    root, out = disk.place / "data", disk.place / "ouvert"
    disk.call(_publish_diffusion, root)
    assert disk.call(clas, root, "export", "--out", str(out))[0] == 0
    before = disk.call(files, out)
    _, steps = disk.call(clas_until_full, disk, 0, 0, root, "export", "--out", str(out))
    assert len(steps) > 4
    for number, _ in enumerate(steps, start=1):
        said, _ = disk.call(clas_until_full, disk, number, 0, root, "export", "--out", str(out))
        assert said == (1, "", f"Rien n'a pu être écrit dans {out} : {NO_ROOM}. Indiquez un autre dossier.\n")
        assert disk.call(files, out) == before
        disk.empty()
        assert set(disk.call(_names, disk.place)) == {"data", "ouvert"}
    assert disk.call(clas, root, "export", "--out", str(out))[0] == 0


@pytest.mark.parametrize(
    "command",
    [
        ("sql", "select range, md5(range::varchar) from range(100000)", "--format", "csv", "--out"),
        ("sql", "from range(100000)", "--format", "json", "--out"),
        ("dictionary", "--out"),
    ],
)
def test_full_while_a_command_writes_its_file_there_is_none(disk: Disk, data: Path, command: tuple[str, ...]) -> None:
    target = disk.place / "sortie.txt"
    code, out, err = disk.call(_on_a_full_disk, disk, data, *command, str(target))
    assert (code, out) == (1, "")
    assert err == f"Rien n'a pu être écrit dans {target} : {NO_ROOM}. Indiquez un autre dossier.\n"
    assert disk.call(_names, disk.place) == ["data"]


def test_a_screen_that_cannot_be_written_is_an_error_in_a_sentence(disk: Disk, data: Path) -> None:
    code, err = disk.call(_to_full_device, data, "status")
    assert code == 1
    assert FULL.fullmatch(err)


def test_the_published_build_is_read_while_the_disk_is_full(disk: Disk, data: Path) -> None:
    build = disk.call(_current, data)
    query = "select count(*) as n from core.action"
    code, out, _ = disk.call(_on_a_full_disk, disk, data, "sql", query, "--format", "csv")
    assert (code, out) == (0, "n\n2\n")
    assert disk.call(_current, data) == build


def _publish(root: Path) -> None:
    for rows in (1, 2):
        publish_hand_made(DataFolder(root), rows, kept=2)


def _publish_diffusion(root: Path) -> None:
    publish_diffusion(DataFolder(root), loiret())


def _spill(disk: Disk) -> str:
    """What DuckDB says of a sort larger than its memory and than the disk, then what is made of it."""
    disk.fill(1 << 20)
    settings = {"memory_limit": "40MB", "temp_directory": str(disk.place / "lourd"), "threads": "1"}
    with duckdb.connect(config=settings) as connection:
        try:
            connection.execute("create table t as select md5(range::varchar) as m from range(4000000) order by m")
        except duckdb.Error as error:
            return f"{error}\n\n{plain(machine_refusal(error, DataFolder(disk.place)))}"
    return ""


def _names(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def _on_a_full_disk(disk: Disk, root: Path, *arguments: str) -> Said:
    disk.fill(20 * PAGE)
    try:
        return clas(root, *arguments)
    finally:
        (disk.place / "lest").unlink(missing_ok=True)


def _as_a_program(disk: Disk, root: Path) -> tuple[int, str]:
    disk.fill()
    os.environ["CLAS_DATA"] = str(root)
    with redirect_stdout(io.StringIO()) as out:
        code = pipeline_main(["build"])
    return code, json.loads(out.getvalue().splitlines()[-1])["code"]


def _to_full_device(root: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "cli.main", *arguments]
    environment = os.environ | {"CLAS_DATA": str(root), "PYTHONPATH": str(PROJECT_ROOT)}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment)
    return done.returncode, done.stderr.replace("\u202f", " ")


def _current(root: Path) -> str:
    build = current_build(DataFolder(root))
    return build.name if build else ""
