"""What is prepared changes nothing until it is accepted, can be given up, and follows what changes meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.deposits.load_history import Change, loads, record_load
from pipeline.deposits.uploads import deposits_of
from pipeline.preparation import preparation
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.exports import make_folder

YEAR = "2019-2020"
LATE = f"raw/{YEAR}/tardif.csv"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return make_folder(tmp_path)


def raw(folder: DataFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.raw.rglob("*") if path.is_file()}


def put(folder: DataFolder, nom: str = "tardif.csv", content: bytes = b"a;b\n1;2\n", replaces: str = "") -> None:
    preparation.put_file(folder, YEAR, nom, content, "Agent", replaces)


def test_a_file_is_kept_and_prepared_and_raw_is_as_before(folder: DataFolder) -> None:
    before = raw(folder)
    put(folder)
    assert raw(folder) == before
    (change,) = preparation.changes(folder)
    assert (change.chemin, change.avant) == (LATE, None)
    assert [one.par for one in deposits_of(folder, str(change.apres))] == ["Agent"]
    assert folder.preparation.stat().st_mode & 0o777 == 0o700


def test_given_up_nothing_is_left_of_it(folder: DataFolder) -> None:
    before = raw(folder)
    put(folder)
    preparation.give_up(folder)
    assert (preparation.find(folder), preparation.changes(folder), raw(folder)) == (None, (), before)


def test_a_file_takes_the_place_of_the_one_that_is_named_and_of_no_other(folder: DataFolder) -> None:
    with pytest.raises(Refusal, match="est déjà dans l'année"):
        put(folder, "reponses.csv")
    put(folder, replaces="reponses.csv")
    assert [(one.chemin, one.apres is None) for one in preparation.changes(folder)] == [
        (f"raw/{YEAR}/reponses.csv", True),
        (LATE, False),
    ]
    preparation.restore_file(folder, YEAR, "reponses.csv")
    preparation.restore_file(folder, YEAR, "tardif.csv")
    assert preparation.changes(folder) == ()


@pytest.mark.parametrize("nom", ["../a.csv", "a\u202eb.csv", ""])
def test_a_name_that_leads_elsewhere_or_hides_something_is_refused(folder: DataFolder, nom: str) -> None:
    with pytest.raises(Refusal, match="à cause de son nom"):
        put(folder, nom)
    assert preparation.changes(folder) == ()


@pytest.mark.parametrize("nom", ["corrections.yml", "bilan.xlsm", "sans_extension"])
def test_what_is_no_export_is_not_taken(folder: DataFolder, nom: str) -> None:
    with pytest.raises(Refusal, match="n'est pas accepté"):
        put(folder, nom)
    assert preparation.changes(folder) == ()


def test_a_file_that_is_not_there_is_neither_taken_out_nor_put_back(folder: DataFolder) -> None:
    for gesture in (
        lambda: preparation.remove_file(folder, YEAR, "../porteurs.csv", "Agent"),
        lambda: preparation.restore_file(folder, "..", "porteurs.csv"),
    ):
        with pytest.raises(Refusal, match="n'est plus dans le dossier"):
            gesture()


def test_what_changes_in_raw_meanwhile_is_taken_in(folder: DataFolder) -> None:
    put(folder)
    (folder.raw / YEAR / "agrements.csv").unlink()
    (folder.raw / YEAR / "textes.yml").write_text("contexte: Un mot.\n", encoding="utf-8")
    preparation.follow(folder)
    assert [one.chemin for one in preparation.changes(folder)] == [LATE]
    assert not (folder.prepared().raw / YEAR / "agrements.csv").exists()
    assert (folder.prepared().raw / YEAR / "textes.yml").is_file()


def test_a_file_that_both_changed_is_refused(folder: DataFolder) -> None:
    put(folder)
    (folder.raw / YEAR / "tardif.csv").write_bytes(b"autre")
    with pytest.raises(Refusal, match=f"changés en dehors de ce chargement.*{LATE}"):
        preparation.follow(folder)


def test_nothing_is_accepted_without_its_trial(folder: DataFolder) -> None:
    before = raw(folder)
    with pytest.raises(Refusal, match="Rien n'est en préparation"):
        preparation.accept(folder, Settings(), "Agent")
    put(folder)
    with pytest.raises(Refusal, match="Aucun essai"):
        preparation.accept(folder, Settings(), "Agent")
    assert raw(folder) == before


def test_a_load_is_not_taken_back_once_its_files_changed(folder: DataFolder) -> None:
    now = preparation.snapshot(folder)[f"raw/{YEAR}/reponses.csv"]
    record_load(folder, "000001-a", "Agent", (Change(f"raw/{YEAR}/reponses.csv", None, now),))
    record_load(folder, "000002-b", "Agent", (Change(f"raw/{YEAR}/reponses.csv", None, "autre"),))
    (folder.loads / "abime.json").write_text("{", encoding="utf-8")
    second, first = loads(folder)
    with pytest.raises(Refusal, match="ont changé depuis"):
        preparation.take_back(folder, second, "Agent")
    preparation.take_back(folder, first, "Agent")
    assert [(one.chemin, one.apres) for one in preparation.changes(folder)] == [(f"raw/{YEAR}/reponses.csv", None)]
    with pytest.raises(Refusal, match="déjà en préparation"):
        preparation.take_back(folder, first, "Agent")
