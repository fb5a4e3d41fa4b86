"""The fictitious data of the repository: made again byte for byte, held to the published figures, faults where told."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest
import yaml
from python_calamine import load_workbook
from stdnum.fr import siren, siret

from clas_demo.faults.lists import ROSTERS, SYNTHESES
from clas_demo.faults.questionnaires import RETURNS
from clas_demo.faults.workbooks import DOSSIERS, ELAN, TRAME
from clas_demo.generate import generate, planted_csv
from clas_demo.world.actions import MAXIMUM, MINIMUM
from clas_demo.world.model import ANCHOR, CAMPAGNES, FORMATS
from socle.settings import PROJECT_ROOT
from tests.support.demo import TOLD_ELSEWHERE

RAW = PROJECT_ROOT / "data" / "raw"
PLANTED = PROJECT_ROOT / "tests" / "fixtures" / "erreurs_plantees.csv"
MESSAGES = PROJECT_ROOT / "pipeline" / "definitions" / "messages.yml"
DOSSIER = "2020-2021"


@cache
def read_rows(path: Path, sheet: str = "") -> list[list[str]]:
    """Every row as a spreadsheet shows it, so that row n is item n - 1."""
    if path.suffix == ".csv":
        encoding = "cp1252" if path.parent.name in CAMPAGNES[:2] and "questionnaire" in path.name else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as file:
            return list(csv.reader(file, delimiter=";"))
    book = load_workbook(path)
    page = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
    return [[_text(cell) for cell in row] for row in page.to_python(skip_empty_area=False)]


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:g}".replace(".", ",")
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date | datetime) else str(cell)


def records(path: Path, sheet: str = "") -> list[dict[str, str]]:
    """Rows below the header (the first row that fills its width), blank ones left out."""
    rows = read_rows(path, sheet)
    start = next(i for i, row in enumerate(rows) if len([cell for cell in row if cell]) > 3)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :] if any(row)]


def roster(campagne: str) -> list[dict[str, str]]:
    """The actions agréées of a campagne; none for the year whose roster was not kept."""
    return [
        row
        for path in (RAW / campagne).glob("agrements-*")
        for row in records(path)
        if row["Numéro d'action"] and not row["Année scolaire"].startswith("Total")
    ]


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


def test_the_committed_files_are_light() -> None:
    assert sum((RAW / name).stat().st_size for name in files_under(RAW)) < 3_000_000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_another_seed_gives_other_data_and_as_many_faults(tmp_path: Path, seed: int) -> None:
    other = generate(tmp_path / "raw", None, seed=seed)
    assert len(other) == len(planted())
    assert planted_csv(other) != PLANTED.read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", [1, 20192020])
def test_the_anchor_year_agrees_41_actions_for_485_children_and_all_answer(tmp_path: Path, seed: int) -> None:
    generate(tmp_path, None, seed)
    agreed = records(tmp_path / ANCHOR / f"agrements-donnees-fictives-{ANCHOR}.csv")
    received = records(tmp_path / ANCHOR / f"questionnaire-donnees-fictives-{ANCHOR}.csv")
    assert len(agreed) == len({row["Numéro d'action"] for row in agreed}) == 41
    assert sum(int(row["Enfants et jeunes agréés"]) for row in agreed) == 485
    validated = {row["Numéro d'action Clas"] for row in received if row["Date de validation"]}
    assert validated == {row["Numéro d'action"] for row in agreed}


def test_agreed_collectifs_hold_eight_to_twelve_children() -> None:
    for row in roster(ANCHOR):
        collectifs = int(row["Collectifs agréés"])
        assert MINIMUM * collectifs <= int(row["Enfants et jeunes agréés"]) <= MAXIMUM * collectifs


ACTIONS = (36, 0, 36, 39, 43, 41, 44, 45, 47, 45, 44)


@pytest.mark.parametrize(("campagne", "actions"), zip(CAMPAGNES, ACTIONS, strict=True))
def test_each_campagne_has_its_number_of_actions(campagne: str, actions: int) -> None:
    assert len({row["Numéro d'action"] for row in roster(campagne)}) == actions


def test_an_action_is_linked_to_that_of_the_same_porteur_the_year_before() -> None:
    before: dict[str, str] = {}
    linked = 0
    for campagne in CAMPAGNES[2:]:
        rows = roster(campagne)
        for row in rows:
            if (previous := row["Action de l'année précédente"]) and campagne != CAMPAGNES[2]:
                assert before[previous] == row["Identifiant du porteur"]
                linked += 1
        before = {row["Numéro d'action"]: row["Identifiant du porteur"] for row in rows}
    assert 300 < linked < sum(len(roster(campagne)) for campagne in CAMPAGNES[3:])


def test_register_sirets_pass_luhn_and_belong_to_no_real_entreprise() -> None:
    rows = records(RAW / "porteurs.csv")
    assert len(rows) == len({row["siret"] for row in rows}) == 38
    for row in rows:
        assert siret.is_valid(row["siret"]) and siren.is_valid(row["siret"][:9])
        assert row["siret"].startswith("0000") and int(row["siret"][:9]) < 325175


def test_every_porteur_and_every_file_says_that_it_is_fictitious() -> None:
    assert all(row["raison_sociale"].endswith("(fictif)") for row in records(RAW / "porteurs.csv"))
    for campagne in CAMPAGNES:
        declared = yaml.safe_load((RAW / campagne / "campagne.yml").read_text(encoding="utf-8"))
        assert declared["fictif"] is True and declared["campagne"] == campagne
        exports = [path.name for path in (RAW / campagne).iterdir() if path.suffix != ".yml"]
        assert exports and all("donnees-fictives" in name for name in exports)


def test_the_years_of_the_closed_schools_say_so() -> None:
    declared = {c: yaml.safe_load((RAW / c / "campagne.yml").read_text(encoding="utf-8")) for c in CAMPAGNES}
    assert [c for c in CAMPAGNES if declared[c].get("contexte")] == [ANCHOR, DOSSIER]


def test_every_kind_of_file_comes() -> None:
    kinds = {campagne: {path.suffix for path in (RAW / campagne).iterdir()} - {".yml"} for campagne in CAMPAGNES}
    assert kinds[DOSSIER] == kinds["2024-2025"] == {".csv", ".xlsx", ".ods"}
    dossiers = [path.suffix for path in (RAW / DOSSIER).glob("dossier-*")]
    assert Counter(dossiers) == {".xlsx": len(dossiers) - 3, ".ods": 3} and 25 <= len(dossiers) <= 32


@pytest.mark.parametrize("fault", planted(), ids=lambda fault: f"{fault['fichier']}:{fault['ligne']}:{fault['regle']}")
def test_a_planted_fault_is_in_the_cell_that_the_list_tells(fault: dict[str, str]) -> None:
    rows = read_rows(RAW / fault["campagne"] / fault["fichier"], fault["feuille"])
    row = rows[int(fault["ligne"]) - 1]
    if not fault["colonne"]:
        # A row as a whole is told by its first cell; a dossier, which bears no number, by its place.
        assert row[0] == fault["valeur"] or "#" in fault["valeur"]
        return
    written = fault["valeur"]
    question = fault["colonne"].split(" › ")[-1]
    if FORMATS[fault["campagne"]] == "dossier-2020" and fault["fichier"].startswith("dossier"):
        label = next((at for at, cell in enumerate(row) if cell == question), None)
        if label is not None:
            assert row[label + 1] == written
            return
    above = rows[: int(fault["ligne"]) - 1]
    header = next(r for r in reversed(above) if question in r and len([cell for cell in r if cell]) > 3)
    assert row[_column(above, header, fault["colonne"])] == written


def _column(above: list[list[str]], header: list[str], colonne: str) -> int:
    """Where a header stands: under its group, when two groups ask the same question."""
    group, mark, question = colonne.partition(" › ")
    if not mark or header.count(question) == 1:
        return header.index(question or colonne)
    groups = above[above.index(header) - 1]
    first = groups.index(group)
    return header.index(question, first)


def test_every_kind_of_anomaly_is_planted() -> None:
    kinds = set(yaml.safe_load(MESSAGES.read_text(encoding="utf-8"))["anomalies"])
    assert {fault["regle"] for fault in planted()} == kinds - TOLD_ELSEWHERE


def test_every_family_has_faults_in_what_it_alone_holds() -> None:
    kinds: dict[str, set[str]] = {}
    for fault in planted():
        kinds.setdefault(FORMATS[fault["campagne"]], set()).add(fault["regle"])
    groups = {"inscrits_hors_8_12", "presents_superieurs", "collectif_en_double", "collectifs_differents"}
    for family in ("dossier-2020", "elan-2021", "trame-2025"):
        assert groups <= kinds[family]
    assert {"rattachement_absent", "rattachement_en_double", "collectif_sans_reponse"} <= kinds["elan-2021"]
    assert "collectif_sans_reponse" in kinds["trame-2025"]


def test_every_declared_fault_is_planted_once() -> None:
    declared = [
        (campagne, fault.variable, regle)
        for faults in (RETURNS, DOSSIERS, ELAN, TRAME, ROSTERS, SYNTHESES)
        for campagne, of_campagne in faults.items()
        for fault in of_campagne
        for regle in ((fault.regle, *fault.aussi) if fault.jugee else ())
    ]
    rows = Counter((fault["campagne"], fault["variable"], fault["regle"]) for fault in planted())
    assert Counter(declared) - rows == Counter()


def test_a_blank_line_and_an_answer_on_two_lines_are_there_to_be_read() -> None:
    first = read_rows(RAW / "2016-2017" / "questionnaire-donnees-fictives-2016-2017.csv")
    second = read_rows(RAW / "2017-2018" / "questionnaire-donnees-fictives-2017-2018.csv")
    assert [] in first[2:-2]
    assert any("\n" in cell for row in second for cell in row)
