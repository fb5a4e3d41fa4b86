"""The wheel stands alone: built, installed out of the clone, it holds every file it reads and does the demo's year."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.reading.campaigns import program_hash
from scripts.house import FLOORS
from socle.settings import PROJECT_ROOT

SHIPPED = (*FLOORS, "expectations")
NOTICES = sorted(path.name for pattern in ("LICEN[CS]E*", "NOTICE*") for path in PROJECT_ROOT.glob(pattern))
WHERE = """
import pipeline
from pipeline.reading.campaigns import program_hash
print(pipeline.__file__, program_hash())
"""
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]


@dataclass(frozen=True)
class Installed:
    """The program in an environment of its own, used by somebody who has no clone and no settings."""

    programs: Path
    home: Path

    def run(self, program: str, *arguments: str) -> str:
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
        done = subprocess.run(
            [self.programs / program, *arguments], cwd=self.home, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def packages(self) -> Path:
        """Where its modules are."""
        return next((self.programs.parent / "lib").glob("python*/site-packages"))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, as setuptools writes beside what it builds; nothing but what the wheel is made of."""
    copy = tmp_path_factory.mktemp("sources")
    for package in SHIPPED:
        shutil.copytree(PROJECT_ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", *NOTICES):
        shutil.copy(PROJECT_ROOT / name, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    options = ["--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", out]
    subprocess.run([*PIP, "wheel", *options, sources], check=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    root = tmp_path_factory.mktemp("ailleurs")
    program = Installed(root / "env" / "bin", root / "home")
    program.home.mkdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / "env"], check=True)
    python = program.programs / "python"
    subprocess.run([*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel], check=True)
    # A folder named in a .pth has its own .pth ignored: the clone, installed there, is not found through it.
    (program.packages / "dependances.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    return program


def test_every_file_of_the_packages_is_in_the_wheel(sources: Path, wheel: Path) -> None:
    files = [path.relative_to(sources) for package in SHIPPED for path in (sources / package).rglob("*")]
    standing = {path.as_posix() for path in files if (sources / path).is_file()}
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {"expectations/reponse.yml", "bilan/fonts/coverage.txt", "dashboard/script/script.py"} < standing
    assert standing - set(names) == set()
    assert {name for name in names if ".dist-info/" not in name} == standing
    assert set(NOTICES) <= {Path(name).name for name in names if ".dist-info/licenses/" in name}


def test_the_program_installed_is_another_one_that_makes_the_same_figures(installed: Installed) -> None:
    place, made_by = installed.run("python", "-c", WHERE).split()
    assert Path(place).parents[1] == installed.packages
    assert made_by == program_hash()


def test_it_makes_the_demo_s_data_in_the_home_folder_and_a_bilan_comes_out_of_it(installed: Installed) -> None:
    """Two years of it: `clas demo` builds the eleven in the clone, and this is another place, not another program."""
    before = set(installed.packages.iterdir())
    raw = installed.home / "clas-donnees" / "raw"
    installed.run("python", "-m", "clas_demo", "--out", str(raw))
    for year in {path for path in raw.iterdir() if path.is_dir()} - {raw / "2018-2019", raw / "2019-2020"}:
        shutil.rmtree(year)
    installed.run("clas", "build")
    assert installed.run("clas", "build").startswith("Rien de nouveau")
    assert "41" in installed.run("clas", "explain", "nb_actions/2019-2020")
    installed.run("clas", "bilan", "2019-2020", "--edition", "comite", "--out", "x.pdf")
    assert (installed.home / "x.pdf").read_bytes().startswith(b"%PDF-")
    assert {path.name for path in installed.home.iterdir() if not path.name.startswith(".")} == {
        "clas-donnees",
        "x.pdf",
    }
    assert set(installed.packages.iterdir()) == before
