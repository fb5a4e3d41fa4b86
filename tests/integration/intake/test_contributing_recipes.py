"""The recipes of CONTRIBUTING.md, run as they are written in a copy of the program: each does what it promises."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from access.journal.journal import COMMAND
from access.people.accounts import add
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from tests.support.access import DRAFTS
from tests.support.builds import plain
from tests.support.recipes import copy_program, recipes

YEAR = "2026-2027"
RECIPES = recipes()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What tests/support/recipe_child.py saw in a copy where every recipe was followed."""
    root = tmp_path_factory.mktemp("recettes")
    clone, folder = root / "clone", DataFolder(root / "donnees")
    copy_program(clone)
    add(folder, DRAFTS[0], by=COMMAND)
    for block in (block for blocks in RECIPES.values() for block in blocks):
        block.write(clone, folder.root)
    told = root / "vu.json"
    subprocess.run(
        [sys.executable, "-m", "tests.support.recipe_child", str(folder.root), str(told)],
        cwd=clone, env={"PYTHONPATH": str(clone), "PATH": "/usr/bin:/bin"}, check=True,
    )  # fmt: skip
    seen: Mapping[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return seen


def test_a_new_wording_is_read(found: Mapping[str, Any]) -> None:
    assert found["refused"] == []
    assert ["questionnaire-2026", 1, 8, 2] in found["returns"]


def test_a_new_kind_of_export_is_read_with_its_wordings(found: Mapping[str, Any]) -> None:
    assert ["suivi-2026", 2, None, 4] in found["returns"]
    assert found["types"] == [["association_locale"]]


def test_an_indicator_of_one_caf_is_computed_asked_for_and_shown(found: Mapping[str, Any]) -> None:
    assert ["lieux_par_action", 6.0, 3.0, "diffusable"] in found["marts"]
    assert found["sql"][1] == [[2.0]]
    assert "lieux_par_action" in found["dictionary"]
    assert found["chapters"]["figures"]["autres-ratio"] == ["Autres indicateurs", ["lieux_par_action"]]
    assert plain(found["chapters"]["messages"]["autres-ratio"]).startswith("Lieux d'accueil par action : 2 ")


def test_an_indicator_for_everyone_is_found_again_in_pandas(found: Mapping[str, Any]) -> None:
    assert ["part_actions_rep", 1.0, 2.0, "diffusable"] in found["marts"]
    assert found["recomputed"] == [[1.0, 2.0]]
    assert found["sql"][2] == [[0.5]]
    assert "part_actions_rep" in found["dictionary"]


def test_another_sentence_is_said(found: Mapping[str, Any]) -> None:
    said = [plain(sentence) for sentence in found["chapters"]["sentences"]]
    assert "1 action sur 2 est liée à un établissement REP ou REP+." in said


def test_another_figure_stands_in_its_chapter(found: Mapping[str, Any]) -> None:
    names = ["part_actions_rep", "part_enfants_rep"]
    assert found["chapters"]["figures"]["education-prioritaire"] == ["Éducation prioritaire", names]


def test_another_threshold_hides_more(found: Mapping[str, Any]) -> None:
    assert found["hidden"] == ["peu_de_porteurs", None]


def test_a_new_rule_writes_its_anomaly_and_is_planted(found: Mapping[str, Any]) -> None:
    told = "« Coordinateurs » : 9, plus que le nombre de collectifs (1). Vérifiez ces deux réponses."
    assert [(rule, row, plain(said)) for rule, row, said in found["anomalies"]] == [
        ("coordinateurs_superieurs", "r-a1", told)
    ]
    assert found["planted"] == ["coordinateurs_superieurs"]


def test_another_function_is_allowed_in_sql(found: Mapping[str, Any]) -> None:
    assert found["sql"][0] == [["reponses.csv"]]


def test_a_new_page_opens_for_its_roles_and_no_other(found: Mapping[str, Any]) -> None:
    opened = [role for role, said in found["pages"].items() if said == f"Années publiées, Loiret, {YEAR}"]
    assert opened == ["agent", "analyste"]
    assert "n'est pas ouverte à votre compte" in found["pages"]["porteur"]


def test_a_new_version_of_access_is_applied_once_to_an_older_file(found: Mapping[str, Any]) -> None:
    once = [[DRAFTS[0].identifiant], [2], [["journal_par_compte"]]]
    assert found["access"] == [once, once]


def test_the_tests_of_the_definitions_pass_with_all_of_them(found: Mapping[str, Any]) -> None:
    code, said = found["checks"]
    assert code == 0, said


def test_what_a_recipe_adds_in_python_is_as_make_check_wants_it(tmp_path: Path) -> None:
    written = [block for blocks in RECIPES.values() for block in blocks if not block.how and block.path.endswith(".py")]
    assert written
    for block in written:
        block.write(tmp_path, tmp_path)
    config = ["--config", str(PROJECT_ROOT / "pyproject.toml"), "--no-cache", str(tmp_path)]
    for command in (["check"], ["format", "--check"]):
        ruff = subprocess.run([sys.executable, "-m", "ruff", *command, *config], capture_output=True, text=True)
        assert ruff.returncode == 0, ruff.stdout


def test_each_recipe_is_one_that_is_run_here() -> None:
    assert list(RECIPES) == [
        "a new wording", "a new kind of export", "an indicator of one Caf", "an indicator for everyone",
        "another sentence", "another figure of the bilan", "another threshold of disclosure", "a new rule",
        "another function for SQL", "a new page of the dashboard", "a new version of access.sqlite",
    ]  # fmt: skip
    assert [title for title, blocks in RECIPES.items() if not blocks] == []
