"""What an export holds, where it may be written, and that nothing half written is ever left."""

from __future__ import annotations

import csv
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from socle.files.cells import FORMULA_STARTS, safe_cell
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import plain, publish_hand_made, silent
from tests.support.diffusion import YEAR, loiret, national, publish_diffusion
from warehouse.open_data.export import export
from warehouse.open_data.tables import CHIFFRES, TABLES, TITLES
from warehouse.open_data.write import cell_sql

FILES = {"campagnes.csv", "chiffres.csv", "chiffres.parquet", "datapackage.json", "distribution.csv", "indicateurs.csv"}
LICENCE = "etalab-2.0"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """One adopted year of the Loiret; read it only."""
    made = DataFolder(tmp_path_factory.mktemp("loiret"))
    publish_diffusion(made, loiret("=HYPERLINK(1)"))
    return made


@pytest.fixture
def out(folder: DataFolder, tmp_path: Path) -> Path:
    export(folder, tmp_path / "ouvert", LICENCE, silent)
    return tmp_path / "ouvert"


def read(path: Path, delimiter: str = ",", encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def package(out: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    return content


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as error:
        action()
    return plain(error.value)


def test_the_folder_holds_the_files_and_no_other(out: Path) -> None:
    assert {path.name for path in out.iterdir()} == FILES
    assert [path.name for path in out.parent.iterdir()] == ["ouvert"]


def test_a_csv_is_utf_8_without_bom_with_commas_points_iso_dates_and_empty_nulls(out: Path) -> None:
    content = (out / "campagnes.csv").read_bytes()
    assert content.startswith(b"campagne,departement,fictif,")
    assert b"\r" not in content
    [row] = read(out / "campagnes.csv")
    told = [row[name] for name in ("fictif", "arretee_le", "nb_enfants_agrees", "nb_reponses")]
    assert told == ["true", "2020-10-12", "", "41"]
    shares = [row for row in read(out / "chiffres.csv") if row["indicateur"] == "part_actions_qpv"]
    assert [(row["valeur"], row["numerateur"]) for row in shares] == [(repr(20 / 41), "20"), ("", "")]


def test_a_text_that_would_run_is_shown_in_the_csv_and_is_itself_in_the_parquet(out: Path) -> None:
    assert {row["source"] for row in read(out / "chiffres.csv")} >= {"'=HYPERLINK(1)"}
    assert read(out / "campagnes.csv")[0]["contexte"] == "Fermeture des écoles.\n=1+1"
    found = duckdb.connect().execute(f"select distinct source from '{out / 'chiffres.parquet'}'").fetchall()
    assert ("=HYPERLINK(1)",) in found


@pytest.mark.parametrize(
    "text", [*FORMULA_STARTS, *(f"''{start}1" for start in FORMULA_STARTS), "", "'", "a=1", " =1", "été", "12"]
)
def test_sql_makes_a_cell_as_safe_as_python_does(text: str) -> None:
    query = f"select {cell_sql('c', 'VARCHAR')} from (select ?::varchar as c) as t"
    assert duckdb.connect().execute(query, [text]).fetchone() == (safe_cell(text),)


def test_the_parquet_has_the_rows_of_the_csv_in_the_same_order_with_their_types(out: Path) -> None:
    table = duckdb.connect().execute(f"from '{out / 'chiffres.parquet'}'")
    assert [column[0] for column in table.description or []] == list(CHIFFRES.columns)
    rows = table.fetchall()
    assert [(row[1], row[8]) for row in rows] == [
        (row["indicateur"], float(row["valeur"]) if row["valeur"] else None) for row in read(out / "chiffres.csv")
    ]


def test_the_same_build_gives_the_same_bytes(folder: DataFolder, out: Path, tmp_path: Path) -> None:
    export(folder, tmp_path / "encore", LICENCE, silent)
    for name in FILES:
        assert (tmp_path / "encore" / name).read_bytes() == (out / name).read_bytes(), name


def test_the_package_says_what_it_is_where_it_comes_from_and_under_which_licence(out: Path, folder: DataFolder) -> None:
    told = package(out)
    assert told["title"].endswith("chiffres du Loiret, année scolaire 2019-2020 (données fictives)")
    assert told["description"].startswith("Données fictives\u202f: ")
    assert told["licenses"][0]["name"] == LICENCE
    assert told["created"] == "2026-11-24T00:00:00+00:00"
    build = folder.current.read_text(encoding="utf-8").strip()
    assert told["version"] == f"0.1.0+{build}"
    assert {"title": "Note de cadrage, 2021"} in told["sources"]


def test_every_column_has_a_title_and_a_description_in_french(out: Path) -> None:
    fields = [field for one in package(out)["resources"] if "schema" in one for field in one["schema"]["fields"]]
    assert len(fields) == sum(len(table.columns) for table in TABLES)
    assert [field["name"] for field in fields if not field.get("title") or not field.get("description")] == []
    assert set(TITLES) == {column for table in TABLES for column in table.columns}
    code = next(field for field in fields if field["name"] == "code")
    assert "rural (Rural)" in code["description"]


def test_real_figures_are_not_said_to_be_fictitious_and_a_licence_may_be_left_unsaid(tmp_path: Path) -> None:
    real = DataFolder(tmp_path / "data")
    publish_diffusion(real, loiret("Bilans"), fictif=False)
    export(real, tmp_path / "ouvert", "non-precisee", silent)
    told = package(tmp_path / "ouvert")
    assert "fictives" not in told["title"] + told["description"] + told["name"]
    assert "licenses" not in told


def test_without_an_adopted_year_nothing_is_written(tmp_path: Path) -> None:
    empty = DataFolder(tmp_path / "data")
    publish_diffusion(empty, loiret()[1:2], years=())
    told = refusal(lambda: export(empty, tmp_path / "ouvert", LICENCE, silent))
    assert told.startswith("Aucune année scolaire n'est arrêtée : il n'y a rien à diffuser.")
    assert "clas arreter" in told
    assert not (tmp_path / "ouvert").exists()


def test_a_build_of_before_the_disclosure_rule_is_not_exported(tmp_path: Path) -> None:
    publish_hand_made(DataFolder(tmp_path / "data"))
    told = refusal(lambda: export(DataFolder(tmp_path / "data"), tmp_path / "ouvert", LICENCE, silent))
    assert "clas build --force" in told


def test_an_earlier_export_is_replaced_whole(out: Path, tmp_path: Path) -> None:
    wide = DataFolder(tmp_path / "data")
    publish_diffusion(wide, national())
    export(wide, out, LICENCE, silent)
    names = {path.name for path in out.iterdir()}
    assert names == FILES | {f"synthese-nationale-donnees-fictives-{YEAR}.csv"}
    publish_diffusion(wide, loiret())
    export(wide, out, LICENCE, silent)
    assert {path.name for path in out.iterdir()} == FILES


@pytest.mark.parametrize("name", ["notes.txt", ".cache", "chiffres.csv"])
def test_a_folder_that_holds_something_else_is_left_as_it_is(folder: DataFolder, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("à moi", encoding="utf-8")
    told = refusal(lambda: export(folder, tmp_path, LICENCE, silent))
    assert f"autre chose qu'un export ({name})" in told
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_beside_an_earlier_export_is_not_taken_away(folder: DataFolder, out: Path) -> None:
    (out / "notes.txt").write_text("à moi", encoding="utf-8")
    assert "(notes.txt)" in refusal(lambda: export(folder, out, LICENCE, silent))
    assert (out / "chiffres.csv").exists()


def test_a_place_that_cannot_be_written_is_refused_in_a_sentence(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    sentences = {
        "fichier": "Rien n'a pu être écrit dans fichier : ce nom est déjà celui d'un fichier. Indiquez",
        "fichier/x": "son chemin passe par un fichier",
        "/proc/x": "le système refuse l'écriture",
    }
    for place, sentence in sentences.items():
        assert sentence in refusal(lambda place=place: export(folder, Path(place), LICENCE, silent))
    (tmp_path / "fichier").unlink()
    assert "dossier où vous travaillez" in refusal(lambda: export(folder, Path(), LICENCE, silent))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES)), "vous n'avez pas le droit d'y écrire"),
        (duckdb.IOException("Could not write file: No space left on device"), "il n'y a plus de place sur le disque"),
    ],
)
def test_what_the_disk_refuses_is_said_and_leaves_nothing(
    folder: DataFolder, tmp_path: Path, error: Exception, sentence: str
) -> None:
    def refuse(step: str) -> None:
        if step.startswith("Description"):
            raise error

    assert sentence in refusal(lambda: export(folder, tmp_path / "ouvert", LICENCE, refuse))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("earlier", [False, True])
def test_what_stops_on_the_way_leaves_what_was_there(folder: DataFolder, tmp_path: Path, earlier: bool) -> None:
    out = tmp_path / "ouvert"
    if earlier:
        export(folder, out, LICENCE, silent)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}

    def stop(step: str) -> None:
        if step.startswith("Description"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(folder, out, "ODbL-1.0", stop)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()} == before
    assert out.exists() == earlier


def test_only_a_national_build_writes_the_synthesis_and_only_what_is_shown(tmp_path: Path) -> None:
    wide = DataFolder(tmp_path / "data")
    publish_diffusion(wide, national(), fictif=False)
    export(wide, tmp_path / "ouvert", LICENCE, silent)
    rows = read(tmp_path / "ouvert" / f"synthese-nationale-{YEAR}.csv", ";", "utf-8-sig")
    labels = [row.pop("Libellé") for row in rows]
    assert labels[1] == "Actions en quartier prioritaire (QPV)"
    assert [tuple(row.values()) for row in rows] == [
        (YEAR, "nb_enfants", "45721", "45721", "", "2"),
        (YEAR, "part_actions_qpv", "0,542425", "1937", "3571", "1"),
        (YEAR, "enfants_par_collectif", "10,4", "", "", ""),
    ]
