"""A refused file: whose return it is, which published rows stand in for it, and what the exit code says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from pipeline.builds.result import RunResult
from pipeline.run import run_build
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.builds import quick_codebook, silent
from tests.support.exports import PORTEURS, reponse
from tests.support.families import YEARS, Layout, answers, write_campaign, write_family

DOSSIERS, ELAN = YEARS["dossier-2020"], YEARS["elan-2021"]
WITHOUT_ENFANTS = Layout(columns=lambda fmt: [column for column in fmt.colonnes if column.variable != "nb_enfants"])


def published(folder: DataFolder) -> RunResult:
    with patch("pipeline.build.load_codebook", lambda *_: quick_codebook()):
        return run_build(folder, Settings(folder.root), silent)


def read(result: RunResult, query: str) -> list[Any]:
    with duckdb.connect(str(result.folder / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def states(result: RunResult) -> list[Any]:
    """The exports of the campagne: (file, status, porteur), one row a file."""
    query = (
        "select distinct fichier, statut, porteur_id from qualite.fichier "
        "where campagne <> '' and statut <> 'ignore' and nature is distinct from 'agrement' order by all"
    )
    return read(result, query)


def enfants(result: RunResult) -> list[Any]:
    return read(result, "select porteur_id, nb_enfants from core.action order by all")


def anonymous(campagne: str) -> dict[str, str]:
    """A return that names nobody."""
    return answers(campagne)[0] | {"siret": "", "raison_sociale": ""}


@pytest.mark.parametrize(
    ("named", "name"),
    [
        ({"siret": PORTEURS[0]["siret"]}, "bilan.xlsx"),
        ({"siret": " ".join((PORTEURS[0]["siret"][:9], PORTEURS[0]["siret"][9:]))}, "bilan.xlsx"),
        ({"raison_sociale": "ASSOC. ALPHA"}, "bilan.xlsx"),
        ({}, "dossier-p1.xlsx"),
        ({}, "Bilan Association Alpha 2020.xlsx"),
    ],
    ids=["siret", "siret avec espaces", "alias", "identifiant du fichier", "nom du fichier"],
)
def test_a_bad_dossier_is_the_return_of_the_porteur_that_it_names(
    tmp_path: Path, named: dict[str, str], name: str
) -> None:
    folder = DataFolder(tmp_path)
    place = folder.raw / DOSSIERS
    write_campaign(place, "dossier-2020")[0].unlink()
    (bad,) = write_family(place, "dossier-2020", [anonymous(DOSSIERS) | named], layout=WITHOUT_ENFANTS)
    bad.rename(place / name)
    result = published(folder)
    assert states(result) == sorted([(name, "refuse", "p1"), ("dossier-r-a2.xlsx", "charge", None)])
    assert enfants(result) == [("p2", 10)]
    assert result.exit_code == 1
    (told,) = result.manifest.refused
    assert (told["fichier"], told["porteur_id"]) == (name, "p1")


def test_a_bad_dossier_that_names_nobody_or_two_porteurs_is_nobody_s_return(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    place = folder.raw / DOSSIERS
    write_campaign(place, "dossier-2020")[0].unlink()
    both = {"siret": PORTEURS[0]["siret"], "raison_sociale": PORTEURS[1]["raison_sociale"]}
    for name, values in (("personne.xlsx", {}), ("deux.xlsx", both)):
        (bad,) = write_family(place, "dossier-2020", [anonymous(DOSSIERS) | values], layout=WITHOUT_ENFANTS)
        bad.rename(place / name)
    assert states(published(folder)) == [
        ("deux.xlsx", "refuse", None),
        ("dossier-r-a2.xlsx", "charge", None),
        ("personne.xlsx", "refuse", None),
    ]


def test_a_bad_dossier_does_not_keep_its_former_rows_and_is_loaded_once_mended(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    place = folder.raw / DOSSIERS
    write_campaign(place, "dossier-2020")
    assert published(folder).exit_code == 0
    write_family(place, "dossier-2020", layout=WITHOUT_ENFANTS)
    write_family(place, "dossier-2020", [answers(DOSSIERS)[1]])
    bad = published(folder)
    assert (states(bad)[0], enfants(bad)) == (("dossier-r-a1.xlsx", "refuse", "p1"), [("p2", 10)])
    write_family(place, "dossier-2020")
    mended = published(folder)
    assert (enfants(mended), mended.exit_code) == ([("p1", 20), ("p2", 10)], 0)


@pytest.mark.parametrize("name", ["export.xlsx", "export-du-3-septembre.xlsx"])
def test_a_bad_file_of_many_porteurs_keeps_the_rows_published_before(tmp_path: Path, name: str) -> None:
    folder = DataFolder(tmp_path)
    place = folder.raw / ELAN
    write_campaign(place, "elan-2021")
    before = published(folder)
    (bad,) = write_family(place, "elan-2021", layout=WITHOUT_ENFANTS)
    bad.rename(place / name)
    for _ in range(2):  # and so on, as long as nobody mends it
        after = published(folder)
        assert [row for row in states(after) if row[1] == "perime"] == [("export.xlsx", "perime", None)]
        assert after.exit_code == 1
        assert [told["fichier"] for told in after.manifest.refused if told["perime"]] == ["export.xlsx"]
        for query in (
            "select * from core.action",
            "select * from core.collectif",
            "select * from marts.indicateur_valeur",
        ):
            assert read(after, f"{query} order by all") == read(before, f"{query} order by all")
        with (place / "campagne.yml").open("a", encoding="utf-8") as declaration:
            declaration.write("# relu\n")
    (place / name).unlink()
    write_family(place, "elan-2021", [reponse("a1", tiers_id="T1", campagne_declaree=ELAN, nb_enfants="11")], [])
    mended = published(folder)
    assert states(mended) == [("export.xlsx", "charge", None)]
    assert (enfants(mended), mended.exit_code) == ([("p1", 11)], 0)


def test_a_bad_file_is_absent_where_nothing_was_published_before(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    place = folder.raw / ELAN
    write_campaign(place, "elan-2021")
    published(folder)
    write_family(place, "elan-2021", layout=WITHOUT_ENFANTS)
    assert [state for _, state, _ in states(published(folder))] == ["perime"]
    shutil.rmtree(folder.curated)
    alone = published(folder)
    assert [(row[0], row[1]) for row in states(alone)] == [("export.xlsx", "refuse")]
    assert (enfants(alone), alone.exit_code) == ([], 1)
