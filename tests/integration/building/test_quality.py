"""What is given back to the Caf and to the porteurs: the lists of anomalies and the pages of the checks."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl  # type: ignore[import-untyped]
import pytest

from pipeline.core.assemble import assemble
from pipeline.core.identify import identify, list_contradicted
from pipeline.core.load import create_staging
from pipeline.core.settle import settle_status
from pipeline.core.situate import situate
from pipeline.quality import report as quality_module
from pipeline.quality.checks import check_tables
from pipeline.quality.report import FICTITIOUS, WITHOUT_PORTEUR, write_quality
from pipeline.sql.macros import create_macros
from pipeline.staging.territories import load_territories
from tests.support.cells import read_back
from tests.support.exports import codebook

HEADERS = ["Année scolaire", "Porteur", "Action", "Gravité", "Ce qu'il faut faire", "Valeur reçue", "Question",
           "Fichier", "Feuille", "Ligne", "Effet"]  # fmt: skip
SHOWN = (
    "select a.campagne, p.raison_sociale, a.action_id, a.gravite, a.message, a.valeur, a.colonne, a.fichier, "
    "nullif(a.feuille, ''), a.ligne::varchar, case a.effet when 'ligne_ecartee' then 'ligne non comptée' "
    "when 'valeur_ecartee' then 'valeur non comptée' else if(a.regle = 'valeur_corrigee', "
    "'comptée telle que corrigée', 'comptée, à vérifier') end "
    "from qualite.anomalie as a left join core.porteur as p using (porteur_id)"
)
HOSTILE = ('=HYPERLINK("https://exemple.invalid")', "+33 2 38 00 00 00", "-1", "@somme", "\t=1+1", "'=déjà")
ANOMALIE = (
    "create table qualite.anomalie (campagne varchar, fichier varchar, feuille varchar, ligne integer, "
    "colonne varchar, variable varchar, valeur varchar, gravite varchar, effet varchar, regle varchar, "
    "message varchar, porteur_id varchar, action_id varchar, fin varchar)"
)


def shown(warehouse: duckdb.DuckDBPyConnection) -> Counter[tuple[str, ...]]:
    return Counter(tuple(value or "" for value in row) for row in warehouse.execute(SHOWN).fetchall())


def csv_rows(folder: Path) -> list[list[str]]:
    with (folder / "anomalies.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def sheets(folder: Path) -> dict[str, list[list[Any]]]:
    workbook = openpyxl.load_workbook(folder / "anomalies.xlsx")
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in workbook}


def as_received(row: list[Any]) -> tuple[str, ...]:
    return tuple(str(read_back(value)) if value is not None else "" for value in row)


@pytest.fixture(scope="module")
def quality(demo_build: Path) -> Path:
    return demo_build / "quality"


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Anomalies of porteurs whose name, value and file would run as formulas; some names also make poor sheet names."""
    with duckdb.connect() as connection:
        connection.execute("create schema core; create schema qualite")
        connection.execute("create table core.campagne as select '2019-2020' as campagne, false as fictif")
        connection.execute("create table core.porteur (porteur_id varchar, raison_sociale varchar)")
        connection.execute(ANOMALIE)
        names = [*HOSTILE, "A/B [C]: D*?", "Association du soutien scolaire de la rue longue", "TOUS",
                 "association du soutien scolaire de la rue courte"]  # fmt: skip
        for number, text in enumerate(names):
            connection.execute("insert into core.porteur values (?, ?)", [f"p{number:02}", text])
            connection.execute(
                "insert into qualite.anomalie "
                "values ('2019-2020', ?, '', 2, ?, 'v', ?, 'alerte', 'aucun', 'r', ?, ?, ?, null)",
                [text, text, text, f"« {text} » est à vérifier.", f"p{number:02}", text],
            )
        yield connection


# The lists


