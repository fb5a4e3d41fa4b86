"""Years adopted by an older program: they keep the figures they were adopted with, and say what today's rules change."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from pipeline.build import build
from pipeline.builds.adoption import Arret, find
from pipeline.builds.lock import only_builder
from pipeline.builds.result import changes
from pipeline.codebook.model import Codebook
from pipeline.reading.campaigns import input_text
from pipeline.renew import figures_if_reopened, renew
from pipeline.safekeeping.health import health
from socle.files.manifest import PRIVATE, WAREHOUSE, current_build, read_manifest
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.adopted_v1 import YEARS, as_it_was_left
from tests.support.builds import silent
from tests.support.exports import codebook

PER_ACTION = YEARS[1]


def build_with(folder: DataFolder, definitions: Codebook) -> Path:
    with patch("pipeline.build.load_codebook", lambda *_: definitions), only_builder(folder):
        return build(folder, Settings(folder.root), silent).folder


def rows(folder: DataFolder, query: str, *values: object) -> list[tuple[Any, ...]]:
    published = current_build(folder)
    assert published
    with duckdb.connect(str(published / WAREHOUSE), read_only=True) as connection:
        return connection.execute(query, list(values)).fetchall()


def arret_of(folder: DataFolder, campagne: str) -> Arret:
    found = find(folder, campagne)
    assert found
    return found


def states(folder: DataFolder) -> dict[str, tuple[str, int]]:
    found = rows(folder, "select campagne, etat, chiffres_modifies from marts.campagne_etat")
    return {campagne: (state, changed) for campagne, state, changed in found}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The folder of the older program, built by this one."""
    folder = as_it_was_left(tmp_path_factory.mktemp("ancienne") / "data")
    build_with(folder, codebook())
    return folder


def test_what_an_older_program_adopted_is_still_adopted(opened: DataFolder) -> None:
    assert states(opened) == dict.fromkeys(YEARS, ("arretee", 0))
    assert rows(opened, "select campagne, regles from core.arret order by 1") == [(year, "") for year in YEARS]


def test_the_rows_it_read_are_kept_without_personal_cells(opened: DataFolder) -> None:
    kept = [path for path in opened.arrets.rglob("*") if path.is_file() and ".lignes" in str(path)]
    assert {path.stat().st_mode & 0o077 for path in [*kept, *(path.parent for path in kept)]} == {0}
    assert not [path for path in kept if "prive" in path.name]
    assert len([path for path in kept if path.name.endswith("lignes.parquet")]) == 6


def stricter() -> Codebook:
    """The program of later: « O » is no longer a yes, and children without a collectif are no longer counted."""
    shipped = codebook()
    later = replace(
        shipped.messages["enfants_sans_collectif"],
        effet="ligne_ecartee",
        depuis="2099-01-01",
        effet_avant="non_signalee",
    )
    messages = {**shipped.messages, "enfants_sans_collectif": later}
    yes = tuple(word for word in shipped.yes_words if word.casefold() != "o")
    return replace(shipped, yes_words=yes, messages=messages, hash="plus stricte")


@pytest.fixture(scope="module")
def later(opened: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The same, built by a program that reads less."""
    folder = DataFolder(Path(shutil.copytree(opened.root, tmp_path_factory.mktemp("stricte") / "data")))
    build_with(folder, stricter())
    return folder


def test_a_stricter_reading_changes_no_figure_of_an_adopted_year_and_is_listed(later: DataFolder) -> None:
    assert states(later) == dict.fromkeys(YEARS, ("arretee", 0))
    found = rows(
        later,
        "select variable, effet, nb_concernes > 0 from marts.regle_en_attente "
        "where campagne = ? and regle = 'lecture' and variable in ('nb_enfants', 'reponse_id')",
        PER_ACTION,
    )
    assert found == [("nb_enfants", "lue_autrement", True)]
    assert rows(later, "select count(*) from core.reponse where nb_enfants = 12")[0] > (0,)


def test_personal_cells_still_come_from_the_files(later: DataFolder) -> None:
    published = current_build(later)
    assert published
    with duckdb.connect(str(published / PRIVATE), read_only=True) as connection:
        found = connection.execute("select distinct campagne from donnee_personnelle order by 1").fetchall()
    assert (PER_ACTION,) in found


def test_the_figures_that_would_change_are_told_and_nothing_is_published(later: DataFolder) -> None:
    before = current_build(later)
    with patch("pipeline.build.load_codebook", lambda *_: stricter()):
        found = figures_if_reopened(later, Settings(later.root), silent, [PER_ACTION])
    changed = {row["indicateur"]: (row["valeur_avant"], row["valeur"]) for row in found}
    assert changed["nb_enfants_accueillis"][1] < changed["nb_enfants_accueillis"][0]
    assert {row["campagne"] for row in found} == {PER_ACTION}
    assert current_build(later) == before
    assert not list(later.candidates.glob("*-*"))


def test_renewed_with_a_reason_a_year_stays_adopted_with_its_new_figures(later: DataFolder, tmp_path: Path) -> None:
    folder = DataFolder(Path(shutil.copytree(later.root, tmp_path / "data")))
    former = (folder.arrets / f"{PER_ACTION}.figures.csv").read_bytes()
    with (
        patch("pipeline.build.load_codebook", lambda *_: stricter()),
        patch("pipeline.codebook.load.load_codebook", lambda *_: stricter()),
    ):
        with pytest.raises(Refusal, match="Dites pourquoi"):
            renew(folder, Settings(folder.root), silent, " ", [PER_ACTION])
        _, [arret] = renew(folder, Settings(folder.root), silent, "Règles de 2099", [PER_ACTION], "Ana")
    assert states(folder) == dict.fromkeys(YEARS, ("arretee", 0))
    assert rows(folder, "select distinct campagne from marts.regle_en_attente") in ([], [(YEARS[0],)])
    assert rows(folder, "select count(*) from core.reponse where nb_enfants = 12 and campagne = ?", PER_ACTION) == [
        (0,)
    ]
    [*_, event] = arret_of(folder, PER_ACTION).historique
    assert (event["action"], event["par"], event["motif"]) == ("reprise", "Ana", "Règles de 2099")
    assert arret.regles == "2099-01-01"
    kept = [path for path in folder.arrets.glob(f"{PER_ACTION}.figures-*.csv") if path.read_bytes() == former]
    assert len(kept) == 1


def test_rows_that_are_lost_are_said_and_the_year_reads_by_todays_rules(later: DataFolder, tmp_path: Path) -> None:
    folder = DataFolder(Path(shutil.copytree(later.root, tmp_path / "data")))
    shutil.rmtree(folder.arrets / f"{PER_ACTION}.lignes")
    manifest = read_manifest(current_build(folder) or Path())
    said = [point.constat for point in health(folder) if "lignes gardées" in point.constat]
    assert len(said) == 1 and PER_ACTION in said[0]
    assert [input_text(name) for name in changes(folder, manifest).removed] == [  # type: ignore[arg-type]
        f"lignes gardées avec l'arrêt de {PER_ACTION}"
    ]
    build_with(folder, stricter())
    assert states(folder)[PER_ACTION][0] == "provisoire"
    assert states(folder)[YEARS[0]] == ("arretee", 0)
