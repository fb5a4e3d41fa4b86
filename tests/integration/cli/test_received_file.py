"""`clas check` and `clas recognise` find a file from the working folder, else in the data folder, as in the guide."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cli.main import main
from socle.settings import PROJECT_ROOT
from tests.support.builds import plain
from tests.support.exports import agrement, declare, make_folder, reponse, shipped_format, table, write_export
from tests.support.tables import write_xlsx

YEAR = "2019-2020"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder that is not the data folder, `données` beside it."""
    folder = make_folder(tmp_path / "données")
    declare(folder, "2026-2027")
    for name in ("questionnaire-2019-2020.csv", "export.csv"):
        write_export(folder.raw / YEAR / name, "questionnaire-2016", [reponse("a1")])
    lines = table(shipped_format("agrements"), [agrement("a1", campagne_declaree="2026-2027")])
    write_xlsx(folder.raw / "2026-2027" / "export.xlsx", {"F": lines})
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    (tmp_path / "ailleurs").mkdir()
    monkeypatch.chdir(tmp_path / "ailleurs")
    return tmp_path / "ailleurs"


def test_the_commands_of_the_guide_are_run_as_written(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], subtests: pytest.Subtests
) -> None:
    guide = (PROJECT_ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    written = re.findall(r"clas ((?:check|recognise) [^`\n]*\.(?:csv|xlsx)[^`\n]*)", guide)
    assert len(written) > 2
    for command in written:
        with subtests.test(command):
            assert main(shlex.split(command)) == 0, capsys.readouterr().err


def test_a_file_of_the_working_folder_comes_first(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_export(elsewhere / "export.csv", "questionnaire-2016", [reponse(f"a{n}") for n in range(3)])
    assert main(["check", "export.csv", "--campagne", YEAR]) == 0
    assert "3 lignes lues" in capsys.readouterr().out
    assert main(["check", "../ailleurs/export.csv"]) == 0


@pytest.mark.parametrize("command", ["check", "recognise"])
def test_a_file_that_is_nowhere_is_said_with_where_it_was_looked_for(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, "absent.csv"]) == 2
    said = plain(capsys.readouterr().err)
    assert "« absent.csv » n'existe pas. Il a été cherché ici, puis dans le dossier de données" in said


def test_what_is_not_read_is_said(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [reponse("a1"), reponse("a2", campagne_declaree="2018-2019")]
    write_export(elsewhere / "cumul.csv", "questionnaire-2016", rows)
    assert main(["check", "cumul.csv", "--campagne", YEAR]) == 0
    assert "mises de côté : ligne 3 (2018-2019)" in plain(capsys.readouterr().out)
