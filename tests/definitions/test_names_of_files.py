"""Pages, docstrings and comments name only files that are there; the glossary, only words that the code has."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from scripts.house import FLOORS
from socle.settings import PROJECT_ROOT
from tests.support.recipes import recipes

PAGES = sorted(
    path.relative_to(PROJECT_ROOT).as_posix()
    for path in (*PROJECT_ROOT.glob("*.md"), *PROJECT_ROOT.glob("docs/*.md"))
    if path.name != "CHANGELOG.md"
)
FOLDERS = (*FLOORS, "bench", "scripts", "tests", "expectations")
NAMED = re.compile(r"(?<![\w<>/*{}.-])((?:[\w.-]+/)*[\w-]+\.(?:py|yml|sql|md))\b(?!\.\w)")
COMMENTS = {".py": "#", ".yml": "#", ".sql": "--"}
FENCES = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MODULES = {"bench.sql"}
"""What is written like a file and is none: `python -m bench.sql`."""


@cache
def files() -> frozenset[str]:
    """Every file of the clone, under each of the ways to end its path: a bare name is enough."""
    listed = subprocess.run(
        ["git", "-C", str(PROJECT_ROOT), "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True
    ).stdout
    paths = [line.split("/") for line in listed.splitlines() if (PROJECT_ROOT / line).exists()]
    return frozenset("/".join(parts[rank:]) for parts in paths for rank in range(len(parts)))


def unknown(text: str) -> list[str]:
    """The files that a text names and that are nowhere, those of a data folder's raw apart."""
    named = {name.removeprefix("../") for name in NAMED.findall(text)}
    return sorted(name for name in named - MODULES - files() if not name.startswith("raw/"))


def said(path: Path) -> Iterator[str]:
    """The comments of a file and, of a module, its docstrings."""
    text = path.read_text(encoding="utf-8")
    yield from re.findall(rf"(?:^|\s){COMMENTS[path.suffix]} .*$", text, flags=re.MULTILINE)
    if path.suffix == ".py":
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        yield from (ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, kinds))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_files_that_are_there(page: str) -> None:
    made = {block.path for blocks in recipes().values() for block in blocks if not block.how}
    text = FENCES.sub("", (PROJECT_ROOT / page).read_text(encoding="utf-8"))
    assert [name for name in unknown(text) if name not in made] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_docstrings_and_comments_name_only_files_that_are_there(folder: str) -> None:
    read = [path for path in sorted((PROJECT_ROOT / folder).rglob("*")) if path.suffix in COMMENTS]
    assert read
    found = {path.relative_to(PROJECT_ROOT).as_posix(): unknown("\n".join(said(path))) for path in read}
    assert {path: names for path, names in found.items() if names} == {}


def test_a_file_that_is_no_longer_there_is_found() -> None:
    assert unknown("see `staging/stage_file.py`, socle/nowhere.py and gone.yml") == ["gone.yml", "socle/nowhere.py"]


def test_every_word_of_the_glossary_that_is_code_is_in_the_code() -> None:
    text = (PROJECT_ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = set(re.findall(r"`([^`]+)`", text)) - {"code"}
    asked = [argument for word in sorted(words) for argument in ("-e", word)]
    command = ["git", "-C", str(PROJECT_ROOT), "grep", "-hoFw", "--untracked", *asked, "--", *FOLDERS, "data", "*.yml"]
    found = set(subprocess.run(command, capture_output=True, text=True).stdout.split("\n"))
    there = {word for word in words if word in files() or (PROJECT_ROOT / word).exists()}
    assert words - found - there == set()
