"""The SQL files: one SELECT each, named after its table, told by its first line, and used. In Python, named steps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.core.tables import CORE
from pipeline.disclosure import write_diffusion as diffusion
from pipeline.marts import tables
from pipeline.quality import checks
from pipeline.sql.create import VIEWS
from scripts.house import FLOORS
from socle.settings import PROJECT_ROOT

SQL = PROJECT_ROOT / "pipeline" / "sql"
FOLDERS = ("staging", "core", "marts", "diffusion", "validation")
FILES = sorted(path for folder in FOLDERS for path in (SQL / folder).glob("*.sql"))
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
        ("core", ("fichier_departement", *CORE)),
        ("marts", tables.MARTS),
        ("diffusion", (*diffusion.WORKING, *diffusion.MARTS)),
        ("validation", ("complement", *checks.TABLES)),
    ],
)
def test_every_file_is_used_once_and_none_is_missing(folder: str, names: tuple[str, ...]) -> None:
    assert sorted(names) == sorted(path.stem for path in (SQL / folder).glob("*.sql"))


def test_every_file_of_staging_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "pipeline").rglob("*.py"))
    used = re.findall(r'(?:read_select\(|create_from_file\(connection, )["\']staging["\'], ["\'](\w+)', code)
    assert sorted(used) == sorted(path.stem for path in (SQL / "staging").glob("*.sql"))


def test_what_is_not_stored_is_a_known_mart() -> None:
    assert {f"{path.parent.name}.{path.stem}" for path in FILES} >= VIEWS


@pytest.mark.parametrize("path", [f for f in FILES if f.parent.name in ("core", "marts")], ids=lambda path: path.name)
def test_a_file_reads_what_is_made_before_it(path: Path) -> None:
    """Only tables of a schema: nothing is read that the build has not made yet."""
    order = [*(f"core.{name}" for name in CORE), *(f"marts.{name}" for name in tables.MARTS)]
    own = f"{path.parent.name}.{path.stem}"
    read = set(re.findall(r"(?:from|join)\s+((?:core|marts)\.\w+)", code_alone(path.read_text(encoding="utf-8"))))
    assert [name for name in read if name in order and order.index(name) >= order.index(own)] == []


def texts(code: str) -> Iterator[str]:
    """Every text of a Python file; an f-string is one, with {} where it is filled in."""
    tree = ast.walk(ast.parse(code))
    for node in tree:
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def long_queries(code: str) -> list[str]:
    """The texts of a Python file that are a query of more than two common table expressions."""
    queries = ((text, re.split(r"\bwith\b", text, maxsplit=1, flags=re.IGNORECASE)) for text in texts(code))
    return [text for text, parts in queries if len(re.findall(NAMED, parts[-1], re.IGNORECASE)) > 2 and parts[1:]]


NAMED = r"\w(?:\([^()]*\))?\s+as\s+(?:not\s+)?(?:materialized\s+)?\("


@pytest.mark.parametrize("package", FLOORS)
def test_a_query_of_more_than_two_steps_is_a_file_or_steps_that_bear_names(package: str) -> None:
    files = (PROJECT_ROOT / package).rglob("*.py")
    assert {str(path): found for path in files if (found := long_queries(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    "code",
    [
        """QUERY = "with a as (select 1), b as (from a), c as materialized (from b) from c" """,
        """QUERY = "WITH RECURSIVE a(n) AS (SELECT 1), b AS (FROM a), c AS (FROM b) FROM c" """,
        """def query(t): return f"with a as ({t}), " "b as (from a), " f"c as (from b where {t}) from c" """,
    ],
    ids=["a text", "recursive", "an f-string in pieces"],
)
def test_a_planted_query_of_three_steps_is_found(code: str) -> None:
    assert len(long_queries(code)) == 1


def test_a_query_of_two_steps_may_stand_in_the_code() -> None:
    assert long_queries('QUERY = "with a as (select 1), b as (from a) from b"') == []
