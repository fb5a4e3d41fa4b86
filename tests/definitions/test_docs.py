"""What the README and the guide promise is there: every command, every setting, every file that they link to."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from cli.app import app
from socle.settings import PROJECT_ROOT, Settings

README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_command_is_in_the_readme_and_no_other() -> None:
    declared = {entry.name for entry in (*app.registered_commands, *app.registered_groups)}
    assert set(re.findall(r"^\| `clas (\w+)", README, flags=re.MULTILINE)) == declared


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`CLAS_{name.upper()}` | `{name}`" in README


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/guide.md", "docs/sql.md", "docs/decisions.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    path = PROJECT_ROOT / page
    links = re.findall(r"\]\((?!http)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_cleaning_deletes_nothing_that_cannot_be_made_again() -> None:
    recipe = MAKEFILE.split("\nclean:\n")[1].split("\n\n")[0]
    assert recipe.split() == ["rm", "-rf", "$(VENV)", "data/curated"]


def test_the_two_commands_of_the_first_screen_exist() -> None:
    first_screen = "\n".join(README.splitlines()[:20])
    commands = re.findall(r"^make (\w+)", first_screen, flags=re.MULTILINE)
    assert commands == ["demo", "test"]
    assert all(re.search(rf"^{command}:", MAKEFILE, flags=re.MULTILINE) for command in commands)
