"""The same raw files give the same figures, and only what changed is read again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from pipeline.build import build
from pipeline.builds.result import changes
from pipeline.reading.campaigns import input_hashes, load_campaigns
from pipeline.run import run_build
from pipeline.staging.process import Reader
from pipeline.staging.stage_all import stage_all
from pipeline.staging.stage_file import Source
from pipeline.staging.staged import Staged
from socle.files.manifest import WAREHOUSE, Manifest, read_manifest
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import DefinitionError, Refusal
from tests.support.builds import build_with, plain, quick_build, quick_codebook, silent
from tests.support.demo import build_of
from tests.support.exports import agrement, declare, make_folder, reponse, shipped_format, table, write_export
from tests.support.once import copied

YEAR = "2019-2020"


class Counted:
    """Counts the files that are read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def forget(self) -> list[str]:
        """Return what was read since the last call, side by side."""
        read, self.read = self.read, []
        return sorted(read)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted, stage_one = Counted(), Reader.stage

    def counting(reader: Reader, source: Source, sha256: str, workspace: Path) -> None:
        counted.read.append(source.fichier)
        stage_one(reader, source, sha256, workspace)

    monkeypatch.setattr(Reader, "stage", counting)
    return counted


def published(folder: DataFolder) -> tuple[Path, Manifest]:
    """The build that is published, and its manifest."""
    build = build_of(folder)
    manifest = read_manifest(build)
    assert manifest
    return build, manifest


def stage(folder: DataFolder) -> list[Staged]:
    return stage_all(folder, quick_codebook(), load_campaigns(folder), input_hashes(folder), silent)


def staged_folders(folder: DataFolder) -> set[str]:
    return {path.name for path in folder.staging.iterdir()}


def test_a_rebuild_from_nothing_gives_the_same_figures_under_another_name(
    two_returns: DataFolder, tmp_path: Path
) -> None:
    folder = copied(two_returns, tmp_path)
    first, before = published(folder)
    shutil.rmtree(folder.curated)
    second = quick_build(folder)
    assert second.manifest.figures_hash == before.figures_hash
    assert second.manifest.tables == before.tables
    assert second.folder.name != first.name


def test_files_touched_but_unchanged_give_the_same_figures(
    two_returns: DataFolder, tmp_path: Path, reader: Counted
) -> None:
    folder = copied(two_returns, tmp_path)
    first, before = published(folder)
    for path in folder.raw.rglob("*.*"):
        os.utime(path, (1, 1))
    assert not changes(folder, before)
    second = quick_build(folder)
    assert second.manifest.figures_hash == before.figures_hash
    assert second.folder.name > first.name
    assert reader.read == []


def test_another_answer_gives_another_hash(two_returns: DataFolder, tmp_path: Path) -> None:
    folder = copied(two_returns, tmp_path)
    _, before = published(folder)
    answers = [reponse("a1", type_structure="Centre social")]
    write_export(folder.raw / YEAR / "reponses.csv", "questionnaire-2016", answers)
    assert changes(folder, before).modified == (f"{YEAR}/reponses.csv",)
    assert quick_build(folder).manifest.figures_hash != before.figures_hash


