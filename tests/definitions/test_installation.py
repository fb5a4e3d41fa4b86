"""docs/installation.md, the service and the image: every command, option, setting and file that they name is there."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from cli.app import app
from socle.settings import PROJECT_ROOT, load_settings
from warehouse.engine.landlock import version

PAGE = (PROJECT_ROOT / "docs" / "installation.md").read_text(encoding="utf-8")
SERVICE = (PROJECT_ROOT / "deploy" / "clas.service").read_text(encoding="utf-8")
IMAGE = (PROJECT_ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
MAKEFILE = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_the_first_line_says_on_which_systems_it_runs() -> None:
    first = PAGE.splitlines()[0]
    assert all(system in first for system in ("Linux", "Windows", "WSL", "conteneur"))


@pytest.mark.parametrize("text", [PAGE, SERVICE, IMAGE.replace('", "', " ")], ids=["page", "service", "image"])
def test_every_command_and_every_option_exists(text: str) -> None:
    named = re.findall(r"(?:bin/|[`\"]|exec clas )clas ([a-z][^`\n&\"]*)", text)
    assert named
    for words in named:
        assert set(re.findall(r"--[a-z-]+", words)) <= options(words), words


def options(words: str) -> set[str]:
    """The options of the command that those words begin with; KeyError when there is none."""
    command: Any = get_command(app)
    for word in words.split():
        if not hasattr(command, "commands"):
            break
        command = command.commands[word]
    return {option for parameter in command.params for option in parameter.opts}


def test_every_target_of_make_exists() -> None:
    targets = set(re.findall(r"\bmake (?:-C \S+ )?([a-z]+)", PAGE))
    assert {"install", "demo", "lock", "test"} <= targets
    assert [target for target in targets if not re.search(rf"^{target}:", MAKEFILE, flags=re.MULTILINE)] == []


def test_the_settings_of_the_example_are_accepted(tmp_path: Path) -> None:
    [example] = [code for language, code in BLOCKS if language == "toml"]
    (tmp_path / "clas.toml").write_text(example, encoding="utf-8")
    assert load_settings({}, tmp_path / "clas.toml").data == Path("/srv/clas/donnees")


def test_the_service_runs_what_the_page_installs_and_writes_where_the_data_are() -> None:
    unit = RawConfigParser()
    unit.read_string(SERVICE)
    service = unit["Service"]
    assert service["ExecStart"].startswith("/opt/clas/.venv/bin/clas dashboard")
    assert service["WorkingDirectory"] == service["ReadWritePaths"] == "/srv/clas"
    assert f"useradd --system --home-dir /srv/clas {service['User']}" in PAGE


def test_what_the_image_copies_is_there() -> None:
    copied = re.findall(r"^COPY (\S+) ", IMAGE, flags=re.MULTILINE)
    assert copied
    assert all((PROJECT_ROOT / name).exists() for name in copied)


def test_the_line_that_asks_for_landlock_tells_what_the_program_finds() -> None:
    [line] = re.findall(r"^python3 -c \"(import ctypes.*)\"$", PAGE, flags=re.MULTILINE)
    told = subprocess.run([sys.executable, "-c", line], check=True, capture_output=True, text=True).stdout
    assert max(0, int(told)) == version()
