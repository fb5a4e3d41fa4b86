"""A correction is read in place of its cell, is told wherever the figure is, and stops the build when it is stale."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.main import main
from pipeline.reading.campaigns import input_hashes, load_campaigns
from pipeline.staging.stage_all import stage_all
from pipeline.staging.staged import Staged
from pipeline.staging.try_file import try_file
from socle.files.manifest import WAREHOUSE, current_build, read_manifest
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import build_with, cut_down, plain, quick_build, quick_codebook, silent
from tests.support.corrections import YEAR, correction, header_of, write_corrections
from tests.support.exports import PORTEURS, agrement, codebook, make_folder, reponse, shipped_format, siret, table
from tests.support.families import YEARS, answers, write_campaign, write_family
from tests.support.once import copied
from tests.support.tables import write_xlsx

BETA = PORTEURS[1]
BEFORE, FICHES, JOINED_SHEETS = "2018-2019", YEARS["dossier-2020"], YEARS["elan-2021"]
JOINED = next(column for column in shipped_format("questionnaire-2016").colonnes if column.separateur_choix)
FIRST, SECOND, *_ = quick_codebook().columns_of(JOINED.variable or "")
BOTH = (JOINED.separateur_choix or "").join(FIRST.variable.modalites[c.modalite or ""] for c in (FIRST, SECOND))


def folder_of(root: Path, **first: str) -> DataFolder:
    """One campagne of one return, line 2 of reponses.csv."""
    return make_folder(root, {YEAR: ([agrement("a1")], [reponse("a1", **first)])})


@contextmanager
def published(folder: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published build, open."""
    path = current_build(folder)
    assert path
    with duckdb.connect(str(path / WAREHOUSE), read_only=True) as connection:
        yield connection


def rows(folder: DataFolder, query: str) -> list[tuple[Any, ...]]:
    """What the published build answers."""
    with published(folder) as connection:
        return connection.execute(query).fetchall()


def stage(folder: DataFolder) -> list[Staged]:
    return stage_all(folder, quick_codebook(), load_campaigns(folder), input_hashes(folder), silent)


def refusal(folder: DataFolder) -> str:
    with pytest.raises(Refusal) as raised:
        stage(folder)
    assert raised.value.code == "correction_perimee"
    return plain(raised.value)


