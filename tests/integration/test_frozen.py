"""What the committee adopted is kept, and is had again whatever is built later."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bilan.compose import compose
from bilan.content_json import to_json
from bilan.frozen import CONTENT, freeze, freeze_all, frozen, frozen_content, frozen_document
from cli.main import main
from pipeline.messages import Refusal
from socle.paths import DataFolder
from tests.support.builds import plain

YEAR, LAST = "2019-2020", "2024-2025"


@pytest.fixture(scope="module")
def folder(adopted_demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A copy of the demo's published build, in which versions may be kept."""
    copy = DataFolder(tmp_path_factory.mktemp("gels") / "data")
    shutil.copytree(adopted_demo.curated, copy.curated)
    return copy


def test_a_version_is_kept_once_and_says_the_same_again(folder: DataFolder) -> None:
    content = compose(folder, YEAR, "45")
    (kept,) = freeze_all(folder, YEAR, "Comité du Loiret")
    assert freeze(folder, YEAR, "45", "un autre") == kept
    assert (kept.campagne, kept.departement, kept.par, kept.version) == (
        YEAR,
        "45",
        "Comité du Loiret",
        content.version,
    )
    assert to_json(frozen_content(folder, kept.nom)) == to_json(content)
    assert frozen_document(folder, kept.nom).startswith(b"%PDF")
    assert [one.nom for one in frozen(folder, "45")] == [kept.nom]
    assert frozen(folder, "18") == []
    modes = {oct(path.stat().st_mode & 0o777) for path in [folder.gels, *folder.gels.rglob("*")]}
    assert modes == {"0o700", "0o600"}


def test_it_outlives_the_build_and_the_command_gives_it_again(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = freeze(folder, YEAR, "45", "Comité")
    alone = DataFolder(tmp_path / "data")
    shutil.copytree(folder.etat, alone.etat)
    monkeypatch.setenv("CLAS_DATA", str(alone.root))
    first, second = tmp_path / "un.pdf", tmp_path / "deux.pdf"
    assert main(["bilan", YEAR, "--gel", kept.nom, "--out", str(first)]) == 0
    assert main(["bilan", YEAR, "--gel", kept.nom, "--out", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes() == frozen_document(alone, kept.nom)
    assert main(["bilan", "2018-2019", "--gel", kept.nom, "--out", str(first)]) == 2
    capsys.readouterr()
    assert main(["bilan", YEAR, "--gel", "rien", "--out", str(first)]) == 1
    assert f"Versions gardées : {kept.nom}" in plain(capsys.readouterr().err)


def test_a_version_that_was_changed_is_no_longer_given(folder: DataFolder, tmp_path: Path) -> None:
    kept = freeze(folder, YEAR, "45", "Comité")
    alone = DataFolder(tmp_path / "data")
    shutil.copytree(folder.etat, alone.etat)
    path = alone.gels / kept.nom / CONTENT
    path.write_bytes(path.read_bytes().replace(b"485", b"486"))
    for read in (frozen_content, frozen_document):
        with pytest.raises(Refusal, match="a été modifiée depuis"):
            read(alone, kept.nom)


def test_a_year_that_is_not_adopted_is_not_kept(folder: DataFolder) -> None:
    with pytest.raises(Refusal, match="n'est pas arrêtée"):
        freeze(folder, LAST, "45", "Comité")
    assert freeze_all(folder, LAST, "Comité") == []


def test_the_command_keeps_an_adopted_year_and_no_other(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    assert main(["bilan", "2018-2019", "--garder"]) == 0
    assert "Bilan 2018-2019 (45) gardé sous le nom 2018-2019-45-" in capsys.readouterr().out
    assert main(["bilan", LAST, "--garder"]) == 1
    assert "il n'y a pas de bilan à garder" in capsys.readouterr().err
    assert main(["bilan", YEAR]) == 2
