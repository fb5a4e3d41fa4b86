"""A doubtful cell is read alike in every layout: a text is not guessed, a cell that holds a number leaves no doubt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from pipeline.codebook.model import Format
from pipeline.reading.recognise import recognise
from pipeline.reading.text_tables import read_tables
from pipeline.staging.conform import conform
from pipeline.staging.corrections import Correction, place_corrections
from socle.words.refusal import Refusal
from tests.support.exports import codebook, write_csv
from tests.support.tables import conformed, parsing_connection, recognised, rows, small_format, write_ods, write_xlsx

NUMBERS = small_format("reponse_id", "nb_enfants", "duree_seance_h", "charges__60")
HEADER = [column.entete for column in NUMBERS.colonnes]
SYNTHESE = small_format("indicateur", "valeur", "numerateur", "denominateur", nature="synthese_nationale", grain=None)
FICHE = small_format("reponse_id", "nb_enfants", "duree_seance_h", "difficultes", disposition="fiche")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with parsing_connection() as opened:
        yield opened


def told(anomalies: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(a["variable"], a["regle"]) for a in anomalies]


# workbooks


def workbook(path: Path, cells: dict[str, tuple[object, str]]) -> Path:
    """An XLSX of one return; each cell has its value and its number format."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    sheet.append(["r1"])
    for place, (value, number_format) in cells.items():
        sheet[place] = value
        sheet[place].number_format = number_format
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("place", "value", "shown", "variable", "read"),
    [
        ("B2", 8.999999999999998, "General", "nb_enfants", 9),
        ("B2", 12.0, "0", "nb_enfants", 12),
        ("D2", 1.234, "General", "charges__60", 1.23),
        ("D2", 4.312, "#,##0.000", "charges__60", 4.31),
        ("D2", 1234.567, "General", "charges__60", 1234.57),
        ("D2", 0.1 + 0.2, "General", "charges__60", 0.3),
        ("C2", 12.125, "General", "duree_seance_h", 12.125),
        ("C2", time(1, 30), "hh:mm", "duree_seance_h", 1.5),
        ("C2", timedelta(hours=150, minutes=30), "[h]:mm", "duree_seance_h", 150.5),
        ("C2", timedelta(minutes=20), "[h]:mm:ss", "duree_seance_h", 1 / 3),
    ],
)
def test_a_cell_that_holds_a_number_is_read_as_it_is_shown(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    place: str,
    value: object,
    shown: str,
    variable: str,
    read: float,
) -> None:
    lines, anomalies = conformed(connection, workbook(tmp_path / "a.xlsx", {place: (value, shown)}), NUMBERS)
    assert float(lines[0][variable]) == pytest.approx(read)
    assert anomalies == []


@pytest.mark.parametrize(
    ("place", "value", "shown", "rule"),
    [
        ("B2", "1.234", "@", "nombre_ambigu"),
        ("D2", "12,500", "@", "nombre_ambigu"),
        ("B2", 12.5, "General", "cellule_illisible"),
        ("B2", timedelta(hours=12), "[h]:mm", "cellule_illisible"),
        ("B2", time(12, 0), "hh:mm", "cellule_illisible"),
        ("B2", datetime(2020, 2, 1), "dd/mm/yyyy", "date_inattendue"),
        ("C2", datetime(1900, 1, 6, 6, 30), "hh:mm", "date_inattendue"),
        ("D2", time(1, 30), "hh:mm", "cellule_illisible"),
    ],
)
def test_a_cell_that_holds_something_else_is_told(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, place: str, value: object, shown: str, rule: str
) -> None:
    lines, anomalies = conformed(connection, workbook(tmp_path / "a.xlsx", {place: (value, shown)}), NUMBERS)
    variable = HEADER["ABCD".index(place[0])]
    assert (lines[0][variable], told(anomalies)) == (None, [(variable, rule)])


