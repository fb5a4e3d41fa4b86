"""What children do on a disk about to fail: a command, a publication, a look at what is left."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

import xlsxwriter

from cli.main import main
from pipeline.builds.lock import leftovers
from pipeline.builds.publish import verify
from socle.files.manifest import current_build, pointed_build
from socle.paths import DataFolder
from tests.support.builds import built_with, plain, publish_hand_made, quick_build, quick_codebook
from tests.support.disks import Disk
from tests.support.exports import agrement, make_folder, reponse, shipped_format, table

YEAR, OTHER = "2019-2020", "2018-2019"
Said = tuple[int, str, str]
"""Exit code, stdout and stderr of a command, with ordinary spaces."""


def two_years(root: Path) -> str:
    """A small data folder, built; return the build's name."""
    years = {
        OTHER: ([agrement("b1", campagne_declaree=OTHER)], [reponse("b1", campagne_declaree=OTHER)]),
        YEAR: ([agrement("a1")], [reponse("a1")]),
    }
    return quick_build(make_folder(root, years)).folder.name


def clas(root: Path, *arguments: str) -> Said:
    """Run a command on that data folder, with few rules so that it is quick."""
    with (
        patch.dict(os.environ, {"CLAS_DATA": str(root), "CLAS_BUILDS_KEPT": "2"}),
        built_with(quick_codebook()),
        redirect_stdout(io.StringIO()) as out,
        redirect_stderr(io.StringIO()) as err,
        chdir(root.parent),
    ):
        code = main(arguments)
    return code, plain(out.getvalue()), plain(err.getvalue())


def clas_until_full(disk: Disk, step: int, left: int, root: Path, *arguments: str) -> tuple[Said, list[str]]:
    """Run a command, the disk being filled at its step of that number (from 1); return what it said, and its steps."""
    steps: list[str] = []

    def shown(text: object) -> None:
        steps.append(str(text).split()[0].strip("…"))
        if len(steps) == step:
            disk.fill(left)

    with patch("cli.words.screen.warn", lambda text: shown(text) if str(text).endswith("…") else None):
        return clas(root, *arguments), steps


def change_something(root: Path) -> None:
    """Have the next build read everything again, and find something new."""
    shutil.rmtree(DataFolder(root).staging, ignore_errors=True)
    register = DataFolder(root).register
    register.write_text(register.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def change_workbook(root: Path, children: int = 8) -> Path:
    """Have the next build read one file, a workbook; return it."""
    returns = DataFolder(root).raw / YEAR / "reponses.csv"
    returns.unlink(missing_ok=True)
    workbook = returns.with_suffix(".xlsx")
    with xlsxwriter.Workbook(workbook) as book:
        sheet = book.add_worksheet()
        rows = table(shipped_format("questionnaire-2016"), [reponse("a1", nb_enfants=str(children))])
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return workbook


def published(root: Path) -> str:
    """The name of the published build, once it is shown to be whole and named by CURRENT."""
    folder = DataFolder(root)
    build = current_build(folder)
    assert build is not None
    assert build.name == pointed_build(folder)
    verify(build)
    return build.name


def left_behind(root: Path) -> list[str]:
    """What a build that failed left on the disk."""
    return [path.name for path in leftovers(DataFolder(root))]


def files(root: Path) -> dict[str, bytes]:
    """Every file under a folder, hidden ones too."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def publish_until_full(disk: Disk, root: Path, changes: int) -> str:
    """Publish a hand-made build, the disk being filled at its change of that number; return what was raised."""
    return _with_hook(disk, root, changes, lambda: publish_hand_made(DataFolder(root), rows=changes + 10, kept=2))


def _with_hook(disk: Disk, root: Path, changes: int, action: Callable[[], object]) -> str:
    left, filling = changes, False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left, filling
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        changing = event in {"os.rename", "os.mkdir", "os.chmod"} or writes
        if not filling and str(root) in str(arguments[:2]) and changing:
            left -= 1
            if not left:
                filling = True
                disk.fill()

    sys.addaudithook(hook)
    try:
        action()
    except Exception as error:
        return plain(error)
    return ""
