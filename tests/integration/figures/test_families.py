"""Each family of exports gives the same rows, whatever its layout; an anomaly is said where the cell is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import load_workbook

from socle.paths import DataFolder
from tests.support.builds import cut_down, quick_build
from tests.support.exports import codebook
from tests.support.families import YEARS, answers, collectifs, write_campaign, write_family

BY_ACTION = [family for family in YEARS if family != "questionnaire-2014"]
WORKBOOKS = ["dossier-2020", "elan-2021", "trame-2025"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every family in a campagne of its own, all in one build."""
    folder = DataFolder(tmp_path_factory.mktemp("families"))
    for family, year in YEARS.items():
        write_campaign(folder.raw / year, family)
    with duckdb.connect(str(quick_build(folder).folder / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def rows(built: duckdb.DuckDBPyConnection, query: str, family: str) -> list[Any]:
    """What the query says of that family: `?` stands for its campagne."""
    return built.execute(query, [YEARS[family]]).fetchall()


@pytest.mark.parametrize("family", BY_ACTION)
def test_the_same_answers_come_out_of_every_family(built: duckdb.DuckDBPyConnection, family: str) -> None:
    refused = "select * from qualite.fichier where statut = 'refuse' and (campagne = ? or campagne is null)"
    assert rows(built, refused, family) == []
    assert rows(
        built,
        "select porteur_id, action_id, nb_enfants, nb_familles, porte_reaap, qpv, charges__60, type_structure "
        "from core.action where campagne = ? order by action_id",
        family,
    ) == [
        ("p1", "a1", 20, 9, True, True, 1234.50, "association_locale"),
        ("p2", "a2", 10, 9, True, True, 1234.50, "centre_social"),
    ]
    faults = "select message from qualite.anomalie where campagne = ? or campagne is null"
    assert rows(built, faults, family) == []


@pytest.mark.parametrize("family", WORKBOOKS)
def test_collectifs_come_out_of_every_family_that_describes_them(built: duckdb.DuckDBPyConnection, family: str) -> None:
    query = (
        "select action_id, collectif_id, inscrits, presents_moyens, depenses from core.collectif "
        "where campagne = ? order by all"
    )
    assert rows(built, query, family) == [
        ("a1", "1", 10, 9.5, 8000),
        ("a1", "2", 10, 9.5, 8000),
        ("a2", "1", 10, 9.5, 8000),
    ]


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DataFolder, duckdb.DuckDBPyConnection]]:
    """The three families of workbooks, each with two wrong cells in a return and two in a collectif."""
    folder = DataFolder(tmp_path_factory.mktemp("damaged"))
    for family in WORKBOOKS:
        written, groups = answers(YEARS[family]), collectifs(YEARS[family])
        written[1] |= {"nb_familles": "une dizaine", "nb_enfants_qpv": "99"}
        groups[2] |= {"inscrits": "14", "semaines": "toutes"}
        write_campaign(folder.raw / YEARS[family], family, partial(write_family, rows=written, groups=groups))
    # Every rule and every bound is there: what is reported is all that they find.
    known = replace(codebook(), indicators=cut_down(codebook()).indicators)
    made = quick_build(folder, definitions=known, rules=[rule.id for rule in known.rules]).folder
    with duckdb.connect(str(made / "warehouse.duckdb"), read_only=True) as connection:
        yield folder, connection


@pytest.mark.parametrize("family", WORKBOOKS)
def test_an_anomaly_is_said_where_its_cell_stands(
    damaged: tuple[DataFolder, duckdb.DuckDBPyConnection], family: str
) -> None:
    folder, connection = damaged
    found = connection.execute(
        "select fichier, feuille, ligne, valeur, regle, colonne, porteur_id, action_id from qualite.anomalie "
        "where campagne = ? order by regle",
        [YEARS[family]],
    ).fetchall()
    assert [(row[3], row[4]) for row in found] == [
        ("une dizaine", "cellule_illisible"),
        ("toutes", "cellule_illisible"),
        ("14", "inscrits_hors_8_12"),
        ("99", "qpv_superieur"),
    ]
    for fichier, feuille, ligne, valeur, _, colonne, *who in found:
        workbook = load_workbook(folder.raw / YEARS[family] / fichier)
        texts = [str(cell) for cell in workbook.get_sheet_by_name(feuille).to_python(skip_empty_area=False)[ligne - 1]]
        assert valeur in texts
        assert colonne
        assert who == ["p2", "a2"]


def test_a_structure_answers_for_all_its_actions(built: duckdb.DuckDBPyConnection) -> None:
    query = "select grain, porteur_id, porte_reaap from core.reponse where campagne = ? order by 2"
    assert rows(built, query, "questionnaire-2014") == [("structure", "p1", True), ("structure", "p2", True)]


def test_a_year_without_threshold_has_sizes_and_no_share_that_judges_them(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    write_campaign(folder.raw / "2021-2022", "elan-2021")
    known = cut_down(codebook(), ("part_collectifs_8_12", "enfants_par_collectif"))
    later = replace(known.funding, referentiel=(replace(known.funding.referentiel[1], depuis="2022-2023"),))
    made = quick_build(folder, definitions=replace(known, funding=later), rules=("inscrits_hors_8_12",)).folder
    with duckdb.connect(str(made / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select indicateur, statut, valeur from marts.indicateur_valeur where niveau = 'departement' "
            "and indicateur in ('part_collectifs_8_12', 'enfants_par_collectif') order by 1"
        ).fetchall()
    assert found == [("enfants_par_collectif", "diffusable", 10), ("part_collectifs_8_12", "sans_seuil", None)]
