"""What the README and the guide promise is there: every command, every setting, every file that they link to."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from cli.app import app
from socle.settings import PROJECT_ROOT, Settings

README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
PAGES = (
    *("README.md", "CONTRIBUTING.md", "SECURITY.md", "data/curated/README.md"),
    *("docs/guide.md", "docs/installation.md", "docs/sql.md", "docs/decisions.md", "docs/architecture.md"),
    *("docs/glossary.md", "docs/methodology.md"),
)
MAKEFILE = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_command_is_in_the_readme_and_no_other() -> None:
    declared = {entry.name for entry in (*app.registered_commands, *app.registered_groups)}
    assert set(re.findall(r"^\| `clas (\w+)", README, flags=re.MULTILINE)) == declared


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`CLAS_{name.upper()}` | `{name}`" in README


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    path = PROJECT_ROOT / page
    links = re.findall(r"\]\((?!http)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_cleaning_deletes_nothing_that_cannot_be_made_again(tmp_path: Path) -> None:
    kept = ("data/raw/2019-2020/a.csv", "data/etat/access.sqlite", "data/curated/README.md", "requirements.lock")
    for name in (*kept, "data/curated/builds/000001/x.duckdb", "data/curated/.CURRENT.1", ".venv/bin/python"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    make(tmp_path, "clean")
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == set(kept)


def test_make_alone_lists_every_target_and_what_it_does(tmp_path: Path) -> None:
    targets = " ".join(re.findall(r"^\.PHONY: (.+)$", MAKEFILE, flags=re.MULTILINE)).split()
    listed = re.findall(r"^  make ([\w-]+) +\S.+$", make(tmp_path), flags=re.MULTILINE)
    assert listed == [target for target in targets if not target.startswith("check-")]


def make(folder: Path, *targets: str) -> str:
    """What our Makefile says in that folder."""
    command = ["make", "-s", "-f", str(PROJECT_ROOT / "Makefile"), *targets]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_what_is_built_is_not_in_git_and_the_page_that_says_so_is() -> None:
    names = ["data/curated/README.md", "data/curated/CURRENT", "data/curated/builds/x/manifest.json", "data/etat/x"]
    asked = ["git", "-C", str(PROJECT_ROOT), "check-ignore", "--no-index", *names]
    assert subprocess.run(asked, capture_output=True, text=True).stdout.split() == names[1:]


def test_the_two_commands_of_the_first_screen_exist() -> None:
    first_screen = "\n".join(README.splitlines()[:20])
    commands = re.findall(r"^make (\w+)", first_screen, flags=re.MULTILINE)
    assert commands == ["demo", "test"]
    assert all(re.search(rf"^{command}:", MAKEFILE, flags=re.MULTILINE) for command in commands)
