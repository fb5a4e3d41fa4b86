"""The committee adopts a campagne: the marts say it as long as its figures are those adopted, and who reopened it."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.main import main
from pipeline.adopt import run_adoption, run_reopening
from pipeline.builds.lock import only_builder
from pipeline.run import run_build
from socle.files.manifest import WAREHOUSE, current_build
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.builds import build_with, plain, quick_codebook, silent
from tests.support.exports import agrement, make_folder, write_export

YEAR = "2019-2020"
DAY = date(2020, 11, 12)
Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def adopted(two_returns: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = DataFolder(tmp_path_factory.mktemp("arrete") / "data")
    shutil.copytree(two_returns.root, folder.root)
    with pytest.MonkeyPatch.context() as patch:
        build_with(patch, quick_codebook())
        run_adoption(folder, Settings(), silent, {YEAR: DAY.isoformat()}, "Zoé")
    return folder


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[DataFolder], DataFolder]]:
    build_with(monkeypatch, quick_codebook())
    monkeypatch.setenv("CLAS_DATA", str(tmp_path / "data"))

    def copied(folder: DataFolder) -> DataFolder:
        return DataFolder(Path(shutil.copytree(folder.root, tmp_path / "data")))

    yield copied


def fewer_children(folder: DataFolder, children: str = "7") -> None:
    agreed = [agrement("a1", nb_enfants_agrees=children)]
    write_export(folder.raw / YEAR / "agrements.csv", "agrements", agreed)


def read(folder: DataFolder, query: str) -> list[tuple[Any, ...]]:
    build = current_build(folder)
    assert build is not None
    with duckdb.connect(str(build / WAREHOUSE), read_only=True) as connection:
        return connection.execute(query).fetchall()


def state(folder: DataFolder) -> tuple[Any, ...]:
    [found] = read(folder, "select etat, arretee_le, arretee_par, chiffres_modifies > 0 from marts.campagne_etat")
    return found


def history(folder: DataFolder) -> list[str]:
    declared = json.loads((folder.arrets / f"{YEAR}-45.json").read_bytes())
    return [event["action"] for event in declared["historique"]]


def test_an_adopted_campagne_is_said_so_by_the_marts_and_kept_private(
    two_returns: DataFolder, adopted: DataFolder
) -> None:
    assert state(two_returns) == ("provisoire", None, None, False)
    assert state(adopted) == ("arretee", DAY, "Zoé", False)
    assert read(adopted, "select distinct etat, arretee_le from marts.campagne") == [("arretee", DAY)]
    published = current_build(two_returns)
    assert published is not None
    assert read(adopted, "select campagne, build from core.arret") == [(YEAR, published.name)]
    assert read(adopted, "select nb_chiffres from core.arret") == read(
        adopted, "select count(*) from core.arret_chiffre"
    )
    modes = {path.relative_to(adopted.root): path.stat().st_mode for path in [adopted.etat, *adopted.etat.rglob("*")]}
    assert {stat.S_IMODE(mode) for mode in modes.values()} == {0o700, 0o600}
    assert {path.name for path in adopted.arrets.iterdir()} == {
        f"{YEAR}-45.json",
        f"{YEAR}-45.figures.csv",
        f"{YEAR}-45.lignes",
    }


def test_a_build_with_nothing_new_stays_instantaneous(adopted: DataFolder) -> None:
    assert run_build(adopted, Settings(), silent).new is False


def test_figures_that_changed_are_provisional_again_until_they_are_back(
    adopted: DataFolder, copy: Callable[[DataFolder], DataFolder], capsys: Captured
) -> None:
    folder = copy(adopted)
    roster = folder.raw / YEAR / "agrements.csv"
    before = roster.read_bytes()
    fewer_children(folder)
    assert main(["build"]) == 1
    assert state(folder) == ("provisoire", DAY, "Zoé", True)
    [(lost,)] = read(folder, "select count(*) from marts.arret_ecart where valeur_arretee is not null")
    assert lost > 0
    sentence = f"chiffres de {YEAR} ne sont plus ceux que le comité a arrêtés le 12/11/2020"
    assert sentence in plain(capsys.readouterr().err)
    assert main(["status"]) == 1
    assert sentence in plain(capsys.readouterr().out)
    assert main(["status", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["arrets"][0]["chiffres_modifies"] > 0
    roster.write_bytes(before)
    assert main(["build"]) == 0
    assert state(folder) == ("arretee", DAY, "Zoé", False)
    assert main(["status"]) == 0
    assert "arrêtée le 12/11/2020" in capsys.readouterr().out


def test_a_campagne_reopened_can_be_adopted_again_and_its_history_is_kept(
    adopted: DataFolder, copy: Callable[[DataFolder], DataFolder], capsys: Captured
) -> None:
    folder = copy(adopted)
    assert main(["arreter", YEAR]) == 1
    assert "Le comité a déjà arrêté l'année scolaire 2019-2020, le 12/11/2020." in plain(capsys.readouterr().err)
    assert main(["rouvrir", YEAR, "--motif", "Un bilan en retard"]) == 0
    assert state(folder) == ("provisoire", None, None, False)
    assert main(["rouvrir", YEAR]) == 1
    assert "n'est pas arrêtée" in capsys.readouterr().err
    assert main(["arreter", YEAR, "--date", "2020-12-01", "--par", "Ana"]) == 0
    assert "arrêtée le 01/12/2020" in capsys.readouterr().out
    assert state(folder) == ("arretee", date(2020, 12, 1), "Ana", False)
    assert history(folder) == ["arret", "reouverture", "arret"]


def refused(folder: DataFolder, campagne: str = YEAR, on: str = DAY.isoformat()) -> str:
    with pytest.raises(Refusal) as refusal:
        run_adoption(folder, Settings(), silent, {campagne: on})
    assert not list(folder.arrets.glob("*.json")) or history(folder) == ["arret"]
    return plain(refusal.value)


def test_nothing_is_adopted_before_it_is_published(tmp_path: Path) -> None:
    assert refused(make_folder(tmp_path)).startswith("Rien n'a encore été publié.")


def test_what_is_not_published_as_it_was_received_is_not_adopted(
    two_returns: DataFolder, copy: Callable[[DataFolder], DataFolder]
) -> None:
    folder = copy(two_returns)
    assert "Années publiées : 2019-2020." in refused(folder, "2018-2019")
    assert "n'est pas encore passé" in refused(folder, on=(date.today() + timedelta(days=2)).isoformat())
    (folder.raw / YEAR / "autre.csv").write_text("Un;Deux\n1;2\n", encoding="utf-8")
    assert "(2019-2020/autre.csv)" in refused(folder)
    assert run_build(folder, Settings(), silent).exit_code == 1
    assert "autre.csv est refusé" in refused(folder)


def test_nothing_is_adopted_while_a_build_is_under_way(adopted: DataFolder) -> None:
    with only_builder(adopted):
        assert "déjà en cours" in refused(adopted)


def test_a_date_that_is_none_is_refused(two_returns: DataFolder, copy: Callable[[DataFolder], DataFolder]) -> None:
    assert "« 12/11/2020 » n'est pas une date" in refused(copy(two_returns), on="12/11/2020")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda json_, _: json_.unlink(), "a disparu. Rien n'a été construit"),
        (lambda json_, _: json_.write_text("{", encoding="utf-8"), "n'est pas utilisable : il ne peut pas être lu"),
        (lambda json_, _: json_.write_text('{"campagne": "2019-2020"}', encoding="utf-8"), "il ne peut pas être lu"),
        (lambda _, figures: figures.write_text("rien", encoding="utf-8"), "ne sont plus ceux qui ont été arrêtés"),
        (lambda _, figures: figures.unlink(), "il a disparu"),
    ],
    ids=["lost", "cut", "incomplete", "figures changed", "figures lost"],
)
def test_an_arret_lost_or_damaged_stops_the_build_in_one_sentence(
    adopted: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, damage: Any, sentence: str
) -> None:
    folder = DataFolder(tmp_path / "data")
    shutil.copytree(adopted.root, folder.root)
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    damage(folder.arrets / f"{YEAR}-45.json", folder.arrets / f"{YEAR}-45.figures.csv")
    assert main(["build"]) == 1
    said = plain(capsys.readouterr().err)
    assert f"etat/arrets/{YEAR}-45." in said
    assert sentence in said
    assert "clas rouvrir 2019-2020" in said
    assert current_build(folder) == folder.builds / (current_build(adopted) or Path()).name


def test_an_arret_that_was_lost_can_be_reopened(adopted: DataFolder, copy: Callable[[DataFolder], DataFolder]) -> None:
    folder = copy(adopted)
    (folder.arrets / f"{YEAR}-45.json").write_text("{", encoding="utf-8")
    run_reopening(folder, Settings(), silent, YEAR)
    assert history(folder) == ["arret_perdu", "reouverture"]
    assert (folder.arrets / f"{YEAR}-45.json.abime").is_file()
    assert state(folder) == ("provisoire", None, None, False)


def test_figures_written_before_a_crash_were_never_adopted_and_stop_nothing(
    two_returns: DataFolder, copy: Callable[[DataFolder], DataFolder]
) -> None:
    folder = copy(two_returns)
    folder.arrets.mkdir(parents=True)
    (folder.arrets / f"{YEAR}-45.figures.csv").write_text("indicateur;niveau", encoding="utf-8")
    for _ in range(2):
        run_build(folder, Settings(), silent, force=True)
        assert state(folder) == ("provisoire", None, None, False)
    run_adoption(folder, Settings(), silent, {YEAR: DAY.isoformat()})
    assert state(folder)[0] == "arretee"


def test_figures_alone_where_nothing_is_published_are_an_arret_that_was_lost(
    adopted: DataFolder, copy: Callable[[DataFolder], DataFolder]
) -> None:
    folder = copy(adopted)
    shutil.rmtree(folder.curated)
    (folder.arrets / f"{YEAR}-45.json").unlink()
    with pytest.raises(Refusal, match="a disparu"):
        run_build(folder, Settings(), silent)
    run_reopening(folder, Settings(), silent, YEAR)
    assert state(folder) == ("provisoire", None, None, False)
