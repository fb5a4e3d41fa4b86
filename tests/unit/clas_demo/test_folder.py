"""Where the demo settles: an empty folder or its own, nowhere else; its files are written whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clas_demo import folder as module
from clas_demo.folder import take
from pipeline.builds.lock import only_builder
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from socle.words.refusal import Refusal
from tests.support.builds import plain, silent

RAW = PROJECT_ROOT / "data" / "raw"


@pytest.fixture
def demo(tmp_path: Path) -> DataFolder:
    """The files of the repository, in a folder of their own."""
    folder = DataFolder(tmp_path / "donnees")
    shutil.copytree(RAW, folder.raw)
    return folder


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def as_real(folder: DataFolder, campagne: str) -> None:
    declaration = folder.raw / campagne / "campagne.yml"
    declaration.write_text(declaration.read_text(encoding="utf-8").replace("true", "false"), encoding="utf-8")


def refused(folder: DataFolder) -> Refusal:
    """Why the demo does not settle there; nothing is touched."""
    before = contents(folder.root)
    with pytest.raises(Refusal) as refusal:
        take(folder, silent)
    assert contents(folder.root) == before
    return refusal.value


def test_an_empty_folder_receives_the_files_of_the_repository(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "donnees")
    folder.curated.mkdir(parents=True)
    for path in (folder.lock, folder.curated / "README.md", folder.root / "clas.toml"):
        path.touch()
    take(folder, silent)
    assert contents(folder.raw) == contents(RAW)
    assert {path.name for path in folder.root.iterdir()} == {"clas.toml", "curated", "raw"}


def test_its_own_folder_stays_as_it_is_what_was_tried_in_it_too(demo: DataFolder) -> None:
    shutil.copytree(demo.raw / "2019-2020", demo.raw / "2025-2026")
    tried = demo.raw / "2025-2026" / "campagne.yml"
    tried.write_text(tried.read_text(encoding="utf-8").replace("2019-2020", "2025-2026"), encoding="utf-8")
    before = contents(demo.root)
    take(demo, silent)
    assert contents(demo.root) == before


def test_writing_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(out: Path) -> None:
        out.mkdir()
        (out / "porteurs.csv").touch()
        raise ZeroDivisionError

    folder = DataFolder(tmp_path / "donnees")
    monkeypatch.setattr(module, "generate", fail)
    with pytest.raises(ZeroDivisionError):
        take(folder, silent)
    assert contents(folder.root).keys() == {"curated/construction.lock"}


def test_a_folder_of_anything_else_is_refused_by_name(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    for name in ("etat/access.sqlite", "photos/vacances.jpg", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert "(etat, notes.txt, photos)" in plain(refused(folder))


def test_years_of_the_demo_that_were_made_real_are_refused(demo: DataFolder) -> None:
    for path in demo.raw.glob("*/"):
        as_real(demo, path.name)
    assert "autre chose que l'exemple fictif (raw)" in plain(refused(demo))


def test_one_real_year_among_those_of_the_demo_is_refused(demo: DataFolder) -> None:
    as_real(demo, "2024-2025")
    assert "Des données réelles (2024-2025)" in plain(refused(demo))


def test_a_folder_where_a_year_of_the_demo_is_missing_is_another_one(demo: DataFolder) -> None:
    shutil.rmtree(demo.raw / "2016-2017")
    assert "autre chose" in plain(refused(demo))


def test_nobody_else_builds_there_meanwhile(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with only_builder(folder):
        assert refused(folder).code == "construction_en_cours"
