"""What real files hold becomes typed rows; each cell that is not read, and nothing else, becomes an anomaly."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from pytest import TempPathFactory

from pipeline.codebook.model import FormatColumn
from pipeline.reading.campaigns import input_hashes, load_campaigns
from pipeline.sql.macros import fold
from pipeline.staging.conform import conform
from pipeline.staging.stage_all import stage_all
from pipeline.staging.territories import REFERENCE
from socle.words.refusal import Refusal
from tests.support.exports import PORTEURS, agrement, codebook, make_folder, reponse, siret, write_csv
from tests.support.tables import conformed, parsing_connection, recognised, rows, small_format, write_ods, write_xlsx

NARROW = small_format("action_id", "nb_enfants", "intitule")
HEADER = ["action_id", "nb_enfants", "intitule"]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with parsing_connection() as opened:
        yield opened


# cells: one file, a row per trap


@dataclass(frozen=True)
class Trap:
    """One cell of a real file, the value it must give and the rule of its anomaly."""

    variable: str
    text: str
    value: object
    rule: str | None = None


TRAPS = (
    Trap("nb_enfants", "12", 12),
    Trap("nb_enfants", "12 enfants", 12),
    Trap("nb_enfants", "1\u202f234", 1234),
    Trap("nb_enfants", "1\u00a0234", 1234),
    Trap("nb_enfants", "12,0", 12),
    Trap("nb_enfants", "NC", None),
    Trap("nb_enfants", "sans objet", None),
    Trap("nb_enfants", "Non renseigné", None),
    Trap("nb_enfants", "-", None),
    Trap("nb_enfants", "environ 12", None, "nombre_approximatif"),
    Trap("nb_enfants", "12-15", None, "nombre_approximatif"),
    Trap("nb_enfants", "1,5", None, "cellule_illisible"),
    Trap("nb_enfants", "1e3", None, "cellule_illisible"),
    Trap("nb_enfants", "50 %", None, "cellule_illisible"),
    Trap("nb_enfants", "#N/A", None, "valeur_en_erreur"),
    Trap("heures_encadrement", "12,5 h", 12.5),
    Trap("heures_encadrement", "1 234,25", 1234.25),
    Trap("charges__60", "1 234,50 €", Decimal("1234.50")),
    Trap("charges__60", "1234.5", Decimal("1234.50")),
    Trap("charges__60", "1.234", None, "nombre_ambigu"),
    Trap("charges__60", "1.234,50", Decimal("1234.50")),
    Trap("nb_enfants", "1.000", None, "nombre_ambigu"),
    Trap("nb_enfants", "12,000 enfants", None, "nombre_ambigu"),
    Trap("nb_enfants", "1'234", None, "nombre_ambigu"),
    Trap("nb_enfants", "'12", 12),
    Trap("nb_enfants", "1:30", None, "cellule_illisible"),
    Trap("nb_enfants", "2020-02-01 00:00:00", None, "date_inattendue"),
    Trap("heures_encadrement", "12.500", None, "nombre_ambigu"),
    Trap("heures_encadrement", "150:30:00", 150.5),
    Trap("heures_encadrement", "1900-01-06 06:30:00", None, "date_inattendue"),
    Trap("duree_seance_h", "1h30", 1.5),
    Trap("duree_seance_h", "une heure trente", None, "cellule_illisible"),
    Trap("qpv", "Y", True),
    Trap("qpv", "☒", True),
    Trap("qpv", "☐", False),
    Trap("qpv", "✗", None, "cellule_illisible"),
    Trap("raison_sociale", "#NOM?", None, "valeur_en_erreur"),
    Trap("raison_sociale", "FÃ©dÃ©ration", None, "texte_abime"),
    Trap("type_structure", "Service d'une collectivitÃ©", None, "texte_abime"),
    Trap("commune", "OrlÃ©ans", None, "texte_abime"),
    Trap("qpv", "Oui", True),
    Trap("qpv", "N", False),
    Trap("qpv", "1", True),
    Trap("qpv", "0", False),
    Trap("qpv", "X", True),
    Trap("qpv", "coché", True),
    Trap("qpv", "partiellement", None, "cellule_illisible"),
    Trap("siret", siret(5), siret(5)),
    Trap("siret", f"{siret(5)[:3]} {siret(5)[3:6]} {siret(5)[6:9]} {siret(5)[9:]}", siret(5)),
    Trap("siret", "4,52E+13", None, "siret_scientifique"),
    Trap("siret", "4.52E+13", None, "siret_scientifique"),
    Trap("siret", siret(5)[:13], None, "siret_invalide"),
    Trap("date_validation", "03/09/2019", datetime(2019, 9, 3)),
    Trap("date_validation", "2019-09-03", datetime(2019, 9, 3)),
    Trap("date_validation", "43711", None, "date_en_numero"),
    Trap("date_validation", "43711,5", None, "date_en_numero"),
    Trap("date_validation", "2020-06-26T10:11:12.123Z", datetime(2020, 6, 26, 12, 11, 12, 123000)),
    Trap("date_validation", "13/25/2020", None, "cellule_illisible"),
    Trap("date_validation", "2019-09-03 10:30:00", datetime(2019, 9, 3, 10, 30)),
    Trap("date_validation", "31/02/2019", None, "cellule_illisible"),
    Trap("date_validation", "03/09/19", None, "cellule_illisible"),
    Trap("departement", "1", "01"),
    Trap("departement", "2a", "2A"),
    Trap("departement", "Loiret", None, "cellule_illisible"),
    Trap("campagne_declaree", "2019/20", "2019-2020"),
    Trap("campagne_declaree", "2019", None, "cellule_illisible"),
    Trap("commune", "St Jean de la Ruelle", "45285"),
    Trap("commune", "ORLEANS", "45234"),
    Trap("commune", "45234", "45234"),
    Trap("commune", "1004", "01004", "code_complete"),
    Trap("commune", "Atlantide", None, "commune_inconnue"),
    Trap("type_structure", "CENTRE  SOCIAL", "centre_social"),
    Trap("type_structure", "EVS", "espace_vie_sociale"),
    Trap("type_structure", "Club de sport", None, "valeur_hors_liste"),
    Trap("raison_sociale", " Les\u00a0Amis\tréunis ", "Les Amis réunis"),
    Trap("raison_sociale", "NC", None),
)
EVS = FormatColumn("type_structure", "type_structure", valeurs={"EVS": "espace_vie_sociale"})
COLUMNS = sorted({trap.variable for trap in TRAPS} - {"type_structure"})
Lines = dict[int, dict[str, Any]]


@pytest.fixture(scope="module")
def trapped(
    connection: duckdb.DuckDBPyConnection, tmp_path_factory: TempPathFactory
) -> tuple[Lines, list[dict[str, Any]]]:
    names = ["reponse_id", *COLUMNS, "type_structure"]
    lines = [
        [f"r{n}", *(trap.text if name == trap.variable else "" for name in names[1:])] for n, trap in enumerate(TRAPS)
    ]
    path = write_csv(tmp_path_factory.mktemp("pièges") / "a.csv", [names, *lines])
    read, anomalies = conformed(connection, path, small_format("reponse_id", *COLUMNS, EVS))
    return {row["ligne"]: row for row in read}, anomalies


@pytest.mark.parametrize(("number", "trap"), enumerate(TRAPS), ids=[f"{trap.variable}-{trap.text}" for trap in TRAPS])
def test_a_cell_gives_its_value_or_one_anomaly(
    trapped: tuple[Lines, list[dict[str, Any]]], number: int, trap: Trap
) -> None:
    lines, anomalies = trapped
    assert lines[number + 2][trap.variable] == trap.value
    found = [anomaly for anomaly in anomalies if anomaly["ligne"] == number + 2]
    assert [(a["variable"], a["regle"], a["valeur"]) for a in found] == (
        [(trap.variable, trap.rule, trap.text)] if trap.rule else []
    )


def test_an_anomaly_has_the_sentence_gravity_and_effect_declared_for_its_rule(
    trapped: tuple[Lines, list[dict[str, Any]]],
) -> None:
    for anomaly in trapped[1]:
        declared = codebook().messages[anomaly["regle"]]
        assert (anomaly["gravite"], anomaly["effet"]) == (declared.gravite, declared.effet)
        assert codebook().column(anomaly["variable"]).libelle in anomaly["message"]
        assert anomaly["regle"] == "texte_abime" or anomaly["valeur"] in anomaly["message"]
        assert "{" not in anomaly["message"]


def test_every_commune_of_the_loiret_is_known_by_its_name(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with (REFERENCE / "communes.csv").open(encoding="utf-8", newline="") as file:
        communes = [(row["code"], row["nom"]) for row in csv.DictReader(file) if row["departement"] == "45"]
    assert len(communes) > 300
    written = [["action_id", "commune"], *([code, fold(name).upper().replace("-", " ")] for code, name in communes)]
    read, anomalies = conformed(
        connection, write_csv(tmp_path / "a.csv", written), small_format("action_id", "commune")
    )
    assert [row["commune"] for row in read] == [code for code, _ in communes]
    assert anomalies == []


# multiple choices


def test_a_joined_choice_keeps_its_known_pieces_and_reports_the_others(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    fmt = small_format("action_id", FormatColumn("partenaires", "partenaires", separateur_choix=";"))
    texts = ["Reaap ; PEDT", "REAAP;Machin", "Machin", "", "NC", ";", "Aucun"]
    path = write_csv(
        tmp_path / "a.csv", [["action_id", "partenaires"], *(["a", text] for text in texts)], delimiter="\t"
    )
    read, anomalies = conformed(connection, path, fmt)
    options = ("reaap", "pedt", "aucun")
    assert [tuple(row[f"partenaires__{option}"] for option in options) for row in read] == [
        (True, True, False),
        (True, False, False),
        (None, None, None),
        (None, None, None),
        (None, None, None),
        (None, None, None),
        (False, False, True),
    ]
    assert [(a["ligne"], a["variable"], a["regle"]) for a in anomalies] == [
        (3, "partenaires", "valeur_hors_liste"),
        (4, "partenaires", "valeur_hors_liste"),
    ]


def test_an_option_left_blank_is_a_no_once_another_is_ticked(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    names = ["locaux__structure", "locaux__mis_a_disposition", "locaux__autre"]
    lines = [["X", "", ""], ["", "", ""], ["", "Oui", "non"], ["0", "", ""], ["?", "NC", "1"]]
    path = write_csv(tmp_path / "a.csv", [["action_id", *names], *(["a", *line] for line in lines)])
    read, anomalies = conformed(connection, path, small_format("action_id", *names))
    assert [tuple(row[name] for name in names) for row in read] == [
        (True, False, False),
        (None, None, None),
        (False, True, False),
        (False, None, None),
        (False, False, True),
    ]
    assert anomalies == []


def test_a_text_from_which_characters_were_taken_out_is_told(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = [HEADER, ["a", "1", "Été\u202e fermé"], ["b", "2", "Été\u00a0ouvert"], ["c", "3", "une\nligne\tdeux"]]
    read, anomalies = conformed(connection, write_csv(tmp_path / "a.csv", lines), NARROW)
    assert [row["intitule"] for row in read] == ["Été fermé", "Été ouvert", "une ligne deux"]
    assert [(a["ligne"], a["variable"], a["regle"]) for a in anomalies] == [(2, "intitule", "texte_nettoye")]


# personal cells


def test_a_personal_cell_goes_to_its_own_table_and_to_no_anomaly(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = [["action_id", "contact_nom", "contact_courriel"], ["a", " Anne\u00a0Martin", "NC"], ["b", "", "4,52E+13"]]
    names = ("action_id", "contact_nom", "contact_courriel")
    read, anomalies = conformed(connection, write_csv(tmp_path / "a.csv", lines), small_format(*names))
    assert [sorted(row) for row in read] == [["action_id", "feuille", "ligne"]] * 2
    assert rows(connection, "prive order by ligne") == [
        {"feuille": "", "ligne": 2, "variable": "contact_nom", "valeur": "Anne Martin"},
        {"feuille": "", "ligne": 3, "variable": "contact_courriel", "valeur": "4,52E+13"},
    ]
    assert anomalies == []


# files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_file_is_read_in_any_encoding(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    lines = [HEADER, ["a", "1\u00a0234", "Été à l'école, œuvre €"]]
    read, anomalies = conformed(connection, write_csv(tmp_path / "a.csv", lines, encoding, delimiter), NARROW)
    assert [(r["ligne"], r["nb_enfants"], r["intitule"]) for r in read] == [(2, 1234, "Été à l'école, œuvre €")]
    assert anomalies == []


def test_lines_keep_the_number_a_spreadsheet_shows(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Retours 2019;;\n\nCaf du Loiret;;\naction_id;nb_enfants;intitule\n"
        'a1;12;"x\ny\n\nz"\n\n;;\na2;?;\n   \na3;douze;u\n'
        "Total;24;\n",
        encoding="utf-8",
    )
    read, anomalies = conformed(connection, path, NARROW)
    assert [(row["ligne"], row["action_id"], row["nb_enfants"]) for row in read] == [
        (5, "a1", 12),
        (8, "a2", None),
        (10, "a3", None),
    ]
    assert read[0]["intitule"] == "x y z"
    assert [(a["ligne"], a["regle"]) for a in anomalies] == [(10, "cellule_illisible"), (11, "ligne_total")]


@pytest.mark.parametrize(
    "first", ["Total", "TOTAL", "Totaux", "Sous-total", "Total général", "Total : 12", "Total des actions", " total "]
)
def test_a_total_is_left_out_and_told(connection: duckdb.DuckDBPyConnection, tmp_path: Path, first: str) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, ["a1", "12", ""], ["", first, ""], [first, "24", ""]])
    read, anomalies = conformed(connection, path, NARROW)
    assert [row["action_id"] for row in read] == ["a1"]
    assert [(a["ligne"], a["regle"], a["effet"]) for a in anomalies] == [
        (3, "ligne_total", "ligne_ecartee"),
        (4, "ligne_total", "ligne_ecartee"),
    ]


@pytest.mark.parametrize("first", ["Totalement vert", "Le total", "Totem"])
def test_a_row_that_merely_begins_like_a_total_is_kept(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, first: str
) -> None:
    read, anomalies = conformed(connection, write_csv(tmp_path / "a.csv", [HEADER, [first, "24", ""]]), NARROW)
    assert ([row["action_id"] for row in read], anomalies) == ([first], [])


def test_a_header_alone_gives_no_row(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = recognised(write_csv(tmp_path / "a.csv", [HEADER]), NARROW, tmp_path)
    assert conform(connection, found, codebook(), ("45",)) == 0
    for relation in ("lignes", "prive", "anomalies"):
        assert rows(connection, relation) == []


def test_the_rows_read_count_totals_and_not_rows_of_separators_alone(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        [HEADER, ["a", "1", ""], ["", "", ""], ["", " ", ""], ["\u00a0", "", ""], ["Total", "1", ""]],
    )
    assert conform(connection, recognised(path, NARROW, tmp_path), codebook(), ("45",)) == 2
    assert [row["action_id"] for row in rows(connection, "lignes")] == ["a"]


@pytest.mark.parametrize(("name", "write"), [("a.xlsx", write_xlsx), ("a.ods", write_ods)])
def test_a_workbook_is_read_as_a_csv_is(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, write: Any
) -> None:
    fmt = small_format("action_id", "nb_enfants", "date_decision", "qpv", "siret")
    grid = [
        ["Titre"],
        [],
        [column.entete for column in fmt.colonnes],
        ["a1", 12, date(2019, 9, 3), True, int(siret(5))],
        [None, None],
        [2, 12.5, "03/09/2019", "N", siret(5)],
    ]
    read, anomalies = conformed(connection, write(tmp_path / name, {"Saisie": grid}), fmt)
    assert [tuple(row.values()) for row in read] == [
        ("Saisie", 4, "a1", 12, date(2019, 9, 3), True, siret(5)),
        ("Saisie", 6, "2", None, date(2019, 9, 3), False, siret(5)),
    ]
    assert [(a["feuille"], a["ligne"], a["valeur"]) for a in anomalies] == [("Saisie", 6, "12.5")]


def test_merged_cells_count_once_and_an_error_of_the_spreadsheet_is_told(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    workbook = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = workbook.add_worksheet()
    sheet.merge_range("B2:D2", "Retours")
    sheet.write_row("B3", HEADER)
    sheet.merge_range("B4:B5", "a1")
    sheet.write_row("C4", [12, "x"])
    sheet.write_formula("C5", "=1/0", None, "#DIV/0!")
    workbook.close()
    read, anomalies = conformed(connection, tmp_path / "a.xlsx", NARROW)
    assert [(row["ligne"], row["action_id"], row["nb_enfants"]) for row in read] == [(4, "a1", 12), (5, None, None)]
    assert [(a["ligne"], a["valeur"], a["regle"]) for a in anomalies] == [(5, "#DIV/0!", "valeur_en_erreur")]


def test_a_file_of_another_campagne_is_refused_whole(tmp_path: Path) -> None:
    rosters = [agrement(f"a{n}", PORTEURS[1], campagne_declaree="2018/19") for n in (1, 2)]
    folder = make_folder(tmp_path, {"2019-2020": (rosters, [reponse("a1")])})
    campaigns = load_campaigns(folder)
    staged = stage_all(folder, codebook(), campaigns, input_hashes(folder), lambda _: None)
    refused = {file.fichier: file for file in staged if file.refusal}
    assert list(refused) == ["agrements.csv"]
    assert isinstance(refused["agrements.csv"].refusal, Refusal)
    assert refused["agrements.csv"].refusal.code == "autre_campagne"
    assert refused["agrements.csv"].tables == ()
