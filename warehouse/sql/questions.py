"""warehouse/questions/*.sql -> the questions that analysts find ready: title, description, parameters, SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from socle.settings import PROJECT_ROOT
from socle.sqltext import literal

FOLDER = PROJECT_ROOT / "warehouse" / "questions"
_HEAD = re.compile(r"-- (titre|description|parametre): (.+)")


@dataclass(frozen=True)
class Parameter:
    """What a question lets one choose."""

    name: str
    label: str
    default: str


@dataclass(frozen=True)
class ReadyQuestion:
    """One question."""

    id: str
    """Name of its file, without `.sql`."""
    titre: str
    description: str
    parametres: tuple[Parameter, ...]
    sql: str
    """With {name} where a parameter goes."""

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the query, each parameter being a text of SQL; one that is not given has its default."""
        text = self.sql
        for parameter in self.parametres:
            text = text.replace(f"{{{parameter.name}}}", literal(values.get(parameter.name) or parameter.default))
        return text


@cache
def questions() -> tuple[ReadyQuestion, ...]:
    """Return the questions in the order of their files; raise ValueError for a file that lacks a title."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.sql")))


def _read(path: Path) -> ReadyQuestion:
    parts: dict[str, list[str]] = {"titre": [], "description": [], "parametre": []}
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if head := _HEAD.fullmatch(line):
            parts[head[1]].append(head[2].strip())
        else:
            lines.append(line)
    (title,), (description,) = parts["titre"], parts["description"]
    parameters = tuple(Parameter(*(part.strip() for part in text.split("|"))) for text in parts["parametre"])
    return ReadyQuestion(path.stem, title, description, parameters, "\n".join(lines).strip())