# What it changes, and what is said of it


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A campagne built with every rule and bound, whose returns a1 to a7 are corrected, and a8 is not."""
    wrong: dict[str, dict[str, str]] = {
        "a1": {"nb_enfants": "environ 12"},
        "a2": {"nb_collectifs": "99999"},
        "a3": {"siret": siret(7), "raison_sociale": "Nom mal écrit"},
        "a4": {"nb_familles": ""},
        "a5": {JOINED.variable or "": "Tout à la fois"},
        "a6": {"contact_nom": "Zoé Confidence"},
        "a7": {"nb_enfants": "environ\u00a011 "},
        "a8": {},
    }
    returns = [reponse(action, **answers) for action, answers in wrong.items()]
    folder = make_folder(tmp_path_factory.mktemp("year"), {YEAR: ([agrement(action) for action in wrong], returns)})
    write_corrections(
        folder,
        correction(motif="confirmé par téléphone."),
        correction(ligne=3, variable="nb_collectifs", attendu="99999", valeur=1),
        correction(ligne=4, variable="siret", attendu=siret(7), valeur=siret(1)),
        correction(ligne=5, variable="nb_familles", attendu="", valeur="9"),
        correction(ligne=5, attendu=10, valeur=""),
        correction(ligne=6, variable=JOINED.variable, attendu="Tout à la fois", valeur=BOTH),
        correction(ligne=7, variable="contact_nom", attendu="Zoé Confidence", valeur="Zoé Discrète"),
        correction(ligne=8, attendu="environ 11", valeur="11"),
        correction(fichier="agrements.csv", variable="nb_enfants_agrees", attendu=10, valeur=11),
    )
    whole = codebook()
    few = replace(whole, indicators=cut_down(whole, ("nb_enfants_accueillis",)).indicators)
    quick_build(folder, rules=[rule.id for rule in whole.rules], definitions=few)
    return folder


@pytest.fixture
def warehouse(year: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    with published(year) as connection:
        yield connection


def test_the_cells_named_are_read_as_corrected_and_no_other_is(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select action_id, porteur_id, nb_enfants, nb_collectifs, nb_familles from core.action order by action_id"
    ).fetchall()
    assert found == [
        ("a1", "p1", 12, 1, None),
        ("a2", "p1", 10, 1, None),
        ("a3", "p1", 10, 1, None),
        ("a4", "p1", None, 1, 9),
        ("a5", "p1", 10, 1, None),
        ("a6", "p1", 10, 1, None),
        ("a7", "p1", 11, 1, None),
        ("a8", "p1", 10, 1, None),
    ]
    agreed = warehouse.execute("select action_id from core.agrement where nb_enfants_agrees <> 10").fetchall()
    assert agreed == [("a1",)]


def test_a_joined_answer_is_corrected_as_one_cell(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = f"select action_id, {SECOND.id} from core.reponse where {FIRST.id}"
    assert warehouse.execute(query).fetchall() == [("a5", True)]


def test_what_is_corrected_is_no_anomaly_any_more(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select ligne, variable, regle from qualite.anomalie where fichier = 'reponses.csv' "
        "and variable in ('nb_enfants', 'nb_collectifs', 'siret', 'raison_sociale') order by 1"
    ).fetchall()
    corrected = [(2, "nb_enfants"), (3, "nb_collectifs"), (4, "siret"), (5, "nb_enfants"), (8, "nb_enfants")]
    assert found == [(*cell, "valeur_corrigee") for cell in corrected]


def test_a_correction_is_listed_with_who_when_and_why(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("from qualite.correction order by fichier, ligne, variable").fetchall()
    assert len(found) == 9
    assert found[1] == (
        YEAR, "reponses.csv", "", 2, "nb_enfants", header_of("nb_enfants"), "environ 12", "12",
        "confirmé par téléphone.", "M. Martin", date(2020, 10, 5), "45", "p1",
    )  # fmt: skip
    assert {row[-1] for row in found} == {"p1"}


def test_the_porteur_is_told_what_was_read_in_place_of_its_answer(
    year: DataFolder, warehouse: duckdb.DuckDBPyConnection
) -> None:
    told = warehouse.execute(
        "select message, gravite, effet, valeur, colonne, porteur_id, action_id from qualite.anomalie "
        "where regle = 'valeur_corrigee' and fichier = 'reponses.csv' order by ligne, variable"
    ).fetchall()
    message, *others = told[0]
    assert "la Caf a remplacé « environ 12 » par « 12 » (motif : confirmé par téléphone). " in plain(message)
    assert others == ["info", "aucun", "environ 12", header_of("nb_enfants"), "p1", "a1"]
    assert "a remplacé « 10 » par une case vide" in plain(told[3][0])
    assert "a remplacé une case vide par « 9 »" in plain(told[4][0])
    built = current_build(year)
    assert built
    assert message in (built / "quality" / "anomalies.csv").read_text(encoding="utf-8-sig")


def test_neither_value_of_a_personal_cell_is_shown(
    year: DataFolder, warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    listed = "select ancienne_valeur, nouvelle_valeur from qualite.correction where variable = 'contact_nom'"
    assert warehouse.execute(listed).fetchall() == [("masquée", "masquée")]
    told = warehouse.execute("select valeur, message from qualite.anomalie").fetchall()
    assert [row for row in told if "Zoé" in str(row)] == []
    built = current_build(year)
    assert built
    with duckdb.connect(str(built / "private.duckdb"), read_only=True) as private:
        kept = private.execute("select valeur from donnee_personnelle where variable = 'contact_nom'").fetchall()
    assert kept == [("Zoé Discrète",)]
    astray = folder_of(tmp_path, contact_nom="Zoé Confidence")
    write_corrections(astray, correction(variable="contact_nom", attendu="Zoé Absente", valeur="x"))
    assert "Zoé" not in refusal(astray)
    declared = [path.read_text(encoding="utf-8") for path in astray.staging.rglob("fichier.json")]
    assert [text for text in declared if "Zoé" in text] == []


def test_a_figure_says_what_was_corrected_under_it(
    year: DataFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(year.root))
    assert main(["explain", f"nb_enfants_accueillis/{YEAR}/45"]) == 0
    said = plain(capsys.readouterr().out)
    assert (
        f"Corrections :\n- reponses.csv, ligne 2, « {header_of('nb_enfants')} » : « environ 12 » remplacé par « 12 », "
        "par M. Martin le 05/10/2020. Motif : confirmé par téléphone.\n"
    ) in said
    assert f"« {header_of('siret')} »" in said, "it says whose the return is"
    assert f"« {header_of('nb_familles')} »" not in said
    assert "la Caf a remplacé" not in said
    assert main(["explain", f"nb_enfants_accueillis/{YEAR}/45", "--json"]) == 0
    assert '"date_correction": "05/10/2020"' in capsys.readouterr().out


# When it no longer applies


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"attendu": "environ 13"},
            f"2019-2020/reponses.csv, ligne 2, nb_enfants : la case « {header_of('nb_enfants')} » contient "
            "« environ 12 », et non « environ 13 ».",
        ),
        ({"attendu": ""}, "contient « environ 12 », et non une case vide."),
        ({"variable": "nb_familles"}, "contient une case vide, et non « environ 12 »."),
        (
            {"fichier": "reponse.csv"},
            "2019-2020/reponse.csv, ligne 2, nb_enfants : ce fichier n'est pas dans le dossier de l'année (le plus "
            "proche : « reponses.csv »).",
        ),
        ({"ligne": 9}, "ligne 9, nb_enfants : cette ligne n'est pas une ligne de réponses."),
        ({"ligne": 1}, "ligne 1, nb_enfants : cette ligne n'est pas une ligne de réponses."),
        ({"variable": "nb_enfant"}, "la variable nb_enfant n'y est pas demandée (le plus proche : « nb_enfants »)."),
        ({"feuille": "Bilan"}, "feuille « Bilan », ligne 2, nb_enfants : cette feuille n'y est pas"),
    ],
)  # fmt: skip
def test_a_correction_that_finds_something_else_stops_the_build(
    tmp_path: Path, changed: dict[str, object], told: str
) -> None:
    folder = folder_of(tmp_path, nb_enfants="environ 12")
    write_corrections(folder, correction(**changed))
    assert told in refusal(folder)
    assert current_build(folder) is None


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Two years, the second corrected, in a quick build; copy it."""
    years = {
        BEFORE: ([agrement("a0", campagne_declaree=BEFORE)], [reponse("a0", campagne_declaree=BEFORE)]),
        YEAR: ([agrement("a1")], [reponse("a1", nb_enfants="environ 12")]),
    }
    folder = make_folder(tmp_path_factory.mktemp("corrected"), years)
    write_corrections(folder, correction())
    quick_build(folder)
    return folder


