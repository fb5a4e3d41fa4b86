"""The SQL files: one SELECT each, named after its table, told by its first line, and used."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipeline.core.tables import CORE
from pipeline.disclosure import write_diffusion as diffusion
from pipeline.marts import tables
from pipeline.quality import checks
from pipeline.sql.create import VIEWS
from socle.settings import PROJECT_ROOT

SQL = PROJECT_ROOT / "pipeline" / "sql"
FILES = sorted(path for folder in ("core", "marts", "diffusion", "validation") for path in (SQL / folder).glob("*.sql"))
GRAIN = re.compile(r"\bone row per\b|\bkey:|\bevery (?:typed|line)\b", re.IGNORECASE)


def comment_above(text: str) -> str:
    """The comment that the file begins with, on one line."""
    lines = text.splitlines()
    last = next(number for number, line in enumerate(lines) if not line.startswith("--"))
    return " ".join(line.removeprefix("--").strip() for line in lines[:last])


def code_alone(text: str) -> str:
    """The SQL without its comments, its texts and its quoted names, whose case is theirs."""
    return re.sub(r"--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"", "", text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_is_one_select_in_lower_case(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    (statement,) = duckdb.extract_statements(text)
    assert statement.type == duckdb.StatementType.SELECT
    code = code_alone(text)
    assert ";" not in code
    assert code == code.lower()
    assert text.endswith("\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_first_says_what_one_of_its_rows_is(path: Path) -> None:
    said = comment_above(path.read_text(encoding="utf-8"))
    assert GRAIN.search(said)
    assert said.endswith(".")


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("core", CORE),
        ("marts", tables.MARTS),
        ("diffusion", (*diffusion.WORKING, *diffusion.MARTS)),
        ("validation", ("complement", *checks.TABLES)),
    ],
)
def test_every_file_is_used_once_and_none_is_missing(folder: str, names: tuple[str, ...]) -> None:
    assert sorted(names) == sorted(path.stem for path in (SQL / folder).glob("*.sql"))


def test_what_is_not_stored_is_a_known_mart() -> None:
    assert {f"{path.parent.name}.{path.stem}" for path in FILES} >= VIEWS


@pytest.mark.parametrize("path", [f for f in FILES if f.parent.name in ("core", "marts")], ids=lambda path: path.name)
def test_a_file_reads_what_is_made_before_it(path: Path) -> None:
    """Only tables of a schema: nothing is read that the build has not made yet."""
    order = [*(f"core.{name}" for name in CORE), *(f"marts.{name}" for name in tables.MARTS)]
    own = f"{path.parent.name}.{path.stem}"
    read = set(re.findall(r"(?:from|join)\s+((?:core|marts)\.\w+)", code_alone(path.read_text(encoding="utf-8"))))
    assert [name for name in read if name in order and order.index(name) >= order.index(own)] == []
