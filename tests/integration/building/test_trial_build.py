"""`clas build --essai` says what would change and publishes nothing; `clas publier` publishes just that, or refuses."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from cli.main import main
from cli.words.difference_text import show_difference
from pipeline.builds.difference import Difference, compare
from pipeline.trial import current_trial, publish_trial
from socle.files.manifest import current_build, pointed_build
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.builds import build_with, plain, quick_build, quick_codebook
from tests.support.demo import build_of
from tests.support.exports import agrement, make_folder, reponse, write_export
from tests.support.once import copied
from tests.support.quantities import RULES

YEAR = "2019-2020"


def trial(folder: DataFolder) -> Path:
    return quick_build(folder, published=False).folder


def answer_more(folder: DataFolder) -> None:
    """The first return changes its children, the second is gone, a third file cannot be read."""
    rows = [reponse("a1", nb_enfants="12", nb_familles="environ 9")]
    write_export(folder.raw / YEAR / "reponses.csv", "questionnaire-2016", rows)
    (folder.raw / YEAR / "autre.csv").write_text("rien;de;connu\n1;2;3\n", encoding="utf-8")


@pytest.fixture(scope="module")
def tried_once(two_returns: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = copied(two_returns, tmp_path_factory.mktemp("essai"))
    answer_more(folder)
    trial(folder)
    return folder


@pytest.fixture
def tried(tried_once: DataFolder, tmp_path: Path) -> tuple[DataFolder, Path, Path]:
    """A data folder, its published build, its trial."""
    folder = copied(tried_once, tmp_path)
    made = current_trial(folder)
    assert made
    return folder, build_of(folder), made


def test_a_trial_publishes_nothing(tried: tuple[DataFolder, Path, Path]) -> None:
    folder, published, made = tried
    assert pointed_build(folder) == published.name
    assert current_trial(folder) == made
    assert not (folder.builds / made.name).exists()


def test_a_trial_is_published_as_it_was_seen(tried: tuple[DataFolder, Path, Path]) -> None:
    folder, _, made = tried
    before = (made / "manifest.json").read_bytes()
    result = publish_trial(folder, Settings())
    assert (pointed_build(folder), result.folder.name) == (made.name, made.name)
    assert (result.folder / "manifest.json").read_bytes() == before
    assert current_trial(folder) is None


def test_the_difference_names_what_changes(tried: tuple[DataFolder, Path, Path]) -> None:
    _, published, made = tried
    found = compare(published, made)
    assert [(row["fichier"], row["changement"], row["statut"]) for row in found.fichiers] == [
        ("autre.csv", "ajouté", "refuse"),
        ("reponses.csv", "modifié", "charge"),
    ]
    assert [(row["action_id"], row["changement"]) for row in found.bilans] == [("a2", "plus compté")]
    changed = {row["indicateur"]: (row["valeur_avant"], row["valeur"]) for row in found.chiffres}
    assert changed["nb_enfants_accueillis"] == (20, 12)
    assert "nb_enfants" not in changed
    assert [(row["regle"], row["changement"]) for row in found.points] == [("nombre_approximatif", "nouveau")]


def test_the_difference_is_said_in_french(
    tried: tuple[DataFolder, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    _, published, made = tried
    show_difference(compare(published, made), RULES, 1)
    said = plain(capsys.readouterr().out)
    assert f"Ce qui change par rapport à la construction {published.name} :" in said
    assert "- 2 fichiers :" in said
    assert "2019-2020 : Centre social Bêta, action a2 (plus compté)" in said
    assert "- et 1 autre." in said
    show_difference(Difference(published.name, made.name), RULES, 2)
    assert "Rien ne change" in capsys.readouterr().out


def test_a_build_without_a_table_is_compared_all_the_same(tried: tuple[DataFolder, Path, Path]) -> None:
    _, published, made = tried
    (published / "warehouse.duckdb").unlink()
    with duckdb.connect(str(published / "warehouse.duckdb")) as connection:
        connection.execute("create schema core; create table core.reponse (campagne varchar, porteur_id varchar)")
    assert {row["changement"] for row in compare(published, made).bilans} == {"nouveau"}


def test_a_trial_made_before_another_publication_is_refused(tried: tuple[DataFolder, Path, Path]) -> None:
    folder, *_ = tried
    quick_build(folder)
    with pytest.raises(Refusal, match="Aucun essai"):
        publish_trial(folder, Settings())


def test_a_trial_of_files_that_changed_since_is_refused(tried: tuple[DataFolder, Path, Path]) -> None:
    folder, published, _ = tried
    write_export(folder.raw / YEAR / "agrements.csv", "agrements", [agrement("a1")])
    with pytest.raises(Refusal, match="ont changé depuis"):
        publish_trial(folder, Settings())
    assert current_build(folder) == published


def test_there_is_no_trial_to_publish(two_returns: DataFolder, tmp_path: Path) -> None:
    folder = copied(two_returns, tmp_path)
    with pytest.raises(Refusal, match="Aucun essai"):
        publish_trial(folder, Settings())


def test_a_second_trial_takes_the_place_of_the_first(tried: tuple[DataFolder, Path, Path]) -> None:
    folder, _, first = tried
    second = trial(folder)
    assert current_trial(folder) == second
    assert not first.exists() or first == second


def test_the_first_build_has_nothing_before_it_and_the_commands_show_then_publish_and_refuse_a_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_folder(tmp_path)
    build_with(monkeypatch, quick_codebook())
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    assert main(["build", "--essai"]) == 0
    said = plain(capsys.readouterr().out)
    assert "sans être publié" in said
    assert "Première construction : rien n'était publié avant elle." in said
    assert pointed_build(folder) is None
    made = current_trial(folder)
    assert made
    found = compare(None, made)
    assert (found.avant, found.bilans, found.chiffres) == (None, [], [])
    assert main(["publier"]) == 0
    assert f"Construction {pointed_build(folder)} publiée" in capsys.readouterr().out
    assert main(["publier"]) == 1
    assert "Aucun essai n'attend d'être publié." in plain(capsys.readouterr().err)
