"""A file from its upload to what the committee adopts, and back, by the functions that the pages call."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.__main__ import main
from pipeline.adopt import obstacles
from pipeline.builds.build_anomalies import points, sheets_read
from pipeline.builds.difference import compare
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.deposits.load_history import loads
from pipeline.drafting.draft import Draft
from pipeline.drafting.run import draft_file
from pipeline.preparation import preparation
from pipeline.preparation.row_answers import row_answers
from pipeline.preparation.unknown_porteurs import unknown_porteurs
from pipeline.preparation.write_corrections import add_correction
from pipeline.preparation.write_formats import HeaderAnswer, answer_draft
from pipeline.preparation.write_register import attach_name, read_register
from pipeline.run import run_build, run_rollback
from pipeline.staging.corrections import Correction
from pipeline.trial import current_trial
from socle.files.manifest import current_build, pointed_build
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.builds import quick_codebook, silent
from tests.support.exports import codebook, make_folder
from tests.support.faulty import NAME, STRANGER, UNKNOWN_HEADER, faulty_export

YEAR, OLD = "2019-2020", "reponses.csv"
Door = Callable[..., dict[str, Any]]


def quick(extra: tuple[Path, ...] = ()) -> Codebook:
    """The definitions of the folder, its formats included, with few indicators and one rule."""
    fast, rules = quick_codebook(), [rule for rule in codebook().rules if rule.message == "porteur_inconnu"]
    return replace(load_codebook(extra), indicators=fast.indicators, rules=tuple(rules), variables=fast.variables)


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Door:
    """`python -m pipeline`, and what it says last."""
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    monkeypatch.setattr("pipeline.build.load_codebook", quick)

    def run(*arguments: str) -> dict[str, Any]:
        main(arguments)
        said: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
        return said

    return run


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Two returns, published."""
    folder = make_folder(tmp_path_factory.mktemp("publie"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pipeline.build.load_codebook", quick)
        run_build(folder, Settings(), silent)
    return folder


@pytest.fixture
def folder(tmp_path: Path, published: DataFolder) -> DataFolder:
    shutil.copytree(published.root, tmp_path, dirs_exist_ok=True)
    return DataFolder(tmp_path)


def built(folder: DataFolder) -> Path:
    found = current_build(folder)
    assert found
    return found


def tried(folder: DataFolder) -> Path:
    found = current_trial(folder)
    assert found
    return found


def load_faulty(folder: DataFolder) -> DataFolder:
    """The export in place of the returns, its header answered; return the folder of the preparation."""
    preparation.put_file(folder, YEAR, NAME, faulty_export(), "Agent", OLD)
    prepared = folder.prepared()
    draft, _ = draft_file(prepared, prepared.raw / YEAR / NAME, YEAR)
    assert isinstance(draft, Draft)
    assert [column.entete for _, column in draft.waiting] == [UNKNOWN_HEADER]
    answer_draft(prepared, draft, {(None, UNKNOWN_HEADER): HeaderAnswer("nb_enfants")}, "Agent")
    return prepared


def test_from_the_upload_to_the_adoption_and_back(folder: DataFolder, door: Door) -> None:
    before, first = preparation.snapshot(folder), built(folder)
    prepared = load_faulty(folder)
    assert "construction" in door("essai")
    label = f"{YEAR}/{NAME}"
    assert [(one.statut, one.lignes_lues) for one in sheets_read(tried(folder), [label])] == [("charge", 2)]
    found = {one.regle: one for one in points(tried(folder), [label])}
    assert set(found) == {"nombre_approximatif", "porteur_inconnu"}
    assert (preparation.snapshot(folder), pointed_build(folder)) == (before, first.name)

    point = found["nombre_approximatif"]
    answers = {one.variable: one for one in row_answers(prepared, YEAR, NAME, point.feuille, point.ligne or 0)}
    answer = answers[point.variable or ""]
    assert answer.texte == "environ 12"
    add_correction(
        prepared,
        Correction(YEAR, NAME, answer.feuille, answer.ligne, answer.variable, answer.texte, "12", "Appel", "Agent",
                   "2026-11-26"),
    )  # fmt: skip
    (unknown,) = unknown_porteurs(tried(folder), read_register(prepared))
    assert (unknown.nom, unknown.places[0].ligne) == (STRANGER["raison_sociale"], 3)
    attach_name(prepared, "p2", unknown.nom, "Agent")
    assert door("accepter", "Agent")["code"] == "essai_perime"
    assert preparation.snapshot(folder) == before

    assert "construction" in door("essai")
    changed = {
        row["indicateur"]: (row["valeur_avant"], row["valeur"]) for row in compare(first, tried(folder)).chiffres
    }
    assert changed["nb_enfants_accueillis"] == (20, 21)
    assert {one.regle for one in points(tried(folder), [label])} == {"valeur_corrigee"}
    published = door("accepter", "Agent")["construction"]
    assert (built(folder).name, preparation.find(folder)) == (published, None)
    assert {path.name for path in (folder.raw / YEAR).iterdir()} == {
        "agrements.csv", "campagne.yml", "corrections.yml", "formats.yml", NAME,
    }  # fmt: skip

    assert obstacles(folder) == {(YEAR, "45"): None}
    adopted = door("arreter", YEAR, "45", "2020-10-12", "Comité")["arrets"]
    assert [(one["campagne"], one["departement"]) for one in adopted] == [(YEAR, "45")]
    why = obstacles(folder)[YEAR, "45"]
    assert why is not None and why.code == "arret_deja_fait"
    assert door("rouvrir", YEAR, "*", "Un fichier manquait")["arrets"] == []

    assert run_rollback(folder, first.name) == first
    (load,) = loads(folder)
    preparation.take_back(folder, load, "Agent")
    assert "construction" in door("essai")
    door("accepter", "Agent")
    assert preparation.snapshot(folder) == before
    assert {one.par for one in loads(folder)} == {"Agent"}


def test_accepting_follows_raw_and_cut_short_can_be_done_again(
    folder: DataFolder, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_faulty(folder)
    door("essai")
    texts = folder.raw / YEAR / "textes.yml"
    texts.write_text("contexte: Un mot.\n", encoding="utf-8")
    assert door("accepter", "Agent")["code"] == "essai_perime"
    trial = door("essai")["construction"]

    def cut(*_: object) -> None:
        raise OSError("disque plein")

    with monkeypatch.context() as patched:
        patched.setattr("pipeline.preparation.preparation.record_load", cut)
        assert door("accepter", "Agent")["reference"]
    assert (folder.raw / YEAR / NAME).is_file()  # half done: raw is changed, nothing is published
    assert pointed_build(folder) != trial
    assert door("accepter", "Agent")["construction"] == trial
    assert texts.read_text(encoding="utf-8") == "contexte: Un mot.\n"


def test_a_refusal_is_said_for_who_has_no_terminal(folder: DataFolder, door: Door) -> None:
    preparation.put_file(folder, YEAR, NAME, faulty_export(), "Agent")
    said = door("accepter", "Agent")
    assert "clas build" in said["erreur"]
    assert "clas build" not in said["ecran"]
    assert door("essai", "trop")["erreur"].startswith("Utilisation")
