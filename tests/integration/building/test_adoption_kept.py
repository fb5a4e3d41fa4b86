"""What the committee adopted stays adopted through rebuilds and another catalogue, and is told when its folder goes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from cli.main import main
from pipeline.adopt import run_adoption, run_reopening
from pipeline.builds.result import changes
from pipeline.codebook.model import Codebook, Indicator
from pipeline.reading.campaigns import input_hashes
from pipeline.run import run_build
from socle.files.manifest import WAREHOUSE, Manifest, current_build, read_manifest
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.builds import build_with, plain, quick_codebook, silent
from tests.support.exports import agrement, codebook, make_folder, reponse

YEAR, OTHER = "2019-2020", "2018-2019"
DAY = "2020-11-12"
HEAVY = "duckdb pandas yaml great_expectations numpy sqlalchemy"
Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = make_folder(
        tmp_path_factory.mktemp("arrete"),
        {
            OTHER: ([agrement("b1", campagne_declaree=OTHER)], [reponse("b1", campagne_declaree=OTHER)]),
            YEAR: ([agrement("a1")], [reponse("a1")]),
        },
    )
    with Patch.context() as patch:
        build_with(patch, with_one_more())
        run_build(folder, Settings(), silent)
        run_adoption(folder, Settings(), silent, {YEAR: DAY})
    return folder


@pytest.fixture
def folder(adopted: DataFolder, tmp_path: Path, monkeypatch: Patch) -> DataFolder:
    build_with(monkeypatch, with_one_more())
    monkeypatch.setenv("CLAS_DATA", str(tmp_path / "data"))
    return DataFolder(Path(shutil.copytree(adopted.root, tmp_path / "data")))


def with_one_more() -> Codebook:
    """The quick catalogue and another indicator of a source that it has already."""
    return replace(quick_codebook(), indicators=(*quick_codebook().indicators, one_more()))


def one_more() -> Indicator:
    return next(i for i in codebook().indicators if i.id == "nb_actions")


def manifest_of(folder: DataFolder) -> Manifest:
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    assert manifest is not None
    return manifest


def states(folder: DataFolder) -> dict[str, str]:
    return {line["campagne"]: line["etat"] for line in manifest_of(folder).campaigns}


def test_only_the_campagne_named_is_adopted(folder: DataFolder) -> None:
    assert states(folder) == {OTHER: "provisoire", YEAR: "arretee"}


def test_a_rebuild_from_nothing_is_adopted_with_the_same_figures(folder: DataFolder) -> None:
    before = manifest_of(folder)
    shutil.rmtree(folder.curated)
    assert run_build(folder, Settings(), silent).exit_code == 0
    assert manifest_of(folder).figures_hash == before.figures_hash
    assert manifest_of(folder).arrets == before.arrets
    assert states(folder)[YEAR] == "arretee"


def test_an_indicator_added_or_withdrawn_since_is_no_difference(
    folder: DataFolder, monkeypatch: Patch, capsys: Captured
) -> None:
    build_with(monkeypatch, quick_codebook())
    assert run_build(folder, Settings(), silent, force=True).exit_code == 0
    assert states(folder)[YEAR] == "arretee"
    assert main(["status"]) == 0
    assert f"1 indicateur arrêté de {YEAR} ne figure plus au catalogue" in plain(capsys.readouterr().out)
    run_adoption(folder, Settings(), silent, {OTHER: DAY})  # without that indicator
    build_with(monkeypatch, with_one_more())
    assert run_build(folder, Settings(), silent, force=True).exit_code == 0
    with duckdb.connect(str((current_build(folder) or Path()) / WAREHOUSE), read_only=True) as connection:
        query = "select count(*) from {} where indicateur = ? and campagne = ?"
        counts = [
            connection.execute(query.format(table), [one_more().id, OTHER]).fetchone()
            for table in ("core.arret_chiffre", "marts.indicateur_valeur_agregee")
        ]
    assert counts[0] == (0,)
    assert counts[1] != (0,)
    assert states(folder) == {OTHER: "arretee", YEAR: "arretee"}


def test_an_adopted_campagne_whose_folder_is_gone_is_told(folder: DataFolder, capsys: Captured) -> None:
    shutil.rmtree(folder.raw / YEAR)
    assert main(["build"]) == 1
    assert states(folder) == {OTHER: "provisoire"}
    [arret] = manifest_of(folder).arrets
    assert arret["chiffres_modifies"] > 0
    assert f"chiffres de {YEAR} ne sont plus ceux" in plain(capsys.readouterr().err)


def test_what_an_arret_and_local_definitions_change_is_named_by_status(folder: DataFolder, capsys: Captured) -> None:
    then = manifest_of(folder)
    names = (f"(arrêts)/{YEAR}-45.figures.csv", f"(arrêts)/{YEAR}-45.json")
    assert set(names) <= set(input_hashes(folder))
    (folder.arrets / f"{YEAR}-45.json").write_text("{}", encoding="utf-8")
    (folder.root / "formats.yml").write_text("[]\n", encoding="utf-8")
    (folder.root / "definitions").mkdir()
    (folder.root / "definitions" / "indicators.yml").write_text("indicateurs: []\n", encoding="utf-8")
    found = changes(folder, then)
    assert found.modified == names[1:]
    assert found.added == ("(définitions)/formats.yml", "(définitions)/indicators.yml")
    main(["status"])
    out = plain(capsys.readouterr().out)
    assert "formats.yml du dossier de données (ajouté)" in out
    assert f"arrêt de {YEAR} (45) (modifié)" in out


@pytest.mark.parametrize("command", ["build", "status"])
def test_with_nothing_new_nothing_heavy_is_imported(folder: DataFolder, command: str) -> None:
    program = (
        f"import sys; from cli.main import main; assert main(['{command}']) == 0; "
        f"assert not set('{HEAVY}'.split()) & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert YEAR in done.stdout or "Rien de nouveau" in done.stdout


@pytest.mark.parametrize("name", [OTHER, "2019", f"../arrets/{YEAR}", ""])
def test_what_is_not_adopted_cannot_be_reopened(folder: DataFolder, name: str) -> None:
    before = input_hashes(folder)
    with pytest.raises(Refusal, match="n'est pas arrêtée"):
        run_reopening(folder, Settings(), silent, name)
    assert input_hashes(folder) == before
