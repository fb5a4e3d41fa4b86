"""A refused file leaves its porteur as « retour refusé », or the last published rows as périmé; the rest publishes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from cli.building.build import refused_text
from socle.files.manifest import read_manifest
from socle.paths import DataFolder
from tests.support.builds import quick_build
from tests.support.families import write_campaign

YEAR = "2020-2021"


def query(folder: DataFolder, sql: str) -> list[Any]:
    with duckdb.connect(str(quick_build(folder).folder / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_bad_workbook_leaves_its_porteur_as_retour_refuse(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    bad, _ = write_campaign(folder.raw / YEAR, "dossier-2020")
    bad.write_bytes(b"PK\x03\x04 not a workbook")
    bad.rename(bad.with_name("Association Alpha.xlsx"))
    states = query(folder, "select porteur_id, retour from core.porteur_campagne order by 1")
    assert states == [("p1", "refuse"), ("p2", "recu")]
    assert query(folder, "select nb_reponses, nb_retours_refuses from marts.campagne") == [(1, 1)]


def test_a_bad_file_of_many_keeps_the_last_published_rows(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    (path,) = write_campaign(folder.raw / "2021-2022", "elan-2021")
    assert query(folder, "select count(*) from core.action") == [(2,)]
    path.write_bytes(b"PK\x03\x04 not a workbook")
    built = quick_build(folder)
    manifest = read_manifest(built.folder)
    assert manifest
    assert [(refused["fichier"], refused["perime"]) for refused in manifest.refused] == [("export.xlsx", True)]
    counts = "select (select count(*) from core.action), nb_fichiers_perimes from marts.campagne"
    assert query(folder, counts) == [(2, 1)]


def test_what_stands_in_for_a_refused_file_is_said() -> None:
    refused = {"campagne": YEAR, "message": "a.xlsx ne peut pas être lu."}
    assert refused_text(refused) == f"{YEAR}\u202f: a.xlsx ne peut pas être lu."
    assert refused_text(refused | {"porteur": "Alpha", "perime": False}).endswith("lu. Retour refusé\u202f: Alpha.")
    assert refused_text(refused | {"porteur": None, "perime": True}).endswith("sont gardées (périmé).")
