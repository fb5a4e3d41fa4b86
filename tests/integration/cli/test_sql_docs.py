"""What docs/sql.md tells to type is typed here, on the demo."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from cli.main import main
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "sql.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture(scope="module")
def place(demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an analyst works: the base that the page tells to write is there."""
    place = tmp_path_factory.mktemp("analyste")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CLAS_DATA", str(demo.root))
        assert main(["sql", "--base", str(place / "clas.duckdb")]) == 0
    return place


def test_the_base_holds_commented_tables_and_nothing_sensitive(place: Path) -> None:
    with duckdb.connect(str(place / "clas.duckdb"), read_only=True) as base:
        columns = base.execute("select column_name, comment from duckdb_columns() where not internal").fetchall()
        tables = {name for (name,) in base.execute("select table_name from duckdb_tables()").fetchall()}
        told = base.execute(
            "select count(numerateur) from marts.indicateur_valeur "
            "where indicateur like 'part_enfants_besoin%' and niveau not in ('france', 'departement')"
        ).fetchone()
    assert {"action_large", "porteur_large", "indicateur_valeur", "campagne", "dictionnaire", "action"} <= tables
    assert len(columns) > 500
    assert [name for name, comment in columns if not comment] == []
    assert [name for name, _ in columns if "handicap" in name or "allophone" in name] == []
    assert told == (0,)
    assert [path.name for path in place.iterdir()] == ["clas.duckdb"]


@pytest.mark.parametrize("number", range(2))
def test_the_python_of_the_page_runs(demo: DataFolder, place: Path, tmp_path: Path, number: int) -> None:
    shutil.copy(place / "clas.duckdb", tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", blocks("python")[number]],
        cwd=tmp_path,
        env={"CLAS_DATA": str(demo.root), "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "2014-2015" in done.stdout


def test_the_commands_of_the_page_run(demo: DataFolder, tmp_path: Path) -> None:
    (tmp_path / "ma-question.sql").write_text("select 1 as un", encoding="utf-8")
    lines = [line for block in blocks("sh") for line in block.splitlines() if "clas sql" in line]
    assert len(lines) >= 7
    for line in lines:
        typed = line.replace("clas sql", f"{sys.executable} -m cli.main sql").replace("python3", sys.executable)
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", typed],
            cwd=tmp_path,
            env={"CLAS_DATA": str(demo.root), "PYTHONPATH": str(PROJECT_ROOT), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (line, done.stderr)
    assert {path.name for path in tmp_path.iterdir()} >= {"actions.csv", "actions.parquet", "clas.duckdb"}
    rows = duckdb.sql(f"select count(*) from read_csv('{tmp_path}/actions.csv')").fetchall()
    assert rows == duckdb.sql(f"select count(*) from read_parquet('{tmp_path}/actions.parquet')").fetchall()