def test_a_sheet_of_libreoffice_is_read_as_one_of_excel(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    lasting = '<table:table-cell office:value-type="time" office:time-value="{}"><text:p>x</text:p></table:table-cell>'
    grid = [HEADER, ["r1", 8.999999999999998, lasting.format("PT150H30M00S"), 1.234],
            ["r2", "1.234", lasting.format("PT01H30M00S"), "1.234"]]  # fmt: skip
    lines, anomalies = conformed(connection, write_ods(tmp_path / "a.ods", {"F": grid}), NUMBERS)
    found = [
        (row["nb_enfants"], row["duree_seance_h"], row["charges__60"] and float(row["charges__60"])) for row in lines
    ]
    assert found == [(9, 150.5, 1.23), (None, 1.5, None)]
    assert told(anomalies) == [("charges__60", "nombre_ambigu"), ("nb_enfants", "nombre_ambigu")]


# formats


@pytest.mark.parametrize(
    ("mark", "texts", "read"),
    [
        (",", ("1.234", "1,5", "1.234,50"), (1234, 1.5, 1234.5)),
        (",", ("1'234", "1,125", "12.5"), (1234, 1.125, 12.5)),
        (".", ("1,234", "1.125", "1,234.50"), (1234, 1.125, 1234.5)),
        (None, ("1.234", "1,125", "1.234,50"), (None, None, 1234.5)),
    ],
)
def test_a_format_may_declare_its_decimal_mark(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    mark: str | None,
    texts: tuple[str, ...],
    read: tuple[object, ...],
) -> None:
    fmt = small_format(*HEADER, fichier={"decimale": mark} if mark else {})
    lines, _ = conformed(connection, write_csv(tmp_path / "a.csv", [HEADER, ["r1", *texts]]), fmt)
    assert tuple(lines[0][name] and float(lines[0][name]) for name in HEADER[1:]) == read


def test_a_declared_mark_does_not_change_a_cell_that_holds_a_number(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    fmt = small_format(*HEADER, fichier={"decimale": ","})
    lines, _ = conformed(connection, write_xlsx(tmp_path / "a.xlsx", {"F": [HEADER, ["r1", 12, 1.234, 1.234]]}), fmt)
    assert (lines[0]["duree_seance_h"], float(lines[0]["charges__60"])) == (1.234, 1.23)


def test_a_fiche_is_read_as_a_table(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    grid = [["reponse_id", "r1"], ["nb_enfants", "1.000"], ["duree_seance_h", "1h30"], ["difficultes", "#NOM?"]]
    lines, anomalies = conformed(connection, write_xlsx(tmp_path / "a.xlsx", {"F": grid}), FICHE)
    assert (lines[0]["nb_enfants"], lines[0]["duree_seance_h"]) == (None, 1.5)
    assert told(anomalies) == [("difficultes", "valeur_en_erreur"), ("nb_enfants", "nombre_ambigu")]


# the roster and the national synthesis


def test_a_roster_does_not_guess(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    names = ["action_id", "raison_sociale", "nb_enfants_agrees", "nb_collectifs_agrees", "date_decision"]
    fmt = small_format(*names, nature="agrement", grain=None)
    lines = [names, ["a1", "Les Amis", "1.000", "12,0", "20/06/2019"], ["a2", "#REF!", "12", "1'000", "43636"]]
    read, anomalies = conformed(connection, write_csv(tmp_path / "a.csv", lines), fmt)
    assert [(row["nb_enfants_agrees"], row["nb_collectifs_agrees"]) for row in read] == [(None, 12), (12, None)]
    assert [(a["ligne"], a["variable"], a["regle"]) for a in anomalies] == [
        (2, "nb_enfants_agrees", "nombre_ambigu"),
        (3, "date_decision", "date_en_numero"),
        (3, "nb_collectifs_agrees", "nombre_ambigu"),
        (3, "raison_sociale", "valeur_en_erreur"),
    ]


@pytest.mark.parametrize(
    ("indicateur", "valeur", "read", "rule"),
    [
        ("nb_actions", "4312", 4312, None),
        ("nb_actions", "4 312", 4312, None),
        ("nb_actions", "4.312", None, "nombre_ambigu"),
        ("nb_enfants_accueillis", "37,757", None, "nombre_ambigu"),
        ("nb_porteurs", "2'374", None, "nombre_ambigu"),
        ("nb_actions", "100 %", None, "cellule_illisible"),
        ("taux_reponse_porteurs", "85,7 %", 0.857, None),
        ("taux_reponse_porteurs", "85,7\u202f%", 0.857, None),
        ("taux_reponse_porteurs", "0,857", 0.857, None),
        ("part_porteurs_type__ccas", "4,9 %", 0.049, None),
        ("cout_par_enfant", "462 %", None, "cellule_illisible"),
        ("inconnu", "12 %", None, "cellule_illisible"),
    ],
)
def test_a_percentage_is_only_that_of_a_share(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, indicateur: str, valeur: str, read: float, rule: str | None
) -> None:
    header = [column.entete for column in SYNTHESE.colonnes]
    path = write_csv(tmp_path / "a.csv", [header, [indicateur, valeur, "", ""]])
    lines, anomalies = conformed(connection, path, SYNTHESE)
    assert lines[0]["valeur"] == (None if read is None else pytest.approx(read))
    assert told(anomalies) == ([("valeur", rule)] if rule else [])


@pytest.mark.parametrize(
    ("campagne", "text", "day"),
    [
        ("2019-2020", "44008", datetime(2020, 6, 26)),
        ("2019-2020", "44008,375", datetime(2020, 6, 26, 9)),
        ("2019-2020", "42546", None),  # 26/06/2020 to a spreadsheet that counts from 1904, 2016 to the others
        ("2016-2017", "42546", datetime(2016, 6, 25)),
        ("2016-2017", "44008", None),
        ("", "44008", None),
    ],
)
def test_the_number_of_a_day_is_read_where_one_day_of_the_campagne_may_bear_it(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, campagne: str, text: str, day: datetime | None
) -> None:
    fmt = small_format("reponse_id", "date_validation")
    path = write_csv(tmp_path / "a.csv", [["reponse_id", "date_validation"], ["r1", text]])
    conform(connection, recognised(path, fmt, tmp_path), codebook(), ("45",), (), campagne)
    assert rows(connection, "lignes")[0]["date_validation"] == day
    assert told(rows(connection, "anomalies")) == ([] if day else [("date_validation", "date_en_numero")])


# texts

TEXTS = small_format("reponse_id", "raison_sociale", "type_structure", "nb_enfants", "contact_nom", "difficultes")
TEXT_HEADER = [column.entete for column in TEXTS.colonnes]


def test_what_html_wrote_is_read_as_what_it_stands_for_and_told(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    coded = [
        "r1",
        "F&eacute;d&#233;ration &amp; Cie",
        "Centre&nbsp;social",
        "1&nbsp;234",
        "Zo&euml;",
        "<p>L&#039;&#xE9;cole</p>",
    ]
    path = write_csv(tmp_path / "a.csv", [TEXT_HEADER, coded, ["r2", "A & B", "", "12", "", "a < b"]])
    lines, anomalies = conformed(connection, path, TEXTS)
    assert lines[0]["raison_sociale"] == "Fédération & Cie"
    assert (lines[0]["type_structure"], lines[0]["nb_enfants"]) == ("centre_social", 1234)
    assert (lines[1]["raison_sociale"], lines[1]["nb_enfants"]) == ("A & B", 12)
    private = {row["variable"]: row["valeur"] for row in rows(connection, "prive where ligne = 2")}
    assert private == {"contact_nom": "Zoë", "difficultes": "L'école"}
    assert {a["regle"] for a in anomalies} == {"texte_decode"}
    assert [a["variable"] for a in anomalies if a["ligne"] == 2] == [
        "contact_nom", "difficultes", "nb_enfants", "raison_sociale", "type_structure",
    ]  # fmt: skip
    assert {a["valeur"] for a in anomalies if a["variable"] in ("contact_nom", "difficultes")} == {"masquée"}


@pytest.mark.parametrize("text", ["#NOM?", "Err:502", "L'Ã©cole", "F?d?ration", "FŽdŽration", "F\ufffdd\ufffdration"])
def test_a_personal_text_that_is_not_one_is_neither_kept_nor_shown(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, text: str
) -> None:
    path = write_csv(tmp_path / "a.csv", [TEXT_HEADER, ["r1", "Les Amis", "", "12", text, text]])
    _, anomalies = conformed(connection, path, TEXTS)
    assert rows(connection, "prive") == []
    assert sorted(a["variable"] for a in anomalies) == ["contact_nom", "difficultes"]
    error = text in ("#NOM?", "Err:502")
    assert {a["regle"] for a in anomalies} == {"valeur_en_erreur" if error else "texte_abime"}
    assert {a["valeur"] for a in anomalies} == {text if error else "masquée"}
    assert error or all(text not in a["message"] for a in anomalies)


@pytest.mark.parametrize("text", ["FÃ©dÃ©ration", "FŽdŽration", "F‚d‚ration", "FÈdÈration", "F?d?ration", "#REF!"])
def test_a_register_whose_names_cannot_be_read_is_refused_by_name(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, text: str
) -> None:
    names = ["porteur_id", "siret", "raison_sociale", "alias", "remplace_par"]
    fmt = small_format(*names, nature="porteurs", grain=None)
    path = write_csv(
        tmp_path / "a.csv",
        [names, ["p1", "", "Les Amis", "", ""], ["p2", "", text, "", ""], ["p3", "", "Foyer", text, ""]],
    )
    with pytest.raises(Refusal) as refused:
        conformed(connection, path, fmt)
    assert refused.value.code == "registre_abime"
    assert "lignes 3 à 4" in str(refused.value)


# corrections


def corrected(
    connection: duckdb.DuckDBPyConnection, path: Path, fmt: Format, value: str
) -> tuple[Any, list[tuple[str, str]]]:
    own = Correction("2019-2020", path.name, None, 2, "nb_enfants", "12", value, "Vérifié", "Agent", "2020-09-01")
    known = recognise(read_tables(path, path.name, path.parent), [fmt])
    placed, _ = place_corrections([own], known, codebook())
    conform(connection, known[0], codebook(), ("45",), placed[0])
    anomalies = rows(connection, "anomalies where regle <> 'valeur_corrigee'")
    return rows(connection, "lignes")[0]["nb_enfants"], told(anomalies)


@pytest.mark.parametrize(
    ("value", "read"), [("4312", 4312), ("4 312", 4312), ("4.312", None), ("4,312", None), ("4,3", None)]
)
def test_a_correction_is_read_as_an_answer_is(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, value: str, read: int | None
) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, ["r1", "12", "1", "1"]])
    found, anomalies = corrected(connection, path, NUMBERS, value)
    assert found == read
    rule = "cellule_illisible" if value == "4,3" else "nombre_ambigu"
    assert anomalies == ([] if read else [("nb_enfants", rule)])


def test_the_two_readings_of_a_number_are_said(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _, anomalies = conformed(
        connection, write_csv(tmp_path / "a.csv", [HEADER, ["r1", "-4.312 enfants", "", ""]]), NUMBERS
    )
    said = anomalies[0]["message"].replace("\u202f", " ")
    assert "« -4.312 enfants » se lit de deux façons, 4312 ou 4,312. Écrivez 4312" in said
    assert "4,3120 s'il sépare les décimales." in said
    assert connection.execute("select lire_decimal('4,3120', ''), lire_entier('4312', '')").fetchone() == (
        Decimal("4.312"),
        4312,
    )


def test_a_recognised_table_of_a_file_is_read_once(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv", [HEADER, ["r1", "12", "1", "1"], ["Total", "12", "", ""], ["Source : Caf", "", "", ""]]
    )
    assert conform(connection, recognised(path, NUMBERS, tmp_path), codebook(), ("45",)) == 3
