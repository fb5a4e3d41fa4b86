"""Imports go down the floors only (DESIGN, « The house »), and heavy libraries stay where they belong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from socle.settings import PROJECT_ROOT

FLOORS = {"socle": 0, "pipeline": 1, "warehouse": 2, "access": 2, "bilan": 3, "dashboard": 4, "cli": 5}
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
    "docx": ("bilan/office/docx.py",),
    "docxtpl": ("bilan/office/docx.py",),
    "pptx": ("bilan/",),
}


def imports() -> Iterator[tuple[str, str]]:
    """Every (file, module imported), those inside functions included."""
    for package in FLOORS:
        for path in sorted((PROJECT_ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield from ((path.relative_to(PROJECT_ROOT).as_posix(), name) for name in named(node, path))


def named(node: ast.AST, path: Path) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""] if not node.level else [path.relative_to(PROJECT_ROOT).parts[0]]
    dynamic = isinstance(node, ast.Call) and ast.unparse(node.func) in ("import_module", "importlib.import_module")
    return [str(node.args[0].value)] if dynamic and isinstance(node.args[0], ast.Constant) else []  # type: ignore[attr-defined]


def test_a_package_imports_only_itself_and_the_floors_below() -> None:
    found = [(file, module) for file, module in imports() if module.split(".")[0] in FLOORS]
    assert len(found) > 100
    wrong = [
        (file, module)
        for file, module in found
        if (above := file.split("/")[0]) != (below := module.split(".")[0]) and FLOORS[below] >= FLOORS[above]
    ]
    assert wrong == []


def test_what_a_bilan_says_rests_on_the_warehouse_alone() -> None:
    """Of the pipeline, it only raises the refusals."""
    below = {module for file, module in imports() if file.startswith("bilan/") and module.startswith("pipeline")}
    assert below == {"socle.refusal"}


def test_a_heavy_library_is_imported_only_where_it_belongs() -> None:
    heavy = [(file, module.split(".")[0]) for file, module in imports() if module.split(".")[0] in ONLY_IN]
    assert {module for _, module in heavy} >= {"duckdb", "great_expectations", "streamlit", "sqlite3", "argon2"}
    assert [(file, module) for file, module in heavy if not file.startswith(ONLY_IN[module])] == []