def test_with_nothing_new_nothing_is_built_unless_it_is_forced(
    two_returns: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(two_returns, tmp_path)
    first, _ = published(folder)
    build_with(monkeypatch, quick_codebook())
    again = run_build(folder, Settings(folder.root), silent)
    assert (again.folder, again.new, again.exit_code) == (first, False, 0)
    forced = run_build(folder, Settings(folder.root), silent, force=True)
    assert forced.new
    assert forced.folder != first


def test_what_did_not_change_is_not_read_again(tmp_path: Path, reader: Counted) -> None:
    folder = make_folder(tmp_path)
    first = stage(folder)
    assert reader.forget() == ["agrements.csv", "porteurs.csv", "reponses.csv"]
    assert stage(folder) == first
    assert reader.read == []


def test_a_changed_file_is_read_alone_and_its_former_rows_are_deleted(
    two_returns: DataFolder, tmp_path: Path, reader: Counted
) -> None:
    folder = copied(two_returns, tmp_path)
    before = {file.fichier: file.folder.name for file in stage(folder)}
    assert reader.read == []
    write_export(folder.raw / YEAR / "agrements.csv", "agrements", [agrement("a1")])
    after = {file.fichier: file.folder.name for file in stage(folder)}
    assert reader.read == ["agrements.csv"]
    assert {name for name in after if after[name] != before[name]} == {"agrements.csv"}
    assert staged_folders(folder) == set(after.values())


def test_a_refused_file_is_not_read_again_either_and_is_refused_with_the_same_sentence(
    tmp_path: Path, reader: Counted
) -> None:
    folder = make_folder(tmp_path)
    (folder.raw / YEAR / "notes.csv").write_text("Colonne;Autre\nune;deux\n", encoding="utf-8")
    first = [str(file.refusal) for file in stage(folder) if file.refusal]
    reader.forget()
    assert [str(file.refusal) for file in stage(folder) if file.refusal] == first
    assert len(first) == 1
    assert reader.read == []


def test_a_file_taken_away_leaves_the_staging(two_returns: DataFolder, tmp_path: Path) -> None:
    folder = copied(two_returns, tmp_path)
    assert len(staged_folders(folder)) == 3
    (folder.raw / YEAR / "reponses.csv").unlink()
    assert [file.fichier for file in stage(folder)] == ["porteurs.csv", "agrements.csv"]
    assert len(staged_folders(folder)) == 2


def test_a_reading_cut_short_is_cleared(two_returns: DataFolder, tmp_path: Path) -> None:
    folder = copied(two_returns, tmp_path)
    interrupted = folder.staging / ".en-cours-abcd" / "fait"
    interrupted.mkdir(parents=True)
    (interrupted / "t0.lignes.parquet").write_bytes(b"PAR1")
    stage(folder)
    assert not interrupted.parent.exists()


def test_an_export_of_another_year_is_refused_alone(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    declare(folder, "2018-2019")
    shutil.copy(folder.raw / YEAR / "agrements.csv", folder.raw / "2018-2019" / "agrements.csv")
    refused = {file.campagne: str(file.refusal) for file in stage(folder) if file.refusal}
    assert refused == {
        "2018-2019": "agrements.csv est rangé dans l'année scolaire 2018-2019, mais il indique 2019-2020. "
        "Rangez-le dans le dossier de son année."
    }


def test_without_the_register_nothing_is_built(two_returns: DataFolder, tmp_path: Path) -> None:
    folder = copied(two_returns, tmp_path)
    before, _ = published(folder)
    folder.register.unlink()
    with pytest.raises(Refusal, match=r"Le registre des porteurs \(porteurs.csv\) est absent") as refusal:
        quick_build(folder)
    assert refusal.value.code == "porteurs_absent"
    assert [path.name for path in folder.builds.iterdir()] == [before.name]


def test_a_register_that_is_refused_refuses_the_build(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    folder.register.write_text("Nom;Ville\nAlpha;Orléans\n", encoding="utf-8")
    with pytest.raises(Refusal, match=r"porteurs\.csv n'a été reconnu comme aucun export connu"):
        quick_build(folder)
    assert not folder.builds.exists()


def test_an_empty_raw_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="ne contient aucune année scolaire"):
        quick_build(DataFolder(tmp_path))


def test_definitions_that_contradict_themselves_publish_nothing(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder.raw / YEAR / "formats.yml").write_text("- id: incomplet\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        build(folder, Settings(folder.root), silent)
    assert any("incomplet" in sentence and "il manque" in sentence for sentence in error.value.errors)
    assert not folder.builds.exists()


def test_a_campagne_named_is_read_again_alone(built_years: Path, tmp_path: Path, reader: Counted) -> None:
    folder = copied(DataFolder(built_years), tmp_path)
    stage_all(folder, quick_codebook(), load_campaigns(folder), input_hashes(folder), silent, reread=[YEAR])
    assert reader.forget() == ["agrements.csv", "reponses.csv"]


def test_a_campagne_that_is_not_there_cannot_be_read_again(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    with pytest.raises(Refusal, match="2018-20"):
        run_build(folder, Settings(), silent, reread=["2018-20"])


def test_a_staged_file_cut_by_a_power_failure_is_made_again(
    two_returns: DataFolder, tmp_path: Path, reader: Counted, subtests: pytest.Subtests
) -> None:
    folder = copied(two_returns, tmp_path)
    (folder.staging / "note.txt").write_text("laissé là", encoding="utf-8")
    for content in (b"", b"{", None):
        with subtests.test(content=content):
            for declaration in folder.staging.glob("*/fichier.json"):
                declaration.unlink() if content is None else declaration.write_bytes(content)
            assert all(staged.refusal is None for staged in stage(folder))
            assert len(reader.forget()) == 3


def test_a_sheet_of_no_known_format_is_listed(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder.raw / YEAR / "agrements.csv").unlink()
    lines = table(shipped_format("agrements"), [agrement("a1")])
    with xlsxwriter.Workbook(folder.raw / YEAR / "agrements.xlsx") as workbook:
        for name, content in (("Liste", lines), ("Notes", [["À relire", "par le secrétariat"]])):
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(content):
                sheet.write_row(row, 0, cells)
    built = quick_build(folder)
    with duckdb.connect(str(built.folder / WAREHOUSE), read_only=True) as connection:
        found = connection.execute(
            "select feuille, statut, message from qualite.fichier where feuille <> ''"
        ).fetchall()
    assert [(feuille, statut) for feuille, statut, _ in found] == [("Notes", "ignore"), ("Liste", "charge")]
    assert "« Notes » n'a pas été lue" in plain(found[0][2])
