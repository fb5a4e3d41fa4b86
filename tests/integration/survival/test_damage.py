"""Something on the disk is damaged: the last good build is shown, a sentence says so, and the next build mends it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.reading.campaigns import input_hashes, load_campaigns
from pipeline.staging.stage_all import stage_all
from socle.files.manifest import DIFFUSION, MANIFEST, PRIVATE, WAREHOUSE, current_build, read_manifest
from socle.paths import DataFolder
from tests.support.builds import publish_hand_made, quick_codebook, silent
from tests.support.faults import change_something, clas, left_behind, published

Damage = Callable[[Path], object]
BUILD_FILES = (WAREHOUSE, DIFFUSION, PRIVATE, MANIFEST)


@pytest.fixture(scope="module")
def built(built_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two builds of two years; copy them."""
    root = Path(shutil.copytree(built_years, tmp_path_factory.mktemp("modele") / "data"))
    change_something(root)
    assert clas(root, "build")[0] == 0
    return root


@pytest.fixture
def data(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "data", symlinks=True))


def builds(data: Path) -> list[Path]:
    return sorted(DataFolder(data).builds.iterdir())


def flip(place: float) -> Damage:
    """Change one bit, at that part of the file."""

    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(int((path.stat().st_size - 1) * place))
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 4]))

    return damage


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def as_a_folder(path: Path) -> None:
    path.unlink()
    (path / "dedans").mkdir(parents=True)


DAMAGES: dict[str, Damage] = {
    "cut": cut,
    "empty": lambda path: os.truncate(path, 0),
    "missing": lambda path: path.unlink(),
    "a folder": as_a_folder,
    "bit at the start": flip(0),
    "bit in the middle": flip(0.5),
    "bit at the end": flip(0.98),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("name", BUILD_FILES)
def test_a_build_that_is_damaged_gives_way_to_the_one_before(data: Path, name: str, damage: Damage) -> None:
    first, second = builds(data)
    damage(second / name)
    assert current_build(DataFolder(data)) == first
    code, out, err = clas(data, "sql", "select count(*) as n from core.action", "--format", "csv")
    assert (code, out) == (0, "n\n2\n")
    shown = f"les chiffres montrés sont ceux de la construction {first.name}"
    assert err.startswith(f"La construction {second.name} est abîmée : {shown}")
    assert "clas build --force" in err


@pytest.mark.parametrize(
    ("name", "damage"), [(WAREHOUSE, flip(0.5)), (DIFFUSION, cut), (PRIVATE, as_a_folder), (MANIFEST, flip(0.5))]
)
def test_the_next_build_takes_the_place_of_a_damaged_one(data: Path, name: str, damage: Damage) -> None:
    _, second = builds(data)
    damage(second / name)
    code, out, err = clas(data, "build")
    assert (code, "publiée le" in out) == (0, True), err
    assert published(data) > second.name
    assert left_behind(data) == []
    assert clas(data, "build")[1].startswith("Rien de nouveau")


@pytest.mark.parametrize("name", [WAREHOUSE, MANIFEST])
def test_when_every_build_is_damaged_nothing_is_shown_and_the_next_build_mends_it(data: Path, name: str) -> None:
    for build in builds(data):
        flip(0.5)(build / name)
    code, out, err = clas(data, "sql", "select 1")
    assert (code, out) == (1, "")
    assert "clas build" in err
    assert clas(data, "build")[0] == 0
    published(data)


CURRENTS: dict[str, Damage] = {
    "empty": lambda path: os.truncate(path, 0),
    "binary": lambda path: path.write_bytes(bytes(range(256))),
    "cut": lambda path: os.truncate(path, 10),
    "missing": lambda path: path.unlink(),
    "a folder": as_a_folder,
    "a broken link": lambda path: (path.unlink(), path.symlink_to("nulle-part")),
    "a build that is not there": lambda path: path.write_text("000042-20300101T000000Z\n", encoding="utf-8"),
    "the last number there is": lambda path: path.write_text("999999-20300101T000000Z\n", encoding="utf-8"),
}


@pytest.mark.parametrize("damage", CURRENTS.values(), ids=CURRENTS)
def test_a_damaged_pointer_shows_the_last_build_until_it_is_written_again(data: Path, damage: Damage) -> None:
    folder, last = DataFolder(data), builds(data)[-1]
    damage(folder.current)
    assert current_build(folder) == last
    code, out, err = clas(data, "sql", "select count(*) as n from core.action", "--format", "csv")
    assert (code, out) == (0, "n\n2\n")
    assert last.name in err
    assert clas(data, "rollback")[0] == 0
    assert published(data) == last.name
    damage(folder.current)
    assert publish_hand_made(folder).name[:6] in ("000003", "000043")
    assert published(data) > last.name


@pytest.mark.parametrize("name", ["a folder", "cut"])
def test_a_build_with_nothing_new_writes_a_damaged_pointer_again(data: Path, name: str) -> None:
    last = builds(data)[-1].name
    CURRENTS[name](DataFolder(data).current)
    assert clas(data, "build")[0] == 0
    assert published(data) > last
    assert clas(data, "build")[1].startswith("Rien de nouveau")


def test_staged_rows_that_are_damaged_are_read_again_from_what_was_received(
    data: Path, subtests: pytest.Subtests
) -> None:
    folder = DataFolder(data)
    before = read_manifest(builds(data)[-1])
    assert before
    sound = staged_rows(folder)
    assert len(sound) > 9
    for name, damage in {"cut": cut, "bit": flip(0.5)}.items():
        damage_staged(folder, damage)
        with subtests.test(name):
            assert staged_rows(folder) == sound
    damage_staged(folder, lambda path: path.unlink())
    code, _, err = clas(data, "build", "--force")
    assert code == 0, err
    after = read_manifest(DataFolder(data).builds / published(data))
    assert after
    assert after.figures_hash == before.figures_hash


def damage_staged(folder: DataFolder, damage: Damage) -> None:
    staged = [path for path in folder.staging.rglob("*") if path.is_file()]
    assert len(staged) > 15
    for path in staged:
        damage(path)


def staged_rows(folder: DataFolder) -> dict[tuple[str, str], list[tuple[object, ...]]]:
    """All that a build would load, read again where what is staged is damaged."""
    campaigns = load_campaigns(folder)
    files = stage_all(folder, quick_codebook(), campaigns, input_hashes(folder), silent)
    assert [file.fichier for file in files if file.refusal] == []
    with duckdb.connect() as connection:
        return {
            (file.label, path.name): connection.execute(f"from '{path}' order by all").fetchall()
            for file in files
            for path in sorted(file.folder.glob("*.parquet"))
        }
