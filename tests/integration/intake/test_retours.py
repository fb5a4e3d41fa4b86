"""A refused file leaves its porteur as « retour refusé », or the last published rows as périmé; the rest publishes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.building.build import refused_text
from pipeline.build import Built
from socle.files.manifest import WAREHOUSE, read_manifest
from socle.paths import DataFolder
from tests.support.builds import quick_build
from tests.support.families import write_campaign

YEAR, NEXT = "2020-2021", "2021-2022"


def query(built: Built, sql: str) -> list[Any]:
    with duckdb.connect(str(built.folder / WAREHOUSE), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def damage(path: Path) -> Path:
    path.write_bytes(b"PK\x03\x04 not a workbook")
    return path


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Built]:
    """A bad dossier beside a sound export of all the porteurs; then that export is bad too."""
    folder = DataFolder(tmp_path_factory.mktemp("retours"))
    bad, _ = write_campaign(folder.raw / YEAR, "dossier-2020")
    damage(bad).rename(bad.with_name("Association Alpha.xlsx"))
    (export,) = write_campaign(folder.raw / NEXT, "elan-2021")
    first = quick_build(folder)
    damage(export)
    return first, quick_build(folder)


def test_a_bad_workbook_leaves_its_porteur_as_retour_refuse(builds: tuple[Built, Built]) -> None:
    for built in builds:
        of_year = f"where campagne = '{YEAR}' order by 1"
        states = query(built, f"select porteur_id, retour from core.porteur_campagne {of_year}")
        assert states == [("p1", "refuse"), ("p2", "recu")]
        assert query(built, f"select nb_reponses, nb_retours_refuses from marts.campagne {of_year}") == [(1, 1)]


def test_a_bad_file_of_many_keeps_the_last_published_rows(builds: tuple[Built, Built]) -> None:
    first, second = builds
    counted = f"select count(*) from core.action where campagne = '{NEXT}'"
    assert query(first, counted) == [(2,)]
    manifest = read_manifest(second.folder)
    assert manifest
    refused = [one for one in manifest.refused if one["campagne"] == NEXT]
    assert [(one["fichier"], one["perime"]) for one in refused] == [("export.xlsx", True)]
    assert query(second, counted) == [(2,)]
    assert query(second, f"select nb_fichiers_perimes from marts.campagne where campagne = '{NEXT}'") == [(1,)]


def test_what_stands_in_for_a_refused_file_is_said() -> None:
    refused = {"campagne": YEAR, "message": "a.xlsx ne peut pas être lu."}
    assert refused_text(refused) == f"{YEAR}\u202f: a.xlsx ne peut pas être lu."
    assert refused_text(refused | {"porteur": "Alpha", "perime": False}).endswith("lu. Retour refusé\u202f: Alpha.")
    assert refused_text(refused | {"porteur": None, "perime": True}).endswith("sont gardées (périmé).")
