"""CONTRIBUTING.md -> its recipes, and their blocks put where each says, in a copy of the program and a data folder."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from socle.settings import PROJECT_ROOT

COPIED = (
    *("socle", "pipeline", "warehouse", "access", "bilan", "dashboard", "cli", "clas_demo", "expectations"),
    *("tests/__init__.py", "tests/conftest.py", "tests/support", "tests/definitions", "tests/unit/dashboard/visit"),
    "tests/unit/pipeline/codebook/test_dictionary.py",
    *("tests/fixtures/requetes.yml", "docs/dictionary.md", "pyproject.toml"),
)
_BLOCK = re.compile(r"^```\w+\n(?:#|--) (?P<place>[^\n]+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(
    r"(?P<path>[\w./-]+)(?:, (?P<how>at the end|in the data folder|(?:under|in place of) (?P<name>.+)))?"
)


@dataclass(frozen=True)
class Block:
    """What a recipe writes, and where."""

    path: str
    how: str
    """"" for a new file, or how the first line of the block says where in a file."""
    name: str
    text: str

    def write(self, clone: Path, data: Path) -> None:
        """Do as the block says."""
        path = (data if self.how == "in the data folder" else clone) / self.path
        if self.how in ("", "in the data folder"):
            assert not path.exists(), f"{self.path} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text, encoding="utf-8")
            return
        path.write_text("".join(self._into(path.read_text(encoding="utf-8").splitlines(True))), encoding="utf-8")

    def _into(self, lines: list[str]) -> list[str]:
        added = self.text.splitlines(True)
        if self.how == "at the end":
            return [*lines, *added]
        if self.how.startswith("in place of"):
            (old,) = [rank for rank, line in enumerate(lines) if line.strip().startswith(f"{self.name}:")]
            return [*lines[:old], *added, *lines[old + 1 :]]
        start, end = 0, len(lines)
        for name in self.name.split(" > "):
            start, end = _section(lines, name, start, end)
        indent = " " * _indent(next(line for line in lines[start:end] if line.strip()))
        return [*lines[:end], *(indent + line for line in added), *lines[end:]]


def recipes() -> dict[str, list[Block]]:
    """Return {title: blocks} of the recipes of CONTRIBUTING.md, in their order."""
    text = (PROJECT_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)
    found = (section.removeprefix("Recipe: ").split("\n", 1) for section in sections if section.startswith("Recipe: "))
    return {title: [_block(match) for match in _BLOCK.finditer(body)] for title, body in found}


def copy_program(root: Path) -> None:
    """Copy what the recipes change and what reads it, with what Python compiled: the files keep their dates."""
    for name in COPIED:
        source, target = PROJECT_ROOT / name, root / name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def _block(match: re.Match[str]) -> Block:
    place = _PLACE.fullmatch(match["place"])
    assert place, f"a block says where it goes: {match['place']}"
    return Block(place["path"], place["how"] or "", place["name"] or "", match["text"])


def _section(lines: list[str], name: str, start: int, end: int) -> tuple[int, int]:
    """The lines below a name, until one that is not deeper; blank lines before that one are not of the section."""
    opening = re.compile(rf"\s*{re.escape(name)}(:| = )")
    (found,) = [rank for rank in range(start, end) if opening.match(lines[rank])]
    depth = _indent(lines[found])
    below = (rank for rank in range(found + 1, end) if lines[rank].strip() and _indent(lines[rank]) <= depth)
    last = next(below, end)
    while not lines[last - 1].strip():
        last -= 1
    return found + 1, last


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
