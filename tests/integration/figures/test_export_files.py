"""`clas export` from one end to the other: Frictionless reads what it writes, and another Caf loads the synthesis."""

from __future__ import annotations

import csv
import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from cli.main import main
from pipeline.adopt import run_adoption
from socle.files.manifest import DIFFUSION, WAREHOUSE, current_build
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.builds import build_with, child, kill_at_change, plain, quick_build, quick_codebook, silent
from tests.support.diffusion import KEPT, YEAR, loiret, national, publish_diffusion
from tests.support.exports import codebook, make_folder
from tests.support.once import copied
from warehouse.open_data.export import export as write_export
from warehouse.open_data.tables import TABLES

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
SYNTHESIS = f"synthese-nationale-donnees-fictives-{YEAR}.csv"
NO_PROCESS = 2**22 + 1
"""No process bears this number: Linux gives none above 2**22."""
RULES = ("indicateur_inconnu", "synthese_en_double", "synthese_sans_valeur", "synthese_incoherente")


@pytest.fixture(scope="module")
def exported(two_returns: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build of two adopted returns gives, made by the whole flow; copy it to change it."""
    root = tmp_path_factory.mktemp("entier")
    folder = copied(two_returns, root / "data")
    with Patch.context() as patched:
        build_with(patched, quick_codebook())
        patched.setenv("CLAS_DATA", str(folder.root))
        run_adoption(folder, Settings(), silent, {YEAR: "2020-10-12"})
        assert main(["export", "--out", str(root / "ouvert")]) == 0
    return root / "ouvert"


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "ouvert"))


@pytest.fixture
def wide(tmp_path: Path, monkeypatch: Patch) -> Path:
    """The export of a national build."""
    folder = DataFolder(tmp_path / "national")
    publish_diffusion(folder, national())
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    assert main(["export", "--out", str(tmp_path / "ouvert")]) == 0
    return tmp_path / "ouvert"


def frictionless(out: Path) -> Any:
    """The report of the real validator, the network being out of reach.

    Importing it lifts the limit on the size of a CSV cell for the whole process: it is put back, others count on it.
    """
    limit = csv.field_size_limit()
    try:
        with warnings.catch_warnings(), patch("socket.socket.connect", side_effect=AssertionError("network")):
            warnings.simplefilter("ignore")
            from frictionless import validate

            return validate(str(out / "datapackage.json"))
    finally:
        csv.field_size_limit(limit)


def faults(out: Path) -> set[tuple[str, str]]:
    report = frictionless(out)
    assert not report.errors
    return {(task.name, error.type) for task in report.tasks for error in task.errors}


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_killed_at_each_change_of_the_disk_an_export_is_made_whole_by_the_next_one(tmp_path: Path) -> None:
    folder, out = DataFolder(tmp_path / "data"), tmp_path / "sorties" / "ouvert"
    publish_diffusion(folder, loiret())
    write_export(folder, out, "etalab-2.0", silent)
    whole = {path.name: path.read_bytes() for path in out.iterdir()}
    exit_code, change, left = -9, 0, set()
    while exit_code:
        change += 1
        with child(export_until_killed, folder.root, out, change) as process:
            process.join()
            exit_code = process.exitcode
        assert exit_code in (0, -9)
        assert not out.exists() or {path.name: path.read_bytes() for path in out.iterdir()} == whole
        left |= {path.suffix for path in out.parent.iterdir() if path != out}
        write_export(folder, out, "etalab-2.0", silent)
        assert [path.name for path in out.parent.iterdir()] == ["ouvert"]
    assert change > 7
    assert left == {".nouveau", ".ancien"}  # every kind of leftover was met


def test_an_export_put_aside_by_one_that_was_killed_is_not_lost_when_the_next_one_fails(tmp_path: Path) -> None:
    folder, out = DataFolder(tmp_path / "data"), tmp_path / "ouvert"
    publish_diffusion(folder, loiret())
    write_export(folder, out, "etalab-2.0", silent)
    out.rename(tmp_path / f".ouvert.{NO_PROCESS}.ancien")

    def stop(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_export(folder, out, "etalab-2.0", stop)
    assert (out / "datapackage.json").is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"data", "ouvert"}


def export_until_killed(root: Path, out: Path, changes: int) -> None:
    """Export, the process killing itself at its change of the disk of that number."""
    kill_at_change(out.parent, changes)
    write_export(DataFolder(root), out, "etalab-2.0", silent)


def test_frictionless_finds_the_whole_folder_valid(exported: Path) -> None:
    report = frictionless(exported)
    assert report.valid, report.flatten(["title", "message"])
    read = {task.name: (task.type, task.stats.get("rows")) for task in report.tasks}
    assert read["chiffres"][0] == "table"
    assert int(read["chiffres"][1] or 0) > 10
    assert read["chiffres-parquet"] == ("file", None)


def test_frictionless_finds_the_synthesis_valid_too(wide: Path) -> None:
    report = frictionless(wide)
    assert report.valid, report.flatten(["title", "message"])
    assert {task.name: task.stats.get("rows") for task in report.tasks}[f"synthese-nationale-{YEAR}"] == 3


@pytest.mark.parametrize(
    ("file", "before", "after", "fault"),
    [
        ("chiffres.csv", ",fictif,", ",inventé,", "constraint-error"),
        ("chiffres.csv", ",departement,45,45,", ",departement,,45,", "constraint-error"),
        ("chiffres.csv", "\n2019-2020,nb_", "\n2019-2020,zz_", "foreign-key"),
        ("campagnes.csv", ",2020-10-12,", ",12/10/2020,", "type-error"),
        ("indicateurs.csv", "serie_de", "serie", "incorrect-label"),
    ],
)
def test_a_broken_cell_is_found(copy: Path, file: str, before: str, after: str, fault: str) -> None:
    change(copy / file, before, after)
    assert (file.removesuffix(".csv"), fault) in faults(copy)


def test_a_row_given_twice_is_found(copy: Path) -> None:
    path = copy / "campagnes.csv"
    last = path.read_text(encoding="utf-8").splitlines()[-1]
    path.write_text(f"{path.read_text(encoding='utf-8')}{last}\n", encoding="utf-8")
    assert ("campagnes", "primary-key") in faults(copy)


def test_a_parquet_that_changed_is_found(copy: Path) -> None:
    with (copy / "chiffres.parquet").open("ab") as file:
        file.write(b"\0")
    assert {name for name, _ in faults(copy)} == {"chiffres-parquet"}


def test_what_is_exported_is_the_whole_of_what_may_be_diffused(exported: Path) -> None:
    build = current_build(DataFolder(exported.parent / "data"))
    assert build is not None
    with duckdb.connect(str(build / DIFFUSION), read_only=True) as connection:
        for table in TABLES:
            found = connection.execute(f"from {table.table}")
            columns, rows = [column[0] for column in found.description or []], len(found.fetchall())
            if table.name != "indicateurs":  # the catalogue's SQL is not published
                assert columns == list(table.columns)
            key = ", ".join(table.key)
            query = f"select count(*), count(distinct ({key})) from {table.table}"
            assert connection.execute(query).fetchone() == (rows, rows)


def test_the_real_tables_describe_every_column(exported: Path) -> None:
    package = json.loads((exported / "datapackage.json").read_text(encoding="utf-8"))
    fields = [field for one in package["resources"] if "schema" in one for field in one["schema"]["fields"]]
    assert [field["name"] for field in fields if not field.get("description")] == []
    assert {one["name"]: one["type"] for one in fields}["arretee_le"] == "date"


def test_the_synthesis_of_france_is_accepted_by_check(wide: Path, tmp_path: Path, capsys: Captured) -> None:
    with Patch.context() as patched:
        patched.setenv("CLAS_DATA", str(make_folder(tmp_path / "caf").root))
        assert main(["check", str(wide / SYNTHESIS), "--campagne", YEAR]) == 0
    told = plain(capsys.readouterr().out)
    assert f"{SYNTHESIS} est utilisable (année scolaire {YEAR})" in told
    assert "3 lignes lues" in told
    assert "0 point relevé à la lecture" in told


def test_a_caf_that_loads_the_synthesis_reads_the_same_figures(wide: Path, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "caf")
    shutil.copy(wide / SYNTHESIS, folder.raw / YEAR)
    known = tuple(one for one in codebook().indicators if one.id in KEPT)
    others = tuple(one for one in quick_codebook().indicators if one.id not in KEPT)
    book = replace(quick_codebook(), indicators=(*known, *others))
    with patch("tests.support.builds.quick_codebook", lambda: book):
        built = quick_build(folder, rules=RULES)
    assert built.manifest.refused == []
    with duckdb.connect(str(built.folder / WAREHOUSE), read_only=True) as connection:
        assert connection.execute(f"select regle from qualite.anomalie where fichier = '{SYNTHESIS}'").fetchall() == []
        loaded = connection.execute(
            "select indicateur, numerateur, denominateur, valeur, couverture from marts.indicateur_valeur "
            "where niveau = 'france' order by all"
        ).fetchall()
    assert loaded == [
        ("enfants_par_collectif", None, None, 10.4, None),
        ("nb_enfants", 45721.0, None, 45721.0, "2 départements sur 101"),
        ("part_actions_qpv", 1937.0, 3571.0, 1937 / 3571, "1 département sur 101"),
    ]


def test_the_command_says_what_it_wrote(tmp_path: Path, monkeypatch: Patch, capsys: Captured) -> None:
    publish_diffusion(DataFolder(tmp_path / "data"), loiret())
    monkeypatch.setenv("CLAS_DATA", str(tmp_path / "data"))
    assert main(["export", "--out", str(tmp_path / "ouvert")]) == 0
    out, err = capsys.readouterr()
    assert f"écrites dans {tmp_path / 'ouvert'} (données fictives)." in plain(out)
    assert "- chiffres.csv : 6 lignes" in plain(out)
    assert "Fichier chiffres…" in err
    assert main(["export", "--out", str(tmp_path / "ouvert"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["nom"]: one["lignes"] for one in told["fichiers"]} == {
        "chiffres.csv": 6, "chiffres.parquet": 6, "indicateurs.csv": 4, "distribution.csv": 1, "campagnes.csv": 1,
    }  # fmt: skip
    assert [one["octets"] for one in told["fichiers"]] == [
        (tmp_path / "ouvert" / one["nom"]).stat().st_size for one in told["fichiers"]
    ]


def test_the_command_refuses_with_1_and_an_unknown_licence_with_2(
    tmp_path: Path, monkeypatch: Patch, capsys: Captured
) -> None:
    publish_diffusion(DataFolder(tmp_path / "data"), [], years=())
    monkeypatch.setenv("CLAS_DATA", str(tmp_path / "data"))
    assert main(["export", "--out", str(tmp_path / "ouvert")]) == 1
    assert "lancez « clas arreter ANNÉE »" in plain(capsys.readouterr().err)
    monkeypatch.setenv("CLAS_LICENCE", "MIT")
    assert main(["export", "--out", str(tmp_path / "ouvert")]) == 2
    assert main(["export"]) == 2
