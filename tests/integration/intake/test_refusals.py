"""A refused file: whose return it is, which published rows stand in for it, and what the exit code says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.builds.result import RunResult
from pipeline.run import run_build
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.builds import built_with, quick_codebook, silent
from tests.support.exports import PORTEURS, reponse
from tests.support.families import YEARS, Layout, answers, write_campaign, write_family

DOSSIERS, ELAN, NEXT = YEARS["dossier-2020"], YEARS["elan-2021"], "2022-2023"
WITHOUT_ENFANTS = Layout(columns=lambda fmt: [column for column in fmt.colonnes if column.variable != "nb_enfants"])


def published(folder: DataFolder) -> RunResult:
    with built_with(quick_codebook()):
        return run_build(folder, Settings(folder.root), silent)


def read(result: RunResult, query: str) -> list[Any]:
    with duckdb.connect(str(result.folder / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def states(result: RunResult, campagne: str) -> list[Any]:
    """The exports of the campagne: (file, status, porteur), one row a file."""
    query = (
        "select distinct fichier, statut, porteur_id from qualite.fichier "
        f"where campagne = '{campagne}' and statut <> 'ignore' and nature is distinct from 'agrement' order by all"
    )
    return read(result, query)


def enfants(result: RunResult, campagne: str) -> list[Any]:
    return read(result, f"select porteur_id, nb_enfants from core.action where campagne = '{campagne}' order by all")


# A file that says whose it is, and one that does not: its name, what it holds, its porteur.
NAMED: dict[str, tuple[str, dict[str, str], str | None]] = {
    "siret": ("bilan-1.xlsx", {"siret": PORTEURS[0]["siret"]}, "p1"),
    "siret avec espaces": (
        "bilan-2.xlsx",
        {"siret": " ".join((PORTEURS[0]["siret"][:9], PORTEURS[0]["siret"][9:]))},
        "p1",
    ),
    "alias": ("bilan-3.xlsx", {"raison_sociale": "ASSOC. ALPHA"}, "p1"),
    "identifiant du fichier": ("dossier-p1.xlsx", {}, "p1"),
    "nom du fichier": ("Bilan Association Alpha 2020.xlsx", {}, "p1"),
    "personne": ("personne.xlsx", {}, None),
    "deux": ("deux.xlsx", {"siret": PORTEURS[0]["siret"], "raison_sociale": PORTEURS[1]["raison_sociale"]}, None),
}


@pytest.fixture(scope="module")
def never_published(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A first build: bad dossiers beside a good one, and a bad export of many porteurs."""
    folder = DataFolder(tmp_path_factory.mktemp("jamais"))
    place = folder.raw / DOSSIERS
    write_campaign(place, "dossier-2020")[0].unlink()
    for number, (name, named, _) in enumerate(NAMED.values(), start=1):
        # The number makes each a file of its own: a copy would not be read.
        values = answers(DOSSIERS)[0] | {"siret": "", "raison_sociale": "", "nb_familles": str(number)} | named
        (bad,) = write_family(place, "dossier-2020", [values], layout=WITHOUT_ENFANTS)
        bad.rename(place / name)
    write_campaign(folder.raw / ELAN, "elan-2021", write_without_enfants)
    return published(folder)


def write_without_enfants(place: Path, family: str) -> list[Path]:
    return write_family(place, family, layout=WITHOUT_ENFANTS)


@pytest.mark.parametrize("case", NAMED)
def test_a_bad_dossier_is_the_return_of_the_one_porteur_that_it_names(never_published: RunResult, case: str) -> None:
    name, _, porteur = NAMED[case]
    found = [row for row in states(never_published, DOSSIERS) if row[0] == name]
    assert found == [(name, "refuse", porteur)]
    (told,) = [one for one in never_published.manifest.refused if one["fichier"] == name]
    assert told["porteur_id"] == porteur


def test_the_good_dossier_beside_bad_ones_is_loaded(never_published: RunResult) -> None:
    others = [row for row in states(never_published, DOSSIERS) if row[1] != "refuse"]
    assert others == [("dossier-r-a2.xlsx", "charge", None)]
    assert enfants(never_published, DOSSIERS) == [("p2", 10)]
    assert never_published.exit_code == 1


def test_a_bad_file_is_absent_where_nothing_was_published_before(never_published: RunResult) -> None:
    assert [row[:2] for row in states(never_published, ELAN)] == [("export.xlsx", "refuse")]
    assert (enfants(never_published, ELAN), never_published.exit_code) == ([], 1)


def test_a_bad_file_keeps_the_rows_published_before_when_it_is_of_many_porteurs(tmp_path: Path) -> None:
    """Dossiers, one a porteur, beside two exports of all, one of which comes back bad under another name."""
    folder, bad_names = DataFolder(tmp_path), {ELAN: "export.xlsx", NEXT: "export-du-3-septembre.xlsx"}
    dossiers = folder.raw / DOSSIERS
    write_campaign(dossiers, "dossier-2020")
    for campagne in bad_names:
        write_campaign(folder.raw / campagne, "elan-2021")
    before = published(folder)
    assert before.exit_code == 0
    for campagne, name in bad_names.items():
        (bad,) = write_without_enfants(folder.raw / campagne, "elan-2021")
        bad.rename(bad.with_name(name))
    write_family(dossiers, "dossier-2020", [answers(DOSSIERS)[0]], layout=WITHOUT_ENFANTS)
    for _ in range(2):  # and so on, as long as nobody mends it
        check_kept(before, published(folder))
        with (dossiers / "campagne.yml").open("a", encoding="utf-8") as declaration:
            declaration.write("# relu\n")
    for campagne, name in bad_names.items():
        (folder.raw / campagne / name).unlink()
        mended = reponse("a1", tiers_id="T1", campagne_declaree=campagne, nb_enfants="11")
        write_family(folder.raw / campagne, "elan-2021", [mended], [])
    write_family(dossiers, "dossier-2020")
    after = published(folder)
    assert after.exit_code == 0
    for campagne in bad_names:
        assert states(after, campagne) == [("export.xlsx", "charge", None)]
        assert enfants(after, campagne) == [("p1", 11)]
    assert enfants(after, DOSSIERS) == [("p1", 20), ("p2", 10)]


def check_kept(before: RunResult, after: RunResult) -> None:
    """The rows of both exports are those published before; the bad dossier has none any more."""
    assert after.exit_code == 1
    for campagne in (ELAN, NEXT):
        assert [row for row in states(after, campagne) if row[1] == "perime"] == [("export.xlsx", "perime", None)]
        refused = [one for one in after.manifest.refused if one["campagne"] == campagne]
        assert [told["fichier"] for told in refused if told["perime"]] == ["export.xlsx"]
    for table in ("core.action", "core.collectif", "marts.indicateur_valeur"):
        query = f"select * from {table} where campagne in ('{ELAN}', '{NEXT}') order by all"
        kept = read(after, query)
        assert kept
        assert kept == read(before, query)
    assert states(after, DOSSIERS)[0] == ("dossier-r-a1.xlsx", "refuse", "p1")
    assert enfants(after, DOSSIERS) == [("p2", 10)]
