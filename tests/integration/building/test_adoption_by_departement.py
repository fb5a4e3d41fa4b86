"""A year is adopted département by département: what happens to one leaves the others adopted, and diffused."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.main import main
from pipeline.adopt import obstacles, run_adoption, run_reopening
from pipeline.builds.adoption import find, in_force
from pipeline.reading.campaigns import input_text, load_campaigns
from pipeline.run import run_build
from socle.files.manifest import DIFFUSION, WAREHOUSE, current_build, read_manifest
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.builds import build_with, plain, quick_codebook, silent
from tests.support.two_departements import (
    LOIRET,
    VAR,
    YEAR,
    adopt_as_before,
    declare_departements,
    two_departements,
    write_roster,
)

Captured = pytest.CaptureFixture[str]
Copy = Callable[[DataFolder], DataFolder]
DAY = "2020-11-12"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Both départements, of which nothing is adopted."""
    folder = two_departements(tmp_path_factory.mktemp("deux") / "data")
    with pytest.MonkeyPatch.context() as patch:
        build_with(patch, quick_codebook())
        run_build(folder, Settings(), silent)
    return folder


@pytest.fixture(scope="module")
def adopted_whole(published: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The year adopted by one file, as it was written until a year could be adopted in part."""
    folder = DataFolder(Path(shutil.copytree(published.root, tmp_path_factory.mktemp("entier") / "data")))
    adopt_as_before(folder)
    with pytest.MonkeyPatch.context() as patch:
        build_with(patch, quick_codebook())
        run_build(folder, Settings(), silent)
    return folder


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Copy]:
    build_with(monkeypatch, quick_codebook())
    monkeypatch.setenv("CLAS_DATA", str(tmp_path / "data"))

    def copied(folder: DataFolder) -> DataFolder:
        return DataFolder(Path(shutil.copytree(folder.root, tmp_path / "data")))

    yield copied


def read(folder: DataFolder, query: str, database: str = WAREHOUSE) -> list[tuple[Any, ...]]:
    build = current_build(folder)
    assert build is not None
    with duckdb.connect(str(build / database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def states(folder: DataFolder) -> dict[str, tuple[str, bool]]:
    rows = read(folder, "select departement, etat, chiffres_modifies > 0 from marts.campagne_etat")
    return {departement: (state, changed) for departement, state, changed in rows}


def diffused(folder: DataFolder) -> set[str]:
    """The départements of which a figure computed here, a count or a territory is shown."""
    shown = {
        table: {code for (code,) in read(folder, f"select distinct departement from {table} {where}", DIFFUSION)}
        for table, where in (
            ("marts.campagne", ""),
            ("marts.indicateur_valeur", "where origine = 'fictif' and departement is not null"),
            ("marts.territoire_couvert", ""),
        )
    }
    (listed,) = read(folder, "select coalesce(flatten(list(departements)), []) from core.campagne", DIFFUSION)[0]
    thresholds = read(folder, "select distinct departement from core.seuil where departement is not null", DIFFUSION)
    assert {frozenset(found) for found in shown.values()} <= {frozenset(listed), frozenset()}
    assert {code for (code,) in thresholds} == set(listed)
    return set(listed)


def histories(folder: DataFolder) -> dict[str, list[str]]:
    return {
        path.stem: [event["action"] for event in json.loads(path.read_bytes())["historique"]]
        for path in sorted(folder.arrets.glob("*.json"))
    }


ADOPTED, PROVISIONAL, CHANGED = ("arretee", False), ("provisoire", False), ("provisoire", True)


def test_a_year_adopted_as_a_whole_is_adopted_in_each_departement(adopted_whole: DataFolder) -> None:
    assert histories(adopted_whole) == {YEAR: ["arret"]}
    assert states(adopted_whole) == {LOIRET: ADOPTED, VAR: ADOPTED}
    assert diffused(adopted_whole) == {LOIRET, VAR}
    told = "select departement, nb_chiffres, arretee_le::varchar, arretee_par from core.arret order by 1"
    counted = dict(read(adopted_whole, "select departement, count(*) from core.arret_chiffre group by 1"))
    # The figure of France that the file holds is of no département: it is not read.
    assert set(counted) == {LOIRET, VAR}
    assert read(adopted_whole, told) == [(code, counted[code], DAY, "Zoé") for code in (LOIRET, VAR)]
    assert run_build(adopted_whole, Settings(), silent).new is False


def test_a_changed_cell_leaves_the_other_departement_adopted_and_diffused(
    adopted_whole: DataFolder, copy: Copy, tmp_path: Path, capsys: Captured
) -> None:
    folder = copy(adopted_whole)
    roster = folder.raw / YEAR / "agrements.csv"  # of both
    before = roster.read_bytes()
    shown = read(folder, f"from marts.indicateur_valeur where departement = '{LOIRET}' order by all", DIFFUSION)
    write_roster(folder, fewer=1)
    assert main(["build"]) == 1
    said = plain(capsys.readouterr().err)
    assert f"de {YEAR} ({VAR}) ne sont plus ceux que le comité a arrêtés le 12/11/2020" in said
    assert f"« clas rouvrir {YEAR} --departement {VAR} »" in said
    assert states(folder) == {LOIRET: ADOPTED, VAR: CHANGED}
    assert diffused(folder) == {LOIRET}
    assert read(folder, f"from marts.indicateur_valeur where departement = '{LOIRET}' order by all", DIFFUSION) == shown
    assert main(["export", "--out", str(tmp_path / "ouvert")]) == 0
    with (tmp_path / "ouvert" / "chiffres.csv").open(encoding="utf-8-sig", newline="") as file:
        exported = [row for row in csv.DictReader(file) if row["origine"] == "fictif"]
    assert exported and {row["departement"] for row in exported} == {LOIRET}
    roster.write_bytes(before)
    assert main(["build"]) == 0
    assert states(folder) == {LOIRET: ADOPTED, VAR: ADOPTED}


def test_one_departement_is_reopened_and_adopted_again_beside_the_others(
    adopted_whole: DataFolder, copy: Copy, capsys: Captured
) -> None:
    folder = copy(adopted_whole)
    whole = (folder.arrets / f"{YEAR}.json").read_bytes()
    assert main(["rouvrir", YEAR, "--departement", VAR, "--motif", "Un bilan en retard"]) == 0
    assert f"Année scolaire {YEAR} ({VAR}) rouverte" in plain(capsys.readouterr().out)
    assert (folder.arrets / f"{YEAR}.json").read_bytes() == whole
    assert histories(folder) == {YEAR: ["arret"], f"{YEAR}-{VAR}": ["arret", "reouverture"]}
    assert states(folder) == {LOIRET: ADOPTED, VAR: PROVISIONAL}
    assert diffused(folder) == {LOIRET}
    # What was shown of the Var is remembered: it cannot be taken back.
    [kept] = read(folder, f"select count(*) from '{folder.diffusions}/{YEAR}/*.parquet' where departement = '{VAR}'")
    assert kept > (0,)
    assert main(["rouvrir", YEAR, "--departement", VAR]) == 1
    assert f"« {YEAR} ({VAR}) » n'est pas arrêtée" in plain(capsys.readouterr().err)
    # Without a département, those that are not adopted yet.
    assert main(["arreter", YEAR, "--date", "2020-12-01", "--par", "Ana"]) == 0
    assert f"{YEAR} ({VAR}) arrêtée le 01/12/2020" in plain(capsys.readouterr().out)
    assert states(folder) == {LOIRET: ADOPTED, VAR: ADOPTED}
    assert histories(folder)[f"{YEAR}-{VAR}"] == ["arret", "reouverture", "arret"]
    days = read(folder, "select departement, arretee_le::varchar from core.arret order by 1")
    assert days == [(LOIRET, DAY), (VAR, "2020-12-01")]
    [frozen] = list(folder.gels.iterdir())
    assert frozen.name.startswith(f"{YEAR}-{VAR}-")
    # The whole year is reopened, whatever file says it.
    run_reopening(folder, Settings(), silent, YEAR)
    assert states(folder) == {LOIRET: PROVISIONAL, VAR: PROVISIONAL}
    assert in_force(folder, load_campaigns(folder)) == []


def test_one_departement_takes_todays_rules_and_the_other_keeps_its_own(
    adopted_whole: DataFolder, copy: Copy, capsys: Captured
) -> None:
    folder = copy(adopted_whole)
    assert main(["regles", YEAR, "--departement", VAR]) == 0
    said = plain(capsys.readouterr().out)
    assert f"{YEAR} ({VAR}), arrêtée le 12/11/2020 : rien ne change." in said
    assert f"({LOIRET})" not in said
    assert main(["regles", YEAR, "--departement", VAR, "--reprendre", "--motif", "Vu en comité"]) == 0
    assert histories(folder) == {YEAR: ["arret"], f"{YEAR}-{VAR}": ["arret", "reprise"]}
    assert states(folder) == {LOIRET: ADOPTED, VAR: ADOPTED}
    [former] = folder.arrets.glob(f"{YEAR}-{VAR}.figures-*.csv")
    assert former.read_bytes() == (folder.arrets / f"{YEAR}.figures.csv").read_bytes()
    # The rows of the whole year stay: the other département is still read from them.
    places = {path.name for path in folder.arrets.glob("*.lignes")}
    assert places == {f"{YEAR}.lignes", f"{YEAR}-{VAR}.lignes"}
    assert main(["regles", "2018-2019", "--departement", VAR, "--reprendre", "--motif", "Vu"]) == 1
    assert "« 2018-2019 (83) » n'est pas arrêtée" in plain(capsys.readouterr().err)


def test_the_arret_of_a_departement_that_is_lost_or_damaged_is_named(
    published: DataFolder, copy: Copy, capsys: Captured
) -> None:
    folder = copy(published)
    run_adoption(folder, Settings(), silent, {YEAR: DAY}, departement=LOIRET)
    assert states(folder) == {LOIRET: ADOPTED, VAR: PROVISIONAL}
    assert {path.name for path in folder.arrets.iterdir()} == {
        f"{YEAR}-{LOIRET}{suffix}" for suffix in (".json", ".figures.csv", ".lignes")
    }
    # The rows kept with it are those of the files that may hold some of it.
    build = read_manifest(current_build(folder) or Path())
    assert build
    kept = {place for place in build.staged.values() if place.startswith("etat/")}
    assert {name for name, place in build.staged.items() if place in kept} == {
        f"{YEAR}/agrements.csv",
        f"{YEAR}/{LOIRET}/reponses.csv",
    }
    assert input_text(f"(arrêts)/{YEAR}-{LOIRET}.json") == f"arrêt de {YEAR} ({LOIRET})"
    (folder.arrets / f"{YEAR}-{LOIRET}.json").unlink()
    assert main(["build"]) == 1
    said = plain(capsys.readouterr().err)
    assert f"etat/arrets/{YEAR}-{LOIRET}.json, qui garde" in said
    assert f"« clas rouvrir {YEAR} --departement {LOIRET} »" in said
    run_reopening(folder, Settings(), silent, YEAR, departement=LOIRET)
    assert histories(folder) == {f"{YEAR}-{LOIRET}": ["arret_perdu", "reouverture"]}


def test_what_stands_in_the_way_of_one_departement_does_not_stand_in_that_of_another(
    published: DataFolder, copy: Copy
) -> None:
    folder = copy(published)
    declare_departements(folder, "2A", LOIRET, VAR)
    (folder.raw / YEAR / VAR / "autre.csv").write_text("Un;Deux\n1;2\n", encoding="utf-8")
    assert run_build(folder, Settings(), silent).exit_code == 1
    found = obstacles(folder)
    assert {pair: why and why.code for pair, why in found.items()} == {
        (YEAR, "2A"): "arret_departement_vide",
        (YEAR, LOIRET): None,
        (YEAR, VAR): "arret_fichier_refuse",
    }
    assert "dans le département 2A : il n'y a ni action agréée ni bilan retenu" in plain(found[YEAR, "2A"])
    with pytest.raises(Refusal, match="2A"):
        run_adoption(folder, Settings(), silent, {YEAR: DAY})
    with pytest.raises(Refusal, match=r"83/autre\.csv est refusé"):
        run_adoption(folder, Settings(), silent, {YEAR: DAY}, departement=VAR)
    with pytest.raises(Refusal, match=r"Départements publiés\W+2A, 45, 83"):
        run_adoption(folder, Settings(), silent, {YEAR: DAY}, departement="974")
    assert not folder.arrets.exists()
    run_adoption(folder, Settings(), silent, {YEAR: DAY}, departement=LOIRET)
    assert find(folder, YEAR, LOIRET) and find(folder, YEAR, VAR) is None
    with pytest.raises(Refusal, match=rf"déjà arrêté l'année scolaire {YEAR} \(45\)"):
        run_adoption(folder, Settings(), silent, {YEAR: DAY}, departement=LOIRET)
