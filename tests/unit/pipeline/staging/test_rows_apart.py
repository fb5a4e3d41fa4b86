"""What is no answer below a header is set apart and told, and a return that looks like it is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.codebook.model import FormatColumn
from socle.words.refusal import Refusal
from tests.support.exports import siret, write_csv
from tests.support.tables import conformed, parsing_connection, small_format, write_ods, write_xlsx

FORMAT = small_format("reponse_id", "siret", "raison_sociale", "nb_enfants", "heures_encadrement", "intitule")
HEADER = [column.entete for column in FORMAT.colonnes]
FIRST, SECOND = ["r1", siret(1), "Les Amis", "12", "144", "Clas"], ["r2", siret(2), "Le Foyer", "10", "120", ""]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with parsing_connection() as opened:
        yield opened


def kept(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[list[str], list[tuple[int, str, str]]]:
    read, anomalies = conformed(connection, path, FORMAT)
    return [row["reponse_id"] for row in read], [(a["ligne"], a["regle"], a["message"]) for a in anomalies]


@pytest.mark.parametrize("mark", ["", "\ufeff", " ", "\u00a0"])
@pytest.mark.parametrize(("name", "write"), [("a.csv", write_csv), ("a.xlsx", write_xlsx), ("a.ods", write_ods)])
def test_a_header_written_again_is_told_once_for_the_whole_file(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, mark: str, name: str, write: object
) -> None:
    again = [mark + HEADER[0], *(header.upper() for header in HEADER[1:])]
    grid = [HEADER, FIRST, again, SECOND, HEADER, ["r3", *FIRST[1:]]]
    path = tmp_path / name
    write_csv(path, grid) if name == "a.csv" else write(path, {"F": grid})  # type: ignore[operator]
    ids, told = kept(connection, path)
    assert ids == ["r1", "r2", "r3"]
    assert [(line, rule) for line, rule, _ in told] == [(3, "intitules_repetes")]
    assert "lignes\u202f: 3, 5" in told[0][2]


def test_a_second_table_in_another_order_is_refused(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    other = [HEADER[2], HEADER[1], HEADER[0], *HEADER[3:]]
    path = write_csv(tmp_path / "a.csv", [HEADER, FIRST, other, ["Le Foyer", siret(2), "r2", "10", "120", ""]])
    with pytest.raises(Refusal) as refused:
        kept(connection, path)
    assert refused.value.code == "autre_tableau"
    assert "ligne 3" in str(refused.value)


def test_a_header_of_two_rows_written_again_is_told_once(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    columns = [
        FormatColumn("N°", "reponse_id"),
        FormatColumn("Public › Enfants", "nb_enfants"),
        FormatColumn("Public › Familles", "nb_familles"),
    ]
    fmt = small_format(*columns, lignes_entete=2)
    two = [["", "Public", ""], ["N°", "Enfants", "Familles"]]
    path = write_csv(tmp_path / "a.csv", [*two, ["r1", "12", "10"], *two, ["r2", "9", "8"]])
    read, anomalies = conformed(connection, path, fmt)
    assert [(row["reponse_id"], row["nb_familles"]) for row in read] == [("r1", 10), ("r2", 8)]
    assert len([a for a in anomalies if a["regle"] == "intitules_repetes"]) == 1


@pytest.mark.parametrize(
    "row",
    [
        ["Moyenne", "", "", "11,5", "132", ""],
        ["Moyennes par action", "", "", "11,5", "", ""],
        ["", "", "Médiane", "11", "", ""],
        ["Ensemble", "", "", "22", "264", ""],
        ["S/Total", "", "", "22", "", ""],
        ["Grand total", "", "", "22", "", ""],
        ["Nombre de réponses : 2", "", "", "", "", ""],
        ["Nombre de réponses", "2", "", "", "", ""],
        ["2 réponses", "", "", "", "", ""],
        ["Source : extraction du 12/10/2020", "", "", "", "", ""],
        ["Export du 12/07/2020", "", "", "", "", ""],
        ["* données provisoires", "", "", "", "", ""],
        ["Page 1/3", "", "", "", "", ""],
        ["----------", "", "", "", "", ""],
    ],
)
def test_what_stands_under_a_table_is_no_return(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, row: list[str]
) -> None:
    ids, told = kept(connection, write_csv(tmp_path / "a.csv", [HEADER, FIRST, SECOND, row]))
    assert (ids, [(line, rule) for line, rule, _ in told]) == (["r1", "r2"], [(4, "ligne_hors_tableau")])


def test_the_lines_under_a_table_are_told_once(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    under = [["Moyenne", "", "", "11", "", ""], ["Source : Caf", *[""] * 5], ["Page 1", *[""] * 5]]
    ids, told = kept(connection, write_csv(tmp_path / "a.csv", [HEADER, FIRST, *under]))
    assert (ids, len(told)) == (["r1"], 1)
    assert "3, 4, 5 (la première\u202f: «\u202fMoyenne\u202f»)" in told[0][2]


@pytest.mark.parametrize(
    "row",
    [
        ["Ensemble", siret(1), "", "12", "144", ""],  # the name of a porteur, and its SIRET
        ["Ensemble", "", "Association Ensemble", "12", "144", ""],
        ["Total Danse", "", "Les Amis", "12", "", ""],
        ["Moyenne section", "", "Les Amis", "12", "", ""],
        ["Source vive", "", "Les Amis", "12", "", ""],
        ["Page blanche", "", "Les Amis", "12", "", ""],
        ["Notes et mots", "", "", "12", "", "Clas du soir"],
        ["Maximômes", "", "", "12", "", ""],
        ["r1 moyenne", "", "", "12", "", ""],
        ["reponse_id", siret(1), "Les Amis", "12", "", ""],
        ["460", "", "", "", "", ""],
    ],
)
def test_a_return_that_begins_like_it_is_kept(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, row: list[str]
) -> None:
    ids, told = kept(connection, write_csv(tmp_path / "a.csv", [HEADER, row]))
    assert ids == [row[0]]
    assert {rule for _, rule, _ in told} <= {"siret_invalide"}


def test_a_total_beside_or_in_the_place_of_the_year_is_a_total(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    fmt = small_format("campagne_declaree", "action_id", "nb_enfants_agrees", nature="agrement", grain=None)
    grid = [["campagne_declaree", "action_id", "nb_enfants_agrees"], ["2019-2020", "a1", "12"]]
    grid += [["2019-2020", "TOTAL", "12"], ["Total", "", "12"]]
    read, anomalies = conformed(connection, write_csv(tmp_path / "a.csv", grid), fmt)
    assert [row["action_id"] for row in read] == ["a1"]
    assert [(a["ligne"], a["regle"]) for a in anomalies] == [(3, "ligne_total"), (4, "ligne_total")]
