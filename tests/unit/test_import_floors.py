"""Imports go down the floors and the rooms only, in no loop, and heavy libraries stay where they belong."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.house import FLOORS, ROOMS, Import, climbs, imports, loop, modules, named_in
from socle.settings import PROJECT_ROOT

ONLY_IN = {
    "streamlit": ("dashboard/",),
    "plotly": ("dashboard/",),
    "starlette": ("dashboard/",),
    "uvicorn": ("dashboard/server/server.py",),
    "sqlite3": ("access/", "pipeline/safekeeping/backup.py"),
    "argon2": ("access/people/codes.py",),
    "great_expectations": ("pipeline/quality/great_expectations_run.py",),
    "duckdb": ("pipeline/", "warehouse/"),
    "duckdb_engine": ("pipeline/quality/great_expectations_run.py",),
    "typst": ("bilan/print/typesetting.py",),
    "docx": ("bilan/office/",),
    "docxtpl": ("bilan/office/",),
    "pptx": ("bilan/office/",),
    "rapidfuzz": ("socle/words/nearest.py",),
}
UNIX = ("socle/process/unix.py", "warehouse/engine/landlock.py")
"""The files that another system would need otherwise."""
UNIX_MODULES = {"ctypes", "fcntl", "grp", "posix", "pty", "pwd", "resource", "select", "signal", "syslog", "termios"}
UNIX_NAMES = {"fork", "geteuid", "getgid", "getuid", "kill", "killpg", "mkfifo", "pread", "pwrite", "setsid", "statvfs",
              "O_DIRECTORY", "O_NOFOLLOW", "O_PATH", "AF_UNIX", "preexec_fn", "pass_fds",
              "start_new_session"}  # fmt: skip
UNIX_PATHS = ("/proc", "/sys/", "/dev/", "/etc/")
LARGE = {
    "pipeline/sql/core": "a file a table, as a build holds them",
    "pipeline/sql/marts": "a file a mart, as a build holds them",
    "bench": "what is measured, a file a subject, beside its results",
    "pipeline/staging": "how a file becomes typed rows, a step a file",
    "tests/definitions": "a file a declared thing, pages and licences among them",
    "tests/support": "what tests of every room share",
}
"""Folders of code above fourteen files, and why."""


@pytest.fixture(scope="module")
def found() -> list[Import]:
    return imports()


def test_a_module_imports_only_the_floors_and_the_rooms_below(found: list[Import]) -> None:
    assert len(found) > 1000
    assert list(map(str, climbs(found))) == []


def test_no_module_and_no_room_is_in_a_loop(found: list[Import]) -> None:
    assert loop(found) == []


def planted(root: Path, files: dict[str, str]) -> list[Import]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return imports(root)


@pytest.mark.parametrize(
    "files",
    [
        {"socle/paths.py": "def f():\n    from pipeline.build import build\n", "pipeline/build.py": ""},
        {"warehouse/open.py": "import access.store", "access/store.py": ""},
        {"pipeline/codebook/model.py": "from pipeline.core import load", "pipeline/core/load.py": ""},
        {"bilan/model/content.py": "from importlib import import_module\nimport_module('bilan.render')",
         "bilan/render.py": ""},
    ],
    ids=["floors", "neighbours", "rooms", "door"],
)  # fmt: skip
def test_a_planted_climb_is_found(tmp_path: Path, files: dict[str, str]) -> None:
    assert len(climbs(planted(tmp_path, files))) == 1


@pytest.mark.parametrize(
    "files",
    [
        {"pipeline/core/load.py": "import pipeline.core.texts", "pipeline/core/texts.py": "import pipeline.core.load"},
        {"bilan/words/a.py": "import bilan.model.b", "bilan/model/b.py": "", "bilan/model/c.py": "import bilan.words.d",
         "bilan/words/d.py": ""},
    ],
    ids=["of modules", "of rooms"],
)  # fmt: skip
def test_a_planted_loop_is_found(tmp_path: Path, files: dict[str, str]) -> None:
    assert loop(planted(tmp_path, files))


def test_each_room_is_declared_and_says_what_stands_in_it() -> None:
    rooms = {
        path.parent.relative_to(PROJECT_ROOT) for package in ROOMS for path in (PROJECT_ROOT / package).glob("*/*.py")
    }
    assert {folder.as_posix() for folder in rooms} == {
        f"{package}/{room}" for package, order in ROOMS.items() for room in order if room != "."
    }
    unsaid = [
        folder
        for folder in rooms - {Path("dashboard/script")}
        if '"""' not in _text(PROJECT_ROOT / folder / "__init__.py")
    ]
    assert unsaid == []


def test_only_doors_stand_at_the_root_of_the_pipeline() -> None:
    assert {path.stem for path in (PROJECT_ROOT / "pipeline").glob("*.py")} == {
        "__init__", "__main__", "build", "run", "trial", "adopt", "renew"
    }  # fmt: skip


def test_a_folder_above_fourteen_files_has_its_reason() -> None:
    tops = (*FLOORS, "bench", "scripts", "tests", "expectations")
    code = [path for top in tops for end in ("py", "sql") for path in (PROJECT_ROOT / top).rglob(f"*.{end}")]
    numbers = Counter(path.parent.relative_to(PROJECT_ROOT).as_posix() for path in code if path.stem != "__init__")
    assert {folder for folder, number in numbers.items() if number > 14} == set(LARGE)


def test_what_a_bilan_says_rests_on_published_builds_alone(found: list[Import]) -> None:
    below = {one.imported.split(".")[0] for one in found if one.importer.startswith("bilan.")}
    assert below == {"bilan", "warehouse", "access", "socle"}


def test_a_heavy_library_is_imported_only_where_it_belongs() -> None:
    heavy = [
        (path.relative_to(PROJECT_ROOT).as_posix(), name.split(".")[0])
        for path in modules().values()
        for name in named_in(path)
        if name.split(".")[0] in ONLY_IN
    ]
    assert {library for _, library in heavy} == set(ONLY_IN)
    assert [(file, library) for file, library in heavy if not file.startswith(ONLY_IN[library])] == []


def unix_only(path: Path) -> Iterator[str]:
    """What a file has of Unix alone: modules, names of `os`, `socket` and `Popen`, paths."""
    yield from ({name.split(".")[0] for name in named_in(path)} & UNIX_MODULES)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("os", "socket"):
            yield from {node.attr} & UNIX_NAMES
        elif isinstance(node, ast.keyword):
            yield from {node.arg} & UNIX_NAMES
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(UNIX_PATHS):
            yield node.value


def test_what_is_unix_only_is_in_one_file_beside_landlocks() -> None:
    found = {path.relative_to(PROJECT_ROOT).as_posix(): list(unix_only(path)) for path in modules().values()}
    assert {file for file, names in found.items() if names} == set(UNIX), found


def test_every_package_has_its_floor() -> None:
    packages = {path.parent.name for path in PROJECT_ROOT.glob("*/__init__.py")} - {"bench", "tests"}
    assert packages == set(FLOORS)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