def test_the_csv_holds_the_anomalies_and_nothing_else(quality: Path, demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    head, *lines = csv_rows(quality)
    assert head == HEADERS
    assert Counter(as_received(line) for line in lines) == shown(demo_warehouse)


def test_the_csv_opens_in_a_french_spreadsheet(quality: Path) -> None:
    assert (quality / "anomalies.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert {len(row) for row in csv_rows(quality)} == {len(HEADERS)}


def test_the_workbook_holds_all_then_a_sheet_a_porteur(
    quality: Path, demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    found = sheets(quality)
    assert next(iter(found)) == "Tous"
    everything = shown(demo_warehouse)
    assert Counter(as_received(row) for row in found.pop("Tous")[2:]) == everything
    porteurs = {row[1] for row in everything}
    assert len(found) == len(porteurs) > 20
    for name, lines in found.items():
        rows = [as_received(row) for row in lines[2:]]
        (owner,) = {row[1] for row in rows}
        assert owner.replace("'", " ").startswith(name) or (owner, name) == ("", WITHOUT_PORTEUR)
        assert Counter(rows) == Counter({row: times for row, times in everything.items() if row[1] == owner})


def test_every_sheet_says_that_the_data_are_fictitious(quality: Path) -> None:
    for lines in sheets(quality).values():
        assert lines[0][0] == FICTITIOUS == "DONNÉES FICTIVES"
        assert lines[1] == HEADERS
    workbook = openpyxl.load_workbook(quality / "anomalies.xlsx")
    assert all(FICTITIOUS in (sheet.oddFooter.left.text or "") for sheet in workbook)


def test_real_data_are_not_said_to_be_fictitious(hostile: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_quality(hostile, tmp_path)
    assert all(lines[0] == HEADERS for lines in sheets(tmp_path).values())


def test_the_anomalies_of_a_sheet_are_in_order_of_gravity(quality: Path) -> None:
    order = {"critique": 0, "alerte": 1, "info": 2}
    for lines in list(sheets(quality).values())[1:]:
        ranks = [(-int(row[0][:4]), order[row[3]]) for row in lines[2:] if row[0]]
        assert ranks == sorted(ranks)


# What a spreadsheet might run


def test_a_text_that_looks_like_a_formula_stays_a_text(hostile: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_quality(hostile, tmp_path)
    workbook = openpyxl.load_workbook(tmp_path / "anomalies.xlsx")
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    texts += [value for row in csv_rows(tmp_path) for value in row]
    assert [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert [cell for cell in cells if cell.hyperlink] == []


def test_a_text_made_safe_is_read_back_as_it_was(hostile: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_quality(hostile, tmp_path)
    wanted = shown(hostile)
    assert Counter(as_received(line) for line in csv_rows(tmp_path)[1:]) == wanted
    assert Counter(as_received(row) for row in sheets(tmp_path)["Tous"][1:]) == wanted


def test_any_name_of_a_porteur_makes_a_sheet(hostile: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_quality(hostile, tmp_path)
    names = list(sheets(tmp_path))
    assert len(names) == 11
    assert len({name.casefold() for name in names}) == 11
    assert [name for name in names if len(name) > 31 or re.search(r"[\[\]:*?/\\]", name)] == []


def test_a_build_without_anomaly_makes_empty_lists(hostile: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    hostile.execute("delete from qualite.anomalie")
    write_quality(hostile, tmp_path)
    assert csv_rows(tmp_path) == [HEADERS]
    assert sheets(tmp_path) == {"Tous": [HEADERS]}


# The pages of the checks


def test_the_checks_of_each_table_have_their_page(quality: Path) -> None:
    pages = {page.name for page in (quality / "data_docs").iterdir()}
    tables = ("agrement", "collectif", "complement", "doublon", "reponse", "synthese")
    assert pages == {"index.html", *(f"{table}.{kind}" for table in tables for kind in ("html", "json"))}
    index = (quality / "data_docs" / "index.html").read_text(encoding="utf-8")
    assert all(f"{table}.html" in index for table in tables)


def test_the_pages_of_the_checks_show_no_value(quality: Path, demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    """A page, and the results beside it, may be shown to anyone: they count, and quote neither a cell nor a porteur."""
    text = "".join(page.read_text(encoding="utf-8") for page in (quality / "data_docs").iterdir())
    quoted = demo_warehouse.execute(
        "select valeur from qualite.anomalie where length(valeur) > 5 union select action_id from core.agrement "
        "union select raison_sociale from core.porteur union select porteur_id from core.porteur "
        "union select siret from core.porteur where siret is not null union select reponse_id from core.reponse"
    ).fetchall()
    # What is declared may be named: the identifier of an indicator, the code of an answer.
    declared = "select indicateur from marts.indicateur union select code from marts.libelle"
    known = {name for (name,) in demo_warehouse.execute(declared).fetchall()}
    assert len(quoted) > 300
    assert [value for (value,) in quoted if value not in known and value in text] == []


def test_the_pages_of_the_checks_count_what_was_reported(quality: Path) -> None:
    text = (quality / "data_docs" / "reponse.html").read_text(encoding="utf-8")
    assert re.search(r"\d+\srègles, dont [1-9]\d* en défaut", text)
    assert "<script" not in text
    assert "http" not in text


# All of them, however many


ROWS = 20_000
BROKEN = """
insert into staging.reponse by name
select '2019-2020' as campagne, 'reponses.csv' as fichier, '' as feuille, (i + 2)::integer as ligne,
    'questionnaire-2016' as format, 'action' as grain, 'r' || i as reponse_id, 'a' || i as action_id,
    'p' || i % 300 as porteur_id, 'validee' as statut_reponse, 10 as nb_enfants, 1 as nb_collectifs,
    if(i % 2 = 0, 11, 9) as nb_familles, if(i % 2 = 1, 9000, 8) as nb_nouveaux
from range(?) as t (i)
"""


def test_a_rule_broken_ten_thousand_times_is_reported_ten_thousand_times(tmp_path: Path) -> None:
    """The lists of Great Expectations stop at two hundred rows; every porteur must be told."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as prive")
        create_macros(connection, codebook())
        load_territories(connection)
        create_staging(connection, codebook())
        connection.execute(
            "insert into staging.porteur (porteur_id, raison_sociale) "
            "select 'p' || i, 'Foyer ' || i from range(300) as t (i)"
        )
        connection.execute(BROKEN, [ROWS])
        connection.execute("insert into staging.departement (campagne, departement) values ('2019-2020', '45')")
        connection.execute(
            "insert into staging.fichier_situe select distinct campagne, fichier, '45' from staging.reponse"
        )
        assemble(connection, codebook())
        identify(connection)
        list_contradicted(connection)
        situate(connection)
        settle_status(connection, codebook())
        outcomes = check_tables(connection, codebook(), tmp_path, lambda _: None)
        found = connection.execute(
            "select regle, effet, count(*), count(distinct ligne), count(distinct porteur_id), "
            "count(*) filter (contains(message, valeur)) from qualite.anomalie group by all order by 1"
        ).fetchall()
        kept = connection.execute("select count(*), count(nb_nouveaux) from staging.reponse").fetchone()
    half = ROWS // 2
    assert found == [
        ("familles_superieures", "valeur_ecartee", half, half, 150, half),
        ("hors_bornes", "valeur_ecartee", half, half, 150, half),
        ("nouveaux_superieur", "valeur_ecartee", half, half, 150, half),
    ]
    assert kept == (ROWS, half)
    assert sum(outcome.unexpected for outcome in outcomes) == 3 * half


def test_thousands_of_anomalies_are_counted_in_the_workbook_and_all_in_the_csv(
    hostile: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = shown(hostile)
    monkeypatch.setattr(quality_module, "MOST_ROWS", sum(wanted.values()) - 1)
    write_quality(hostile, tmp_path)
    (lines,) = sheets(tmp_path).values()
    assert "anomalies.csv" in str(lines[0][0])
    assert sum(int(row[-1]) for row in lines[2:]) == sum(wanted.values())
    assert Counter(as_received(line) for line in csv_rows(tmp_path)[1:]) == wanted
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".corps"] == []