def test_what_was_published_stays_and_every_fault_of_every_year_is_named(
    corrected: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(corrected, tmp_path)
    kept = current_build(folder)
    assert kept
    write_corrections(folder, correction(attendu="12"), correction(variable="nb_familles", attendu="8"))
    write_corrections(folder, correction(fichier="ailleurs.csv"), campagne=BEFORE)
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    build_with(monkeypatch, quick_codebook())
    assert main(["build"]) == 1
    said = plain(capsys.readouterr().err)
    assert "Rien n'a été construit, les derniers chiffres publiés restent en place." in said
    assert "(3 corrections)" in said
    assert [name for name in (f"{BEFORE}/ailleurs.csv", f"{YEAR}/reponses.csv") if name not in said] == []
    assert current_build(folder) == kept
    assert main(["build"]) == 1, "a stale correction is said again, though the file was read"
    write_corrections(folder, correction())
    (folder.raw / BEFORE / "corrections.yml").unlink()
    assert quick_build(folder).folder != kept


def test_a_file_refused_says_so_and_its_corrections_wait(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder.raw / YEAR / "notes.csv").write_text("Colonne;Autre\nune;deux\n", encoding="utf-8")
    write_corrections(folder, correction(fichier="notes.csv"))
    assert [file.fichier for file in stage(folder) if file.refusal] == ["notes.csv"]


def test_a_file_is_tried_with_its_corrections(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, nb_enfants="environ 12")
    received = folder.raw / YEAR / "reponses.csv"
    assert [found.regle for found in try_file(folder, received).anomalies] == ["nombre_approximatif"]
    write_corrections(folder, correction())
    assert [found.regle for found in try_file(folder, received).anomalies] == ["valeur_corrigee"]
    write_corrections(folder, correction(attendu="douze"))
    with pytest.raises(Refusal, match="environ 12"):
        try_file(folder, received)


# From one build to the next


def test_corrections_survive_a_rebuild_from_nothing(corrected: DataFolder, tmp_path: Path) -> None:
    folder = copied(corrected, tmp_path)
    built = current_build(folder)
    assert built
    first = read_manifest(built)
    assert first
    assert rows(folder, "select nb_enfants from core.reponse where action_id = 'a1'") == [(12,)]
    shutil.rmtree(folder.curated)
    again = quick_build(folder).manifest
    assert (again.figures_hash, again.tables) == (first.figures_hash, first.tables)


def test_a_correction_makes_its_file_alone_read_again(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, nb_enfants="environ 12")

    before = {file.fichier: file.folder for file in stage(folder)}
    write_corrections(folder, correction())
    assert [file.fichier for file in stage(folder) if file.folder != before[file.fichier]] == ["reponses.csv"]


# Workbooks


@dataclass(frozen=True)
class Workbooks:
    """A campagne of each kind of workbook, in one build: its answers are corrected where they stand."""

    folder: DataFolder
    refused: dict[str, str]
    """{campagne: what was said of its correction when it named another place}."""
    ligne: int
    """The line of the answer of the fiche."""


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> Workbooks:
    folder = make_folder(tmp_path_factory.mktemp("classeurs"))
    several = write_two_sheets(folder)
    (joined,) = write_campaign(folder.raw / JOINED_SHEETS, "elan-2021")
    fiche = write_fiches(folder)
    feuille, ligne = place_of(folder, fiche, header_of("nb_familles", "dossier-2020"))
    entries = {
        YEAR: correction(fichier=several.name),
        JOINED_SHEETS: correction(fichier=joined.name, variable="nb_familles", attendu=9, valeur=8, ligne=3),
        FICHES: correction(
            fichier=fiche.name, feuille=feuille, variable="nb_familles", attendu="une dizaine", valeur=10
        ),
    }
    astray: dict[str, dict[str, object]] = {
        YEAR: {},
        JOINED_SHEETS: {"feuille": "Dossiers"},
        FICHES: {"ligne": ligne + 1},
    }
    right: dict[str, dict[str, object]] = {YEAR: {"feuille": "Sud"}, JOINED_SHEETS: {}, FICHES: {"ligne": ligne}}
    for campagne, entry in entries.items():
        write_corrections(folder, entry | astray[campagne], campagne=campagne)
    lines = refusal(folder).splitlines()
    refused = {campagne: line for campagne in entries for line in lines if line.startswith(f"- {campagne}/")}
    for campagne, entry in entries.items():
        write_corrections(folder, entry | right[campagne], campagne=campagne)
    quick_build(folder)
    return Workbooks(folder, refused, ligne)


def place_of(folder: DataFolder, path: Path, header: str) -> tuple[str, int]:
    """Where the only point of a file on a question says that it stands."""
    (point,) = [one for one in try_file(folder, path).anomalies if one.colonne == header]
    return point.feuille, point.ligne


def write_two_sheets(folder: DataFolder) -> Path:
    """The same wrong answer at the same line of two sheets of one workbook."""
    (folder.raw / YEAR / "reponses.csv").unlink()
    fmt = shipped_format("questionnaire-2016")
    sheets = {
        "Nord": table(fmt, [reponse("a1", nb_enfants="environ 12")]),
        "Sud": table(fmt, [reponse("a2", BETA, nb_enfants="environ 12")]),
    }
    return write_xlsx(folder.raw / YEAR / "reponses.xlsx", sheets)


def write_fiches(folder: DataFolder) -> Path:
    """Two fiches; return the second, one answer of which is wrong."""
    wrong = answers(FICHES)
    wrong[1] |= {"nb_familles": "une dizaine"}

    def write(path: Path, family: str) -> list[Path]:
        return write_family(path, family, rows=wrong)

    _, second = write_campaign(folder.raw / FICHES, "dossier-2020", write)
    return second


def test_a_sheet_is_named_when_several_ask_the_question(workbooks: Workbooks) -> None:
    assert "plusieurs feuilles posent la question (« Nord », « Sud »)" in workbooks.refused[YEAR]
    of_year = f"where campagne = '{YEAR}' order by 1"
    found = rows(workbooks.folder, f"select action_id, nb_enfants from core.reponse {of_year}")
    assert found == [("a1", None), ("a2", 12)]
    assert rows(workbooks.folder, f"select feuille, porteur_id from qualite.correction {of_year}") == [("Sud", "p2")]


def test_a_sheet_that_completes_another_is_corrected_where_it_stands(workbooks: Workbooks) -> None:
    told = workbooks.refused[JOINED_SHEETS]
    assert "la variable nb_familles n'y est pas demandée" in told
    assert "« nb_familles »" not in told
    of_year = f"where campagne = '{JOINED_SHEETS}' order by 1"
    assert rows(workbooks.folder, f"select action_id, nb_familles from core.action {of_year}") == [("a1", 9), ("a2", 8)]
    assert rows(workbooks.folder, f"select porteur_id from qualite.correction {of_year}") == [("p2",)]


def test_an_answer_of_a_fiche_is_named_by_its_own_line(workbooks: Workbooks) -> None:
    ligne = workbooks.ligne
    assert f"la réponse à cette question est à la ligne {ligne}" in workbooks.refused[FICHES]
    of_year = f"where campagne = '{FICHES}' order by 1"
    found = rows(workbooks.folder, f"select action_id, nb_familles from core.action {of_year}")
    assert found == [("a1", 9), ("a2", 10)]
    for listed in ("qualite.correction", "qualite.anomalie"):
        assert rows(workbooks.folder, f"select ligne, porteur_id from {listed} {of_year}") == [(ligne, "p2")]
