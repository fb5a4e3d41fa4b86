"""A Caf's data folder, as an earlier version of the program left it: files, definitions and decisions still count."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from io import BytesIO

import duckdb
import pytest
from docx import Document

from access.entry.local_codes import LocalCodes
from access.journal.journal import broken_at, entries
from bilan.compose import compose
from bilan.render import render
from pipeline.codebook.load import load_codebook
from socle.manifest import WAREHOUSE, Manifest
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from tests.support.builds import cut_down, quick_build
from tests.support.demo import build_of
from tests.support.office import word_text

YEAR, OWN = "2021-2022", "part_actions_avec_benevole"
# Each child, family and collectif was counted by hand in remontee-caf45.csv, its one correction made.
FIGURES = {
    "nb_enfants_accueillis": 293.0,
    "nb_familles": 260.0,
    "nb_collectifs": 23.0,
    "enfants_par_collectif": 293 / 23,
    OWN: 9 / 11,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[DataFolder, Manifest]:
    folder = DataFolder(tmp_path_factory.mktemp("caf") / "data")
    shutil.copytree(PROJECT_ROOT / "tests" / "fixtures" / "dossier_v1", folder.root)
    definitions = cut_down(load_codebook((folder.root,)), FIGURES)
    return folder, quick_build(folder, definitions=definitions).manifest


@pytest.fixture
def warehouse(built: tuple[DataFolder, Manifest]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(build_of(built[0]) / WAREHOUSE), read_only=True) as connection:
        yield connection


def test_its_files_are_read_in_its_own_wordings(built: tuple[DataFolder, Manifest]) -> None:
    _, manifest = built
    assert manifest.refused == []
    assert {f"{YEAR}/remontee-caf45.csv", f"{YEAR}/agrements-comite.csv"} <= set(manifest.staged)


def test_its_figures_and_those_of_its_own_indicator_are_the_same(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute("select indicateur, valeur from marts.comparaison where departement = '45'").fetchall()
    found = dict(rows)
    assert {name: found[name] for name in FIGURES} == pytest.approx(FIGURES)


def test_its_correction_and_its_texts_are_taken(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert warehouse.execute("select count(*) from qualite.correction").fetchall() == [(1,)]
    texts = {nature for (nature,) in warehouse.execute("select nature from core.texte").fetchall()}
    assert {"mot_du_comite", "citations", "perspectives"} <= texts


def test_what_its_committee_adopted_still_counts(built: tuple[DataFolder, Manifest]) -> None:
    _, manifest = built
    [arret] = manifest.arrets
    assert (arret["campagne"], arret["arretee_le"], arret["chiffres_modifies"]) == (YEAR, "2022-11-14", 0)
    assert [line["etat"] for line in manifest.campaigns] == ["arretee"]


def test_what_readers_hold_already_is_read(built: tuple[DataFolder, Manifest]) -> None:
    folder, _ = built
    kept = {path.name for path in (folder.diffusions / YEAR).iterdir()}
    assert "530e43e8c651832fc608ef76fe3d8ec7.parquet" in kept


def test_its_word_template_writes_the_bilan(
    built: tuple[DataFolder, Manifest], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = built
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    document = render(compose(folder, YEAR, "45"), "docx")
    word = Document(BytesIO(document))
    assert str(word.styles["Heading 1"].font.color.rgb) == "7A1FA2"
    assert "Caf fictive, charte de 2022" in [one.text for one in word.sections[0].footer.paragraphs]
    assert "Actions ayant au moins un bénévole" in word_text(document)


def test_an_account_opens_with_the_code_of_its_letter(built: tuple[DataFolder, Manifest]) -> None:
    folder, _ = built
    who = LocalCodes(folder).identify({"identifiant": "agent@caf.example", "code": "1M2T-KXNZ-H0SZ-77T8"}, "192.0.2.1")
    assert (who.nom, who.role, who.territoire) == ("Agent Caf (fictif)", "agent", "45")
    assert broken_at(folder) is None and entries(folder)[0].action == "identification"
