"""The three endings of a point, and what else the Caf decides: what counts, and what is asked no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.builds.open_points import OpenPoint, open_points, waiting_returns
from pipeline.core.decisions import CLOSED, CONFIRMED
from pipeline.preparation.write_decisions import (
    choose_reply,
    end_point,
    lift_rule,
    still_open,
    still_waiting,
    validate_waiting,
)
from socle.files.manifest import WAREHOUSE, current_build
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import plain
from tests.support.exports import codebook
from tests.support.once import copied
from tests.support.waiting import YEAR, build_waiting


def build_of(folder: DataFolder) -> Path:
    build = current_build(folder)
    assert build is not None
    return build


def point(folder: DataFolder, regle: str) -> OpenPoint:
    return next(one for one in open_points(build_of(folder), YEAR) if one.regle == regle)


@pytest.fixture(scope="module")
def decided(waiting: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The waiting year, all of it decided, built again; then one of its answers changed, and built a third time."""
    folder = copied(waiting, tmp_path_factory.mktemp("decidee"))
    returned = waiting_returns(build_of(folder), YEAR)
    assert validate_waiting(folder, YEAR, returned, "Statut perdu", "Mme Roy") == 2
    choose_reply(folder, YEAR, next(o for o in returned if o.reponse_id == "b2-1"), returned, "Le porteur", "Mme Roy")
    end_point(folder, point(folder, "collectif_hors_8_12"), CONFIRMED, "Vérifié sur place", "Mme Roy")
    end_point(folder, point(folder, "porteur_contredit"), CLOSED, "Porteur dissous", "Mme Roy")
    lift_rule(folder, codebook(), YEAR, "qpv_superieur", "Quartier redessiné", "Mme Roy")
    build_waiting(folder)
    return folder


@pytest.fixture(scope="module")
def warehouse(decided: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(build_of(decided) / WAREHOUSE), read_only=True) as connection:
        yield connection


def rows(warehouse: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(query).fetchall()


def test_what_the_caf_validated_or_chose_counts(warehouse: duckdb.DuckDBPyConnection) -> None:
    kept = {reponse for (reponse,) in rows(warehouse, "select reponse_id from core.reponse")}
    assert {"r-a1", "r-a2", "b2-1"} <= kept and "b2-2" not in kept
    assert rows(warehouse, "select * from core.reponse_en_attente") == []


def test_each_point_says_how_it_ended_by_whom_and_why(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        warehouse, "select regle, fin, effet, gravite, fin_par, fin_motif from qualite.anomalie where fin is not null"
    )
    assert sorted(found, key=str) == [
        ("cellule_illisible", "close", "valeur_ecartee", "alerte", None, "La réponse en répète une autre"),
        ("collectif_hors_8_12", "confirmee", "aucun", "alerte", "Mme Roy", "Vérifié sur place"),
        ("porteur_contredit", "close", "ligne_ecartee", "critique", "Mme Roy", "Porteur dissous"),
        ("qpv_superieur", "levee", "aucun", "info", "Mme Roy", "Quartier redessiné"),
        ("reponse_en_double", "close", "ligne_ecartee", "alerte", "Mme Roy", "Le porteur"),
        ("valeur_hors_liste", "confirmee", "valeur_ecartee", "alerte", "Mme Roy", "Statut perdu"),
    ]


def test_what_a_lifted_rule_would_have_set_aside_counts(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert rows(warehouse, "select nb_enfants_qpv from core.action where action_id = 'b6'") == [(14,)]


def test_what_ended_is_asked_no_more(decided: DataFolder, warehouse: duckdb.DuckDBPyConnection) -> None:
    ended = {"collectif_hors_8_12", "porteur_contredit", "qpv_superieur", "reponse_a_valider", "reponse_a_choisir"}
    assert ended & {one.regle for one in open_points(build_of(decided), YEAR)} == set()
    listed = (build_of(decided) / "quality" / "anomalies.csv").read_text(encoding="utf-8-sig")
    assert "Référentiel" not in listed and "prévoit de" not in listed
    assert rows(warehouse, "select a_verifier from core.controle where action_id in ('b6', 'b7')") == [(False,)] * 2
    assert rows(warehouse, "select bool_and(appliquee) from qualite.decision") == [(True,)]


def test_a_decision_ends_with_the_value_that_it_was_given_for(decided: DataFolder, tmp_path: Path) -> None:
    folder = copied(decided, tmp_path)
    path = folder.raw / YEAR / "reponses.csv"
    lines = path.read_text(encoding="utf-8-sig")
    assert ";30;" in lines and "Transmis" in lines
    path.write_text(lines.replace(";30;", ";40;").replace("Transmis", "Reçu"), encoding="utf-8-sig")
    build_waiting(folder)
    reopened = open_points(build_of(folder), YEAR)
    assert {"collectif_hors_8_12", "reponse_a_valider"} <= {one.regle for one in reopened}
    stale = [plain(one.message) for one in reopened if one.regle == "decision_sans_objet"]
    assert len(stale) == 2
    assert any("le point relevé dans reponses.csv, ligne 16 (nb_collectifs)" in sentence for sentence in stale)
    assert any("le statut de la réponse « r-a2 »" in sentence for sentence in stale)


def test_a_contradiction_is_not_confirmed_and_a_reason_is_needed(waiting: DataFolder, tmp_path: Path) -> None:
    folder = copied(waiting, tmp_path)
    with pytest.raises(Refusal, match="ne peut pas être confirmé"):
        end_point(folder, point(folder, "porteur_contredit"), CONFIRMED, "Si", "Mme Roy")
    with pytest.raises(Refusal, match="n'a pas de motif"):
        end_point(folder, point(folder, "collectif_hors_8_12"), CONFIRMED, "  ", "Mme Roy")
    with pytest.raises(Refusal, match="n'est pas de celles que l'on peut lever"):
        lift_rule(folder, codebook(), YEAR, "porteur_inconnu", "Si", "Mme Roy")
    assert not (folder.raw / YEAR / "decisions.yml").exists()


def test_what_is_written_is_no_longer_proposed(waiting: DataFolder, tmp_path: Path) -> None:
    folder = copied(waiting, tmp_path)
    build = build_of(folder)
    end_point(folder, point(folder, "collectif_hors_8_12"), CLOSED, "Vu", "Mme Roy")
    validate_waiting(folder, YEAR, waiting_returns(build, YEAR), "Vu", "Mme Roy")
    left = still_open(folder, YEAR, open_points(build, YEAR))
    assert len(left) == len(open_points(build, YEAR)) - 1
    assert {one.attente for one in still_waiting(folder, YEAR, waiting_returns(build, YEAR))} == {"choix"}
    with pytest.raises(Refusal, match="Aucun bilan de 2019-2020 n'attend"):
        validate_waiting(folder, YEAR, still_waiting(folder, YEAR, waiting_returns(build, YEAR)), "Vu", "Mme Roy")
