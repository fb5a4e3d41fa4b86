"""A build of every département: France and the intercommunalités are diffused, and tell nothing of the small ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.adopt import run_adoption, run_reopening
from pipeline.run import run_build
from socle.files.manifest import DIFFUSION, current_build
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.builds import build_with, quick_codebook, silent
from tests.support.national import SMALL, YEAR, departements, national_folder
from tests.support.once import copied


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = national_folder(tmp_path_factory.mktemp("france"))
    with pytest.MonkeyPatch.context() as patch:
        build_with(patch, quick_codebook())
        run_build(folder, Settings(), silent)
        run_adoption(folder, Settings(), silent, {YEAR: "2020-10-12"})
    return folder


def read(folder: DataFolder, query: str) -> list[tuple[Any, ...]]:
    build = current_build(folder)
    assert build is not None
    with duckdb.connect(str(build / DIFFUSION), read_only=True) as connection:
        return connection.execute(query).fetchall()


CHILDREN = (
    "select code, statut, valeur from marts.indicateur_valeur where indicateur = 'nb_enfants_accueillis' "
    "and origine = 'fictif' and niveau = '{}' order by code"
)


def test_france_is_shown_and_counts_every_departement(national: DataFolder) -> None:
    expected = 100 * sum(range(8, 14)) + sum(range(8, 11))
    assert read(national, CHILDREN.format("france")) == [("FR", "diffusable", expected)]


def test_the_small_departement_is_not_what_the_others_leave(national: DataFolder) -> None:
    hidden = [code for code, statut, _ in read(national, CHILDREN.format("departement")) if statut == "secret"]
    assert SMALL in hidden
    assert len(hidden) == 2
    shown = sum(value for _, statut, value in read(national, CHILDREN.format("departement")) if statut == "diffusable")
    assert shown == (len(departements()) - 2) * sum(range(8, 14))


def test_intercommunalites_are_there_and_follow_the_rule(national: DataFolder) -> None:
    found = read(national, CHILDREN.format("epci"))
    assert found
    assert {statut for _, statut, _ in found} <= {"diffusable", "secret"}
    assert any(statut == "diffusable" for _, statut, _ in found)


def test_france_is_no_longer_shown_once_one_departement_is_reopened(
    national: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(national, tmp_path / "data")
    build_with(monkeypatch, quick_codebook())
    run_reopening(folder, Settings(), silent, YEAR, departement="45")
    computed = "select distinct niveau, code, departement from marts.indicateur_valeur where origine = 'fictif'"
    shown = set(read(folder, computed))
    levels = {niveau for niveau, _, _ in shown}
    assert "france" not in levels and "epci" not in levels
    assert {code for _, _, code in shown if code} == set(departements()) - {"45"}
    # A région rests on its own départements alone: that of the Loiret (24) is hidden, others are shown.
    regions = {code for niveau, code, _ in shown if niveau == "region"}
    assert regions and "24" not in regions
