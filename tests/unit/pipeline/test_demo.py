"""The fictitious data of the repository: made again byte for byte, held to the published figures, faults where told."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml
from python_calamine import load_workbook
from stdnum.fr import siren, siret

from pipeline.demo.__main__ import generate, planted_csv
from pipeline.demo.actions import MAXIMUM, MINIMUM
from pipeline.demo.faults import RETURNS, ROSTERS, SYNTHESES
from pipeline.demo.model import ANCHOR, CAMPAGNES
from socle.settings import PROJECT_ROOT

RAW = PROJECT_ROOT / "data" / "raw"
PLANTED = PROJECT_ROOT / "tests" / "fixtures" / "erreurs_plantees.csv"
MESSAGES = PROJECT_ROOT / "pipeline" / "definitions" / "messages.yml"
# No code of the Loiret starts with a zero, and no invisible character is typed.
NOT_PLANTED = {"code_complete", "texte_nettoye", "valeur_corrigee"}


def read_rows(path: Path) -> list[list[str]]:
    """Every row as a spreadsheet shows it, so that row n is item n - 1."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file, delimiter=";"))
    sheet = load_workbook(path).get_sheet_by_index(0)
    return [[_text(cell) for cell in row] for row in sheet.iter_rows()]


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell))
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date | datetime) else str(cell)


def records(path: Path) -> list[dict[str, str]]:
    """Rows below the header (the first row that fills its width), blank ones left out."""
    rows = read_rows(path)
    start = next(i for i, row in enumerate(rows) if len([cell for cell in row if cell]) > 3)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :] if any(row)]


def planted() -> list[dict[str, str]]:
    with PLANTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def files_under(root: Path) -> Iterator[str]:
    return (path.relative_to(root).as_posix() for path in sorted(root.rglob("*")) if path.is_file())


def test_the_same_seed_gives_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    generate(tmp_path / "raw", tmp_path / "erreurs.csv")
    assert list(files_under(tmp_path / "raw")) == list(files_under(RAW))
    for name in files_under(RAW):
        assert (tmp_path / "raw" / name).read_bytes() == (RAW / name).read_bytes(), name
    assert (tmp_path / "erreurs.csv").read_bytes() == PLANTED.read_bytes()


def test_another_seed_gives_other_data_and_as_many_faults(tmp_path: Path) -> None:
    other = generate(tmp_path / "raw", None, seed=1)
    assert len(other) == len(planted())
    assert planted_csv(other) != PLANTED.read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", [1, 20192020])
def test_the_anchor_year_agrees_41_actions_for_485_children_and_all_answer(tmp_path: Path, seed: int) -> None:
    generate(tmp_path, None, seed)
    roster = records(tmp_path / ANCHOR / f"agrements-donnees-fictives-{ANCHOR}.csv")
    received = records(tmp_path / ANCHOR / f"questionnaire-donnees-fictives-{ANCHOR}.csv")
    assert len(roster) == len({row["Numéro d'action"] for row in roster}) == 41
    assert sum(int(row["Enfants et jeunes agréés"]) for row in roster) == 485
    validated = {row["Numéro d'action Clas"] for row in received if row["Date de validation"]}
    assert validated == {row["Numéro d'action"] for row in roster}


def test_agreed_collectifs_hold_eight_to_twelve_children(tmp_path: Path) -> None:
    for row in records(RAW / ANCHOR / f"agrements-donnees-fictives-{ANCHOR}.csv"):
        collectifs = int(row["Collectifs agréés"])
        assert MINIMUM * collectifs <= int(row["Enfants et jeunes agréés"]) <= MAXIMUM * collectifs


@pytest.mark.parametrize(("campagne", "actions"), zip(CAMPAGNES, (36, 39, 43, 41), strict=True))
def test_each_campagne_has_its_number_of_actions(campagne: str, actions: int) -> None:
    (path,) = (RAW / campagne).glob("agrements-*")
    assert len({row["Numéro d'action"] for row in records(path) if row["Numéro d'action"]}) == actions


def test_an_action_is_linked_to_that_of_the_same_porteur_the_year_before() -> None:
    before: dict[str, str] = {}
    for campagne in CAMPAGNES:
        (path,) = (RAW / campagne).glob("agrements-*")
        rows = [row for row in records(path) if row["Numéro d'action"]]
        for row in rows:
            if previous := row["Action de l'année précédente"]:
                assert before[previous] == row["Identifiant du porteur"]
        before = {row["Numéro d'action"]: row["Identifiant du porteur"] for row in rows}


def test_register_sirets_pass_luhn_and_belong_to_no_real_entreprise() -> None:
    rows = records(RAW / "porteurs.csv")
    assert len(rows) == len({row["siret"] for row in rows}) == 30
    for row in rows:
        assert siret.is_valid(row["siret"]) and siren.is_valid(row["siret"][:9])
        assert row["siret"].startswith("0000") and int(row["siret"][:9]) < 325175


def test_every_porteur_and_every_file_says_that_it_is_fictitious() -> None:
    assert all(row["raison_sociale"].endswith("(fictif)") for row in records(RAW / "porteurs.csv"))
    for campagne in CAMPAGNES:
        declared = yaml.safe_load((RAW / campagne / "campagne.yml").read_text(encoding="utf-8"))
        assert declared["fictif"] is True and declared["campagne"] == campagne
        exports = [path.name for path in (RAW / campagne).iterdir() if path.suffix != ".yml"]
        assert len(exports) == 3 and all("donnees-fictives" in name for name in exports)


@pytest.mark.parametrize("fault", planted(), ids=lambda fault: f"{fault['fichier']}:{fault['ligne']}:{fault['regle']}")
def test_a_planted_fault_is_in_the_cell_that_the_list_tells(fault: dict[str, str]) -> None:
    rows = read_rows(RAW / fault["campagne"] / fault["fichier"])
    header = next(row for row in rows if len([cell for cell in row if cell]) > 3)
    row = rows[int(fault["ligne"]) - 1]
    assert row[header.index(fault["colonne"]) if fault["colonne"] else 0] == fault["valeur"]


def test_every_kind_of_anomaly_is_planted() -> None:
    kinds = set(yaml.safe_load(MESSAGES.read_text(encoding="utf-8"))["anomalies"])
    assert {fault["regle"] for fault in planted()} == kinds - NOT_PLANTED


def test_every_declared_fault_is_planted_once() -> None:
    declared = [
        (campagne, fault.variable, regle)
        for faults in (RETURNS, ROSTERS, SYNTHESES)
        for campagne, of_campagne in faults.items()
        for fault in of_campagne
        for regle in (fault.regle, *fault.aussi)
    ]
    rows = [(fault["campagne"], fault["variable"], fault["regle"]) for fault in planted()]
    assert all(rows.count(fault) == declared.count(fault) for fault in declared)


def test_a_blank_line_and_an_answer_on_two_lines_are_there_to_be_read() -> None:
    first = read_rows(RAW / "2016-2017" / "questionnaire-donnees-fictives-2016-2017.csv")
    second = read_rows(RAW / "2017-2018" / "questionnaire-donnees-fictives-2017-2018.csv")
    assert [] in first[2:-2]
    assert any("\n" in cell for row in second for cell in row)
