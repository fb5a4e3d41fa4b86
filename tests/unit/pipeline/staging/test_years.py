"""Each row is of the year of its folder, is set aside, or its file is stopped: a year is never given by default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from pipeline.staging.stage_file import MADE, FileStager, Source
from pipeline.staging.staged import Staged, read_staged
from pipeline.staging.years import lines_text
from tests.support.builds import plain
from tests.support.exports import agrement, codebook, reponse, shipped_format, table, write_export
from tests.support.tables import evaluate, parsing_connection, write_ods, write_xlsx
from tests.support.workbooks import fiche, grid, tables_of

YEAR, BEFORE = "2019-2020", "2018-2019"
OF_BEFORE = {"campagne_declaree": BEFORE}


@pytest.fixture(scope="module")
def stager() -> FileStager:
    return FileStager(codebook())


def stage(stager: FileStager, path: Path, campagne: str = YEAR) -> Staged:
    workspace = path.parent / f"atelier-{campagne}-{path.name}"
    workspace.mkdir()
    stager.stage(Source(campagne, ("45",), path, path.name), "", workspace)
    staged = read_staged(campagne, path.name, "", workspace / MADE)
    assert staged is not None
    return staged


def rows(staged: Staged, relation: str = "lignes", columns: str = "ligne") -> list[Any]:
    found: list[Any] = []
    for part in staged.tables:
        path = staged.folder / f"{part.name}.{relation}.parquet"
        found += duckdb.sql(f"select {columns} from '{path}' order by all").fetchall()
    return found


def said(staged: Staged) -> list[str]:
    return [plain(aside.sentence) for aside in staged.asides]


def roster(path: Path, *years: str) -> Path:
    agreed = [agrement(f"a{n}", campagne_declaree=year) for n, year in enumerate(years)]
    return write_export(path, "agrements", agreed)


READ = [
    *(
        "2018-2019",
        "2018–2019",
        "2018—2019",
        "2018‑2019",
        "2018−2019",
        "2018 – 2019",
        "2018/2019",
        "2018/19",
        "2018-19",
    ),
    *("2018 à 2019", "2018 et 2019", "Année scolaire 2018-2019", "ANNÉE SCOLAIRE : 2018 – 2019", "année 2018/2019"),
    *("Clas 2018-2019", "\u00a02018\u00a0-\u00a02019 ", "2018 \u2010 2019"),
]
UNREAD = ["2018", "2019", "2018-2020", "2019-2018", "2018-18", "rentrée 2018", "19-20", "x", "12018-2019", "2018-20190"]


def test_a_year_is_read_whatever_its_dash_and_never_guessed() -> None:
    with parsing_connection() as connection:
        assert evaluate(connection, "lire_campagne(t)", [*READ, *UNREAD]) == [BEFORE] * len(READ) + [None] * len(UNREAD)


@pytest.mark.parametrize("written", ["2018–2019", "Année scolaire 2018-2019"])
def test_a_file_of_another_year_is_refused_whatever_its_dash(stager: FileStager, tmp_path: Path, written: str) -> None:
    staged = stage(stager, roster(tmp_path / "r.csv", written, written))
    assert staged.refusal and staged.refusal.code == "autre_campagne"
    assert staged.refusal.values["declaree"] == BEFORE


@pytest.mark.parametrize(("years", "line"), [(["2018"], 2), ([YEAR, YEAR, "2018-2020"], 4)], ids=["toutes", "une"])
def test_a_year_that_is_not_read_stops_the_file(
    stager: FileStager, tmp_path: Path, years: Sequence[str], line: int
) -> None:
    staged = stage(stager, roster(tmp_path / "r.csv", *years))
    assert staged.refusal and staged.refusal.code == "annee_illisible"
    assert f"ligne {line} : « {years[-1]} » n'est pas une année scolaire" in plain(staged.refusal)
    assert staged.tables == ()


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_year_written_as_a_number_stops_the_workbook(stager: FileStager, tmp_path: Path, kind: str) -> None:
    lines: list[list[Any]] = list(table(shipped_format("agrements"), [agrement("a1")]))
    lines[1] = [2019 if text == YEAR else text for text in lines[1]]
    path = (write_xlsx if kind == "xlsx" else write_ods)(tmp_path / f"r.{kind}", {"Export": lines})
    sentence = plain(stage(stager, path).refusal)
    assert "feuille « Export », ligne 2 : « 2019 » n'est pas une année scolaire" in sentence


def test_a_row_without_its_year_beside_others_stops_the_file(stager: FileStager, tmp_path: Path) -> None:
    staged = stage(stager, roster(tmp_path / "r.csv", YEAR, "", YEAR, "NC"))
    assert staged.refusal and staged.refusal.code == "annee_absente"
    assert "lignes 3, 5 : l'année scolaire manque (colonne « Année scolaire »)" in plain(staged.refusal)


def test_a_file_that_never_says_its_year_is_of_its_folder(stager: FileStager, tmp_path: Path) -> None:
    assert len(rows(stage(stager, roster(tmp_path / "r.csv", "", "")))) == 2


def test_a_note_under_the_table_says_no_year_and_stops_nothing(stager: FileStager, tmp_path: Path) -> None:
    path = roster(tmp_path / "r.csv", YEAR)
    width = len(path.read_text(encoding="utf-8-sig").splitlines()[0].split(";"))
    with path.open("a", encoding="utf-8") as file:
        file.write("Source : extraction du 12/10/2020" + ";" * (width - 1) + "\n")
    assert stage(stager, path).refusal is None


def test_the_rows_of_another_year_are_set_aside_by_their_lines(stager: FileStager, tmp_path: Path) -> None:
    path = roster(tmp_path / "r.csv", YEAR, BEFORE, BEFORE, YEAR, "2017/2018", BEFORE)
    staged = stage(stager, path)
    assert (rows(staged), staged.tables[0].records) == ([(2,), (5,)], 2)
    assert said(staged) == [
        "r.csv tient aussi des lignes d'une autre année scolaire que 2019-2020, mises de côté : ligne 6 (2017-2018) ; "
        "lignes 3 à 4, 7 (2018-2019). Si elles manquent ailleurs, déposez ce fichier aussi dans le dossier de leur "
        "année."
    ]
    assert {line for relation in ("prive", "anomalies") for (line,) in rows(staged, relation)} <= {2, 5}
    assert rows(stage(stager, path, BEFORE)) == [(3,), (4,), (7,)]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_of_a_sheet_a_year_the_one_of_the_year_is_read(stager: FileStager, tmp_path: Path, kind: str) -> None:
    sheets = {
        year: table(shipped_format("agrements"), [agrement(f"a{year}", campagne_declaree=year)])
        for year in ("2017-2018", BEFORE, YEAR)
    }
    path = (write_xlsx if kind == "xlsx" else write_ods)(tmp_path / f"r.{kind}", sheets)
    staged = stage(stager, path)
    assert [part.feuille for part in staged.tables] == [YEAR]
    (sentence,) = said(staged)
    assert "feuille « 2017-2018 », ligne 2 (2017-2018) ; feuille « 2018-2019 », ligne 2 (2018-2019)" in sentence
    assert plain(stage(stager, path, "2014-2015").refusal).startswith(
        f"{path.name} est rangé dans l'année scolaire 2014-2015, mais il indique 2017-2018, 2018-2019, 2019-2020."
    )


def test_a_dossier_of_two_years_keeps_the_fiche_of_its_year(stager: FileStager, tmp_path: Path) -> None:
    main = tables_of("dossier-2020")[None]
    sheets = {year: fiche(main, reponse(f"a{year}", campagne_declaree=year)) for year in ("2019-2020", "2020-2021")}
    staged = stage(stager, write_xlsx(tmp_path / "d.xlsx", sheets), "2020-2021")
    assert [part.feuille for part in staged.tables if not part.partie] == ["2020-2021"]
    assert len(staged.asides) == 1


def test_what_is_joined_to_the_rows_set_aside_follows_them(stager: FileStager, tmp_path: Path) -> None:
    tables = tables_of("elan-2021")
    mains: Mapping[str, str] = {"r1": "2021-2022", "r2": "2020-2021"}
    sheets = {"Bilans": grid(tables[None], [reponse("a", reponse_id=k, campagne_declaree=y) for k, y in mains.items()])}
    joined = next(part for part in tables.values() if part.cle == "reponse_id" and part.nature == "collectif")
    sheets["Collectifs"] = grid(joined, [{"reponse_id": key, "nb_inscrits": "9"} for key in ("r1", "r2", "r2")])
    staged = stage(stager, write_xlsx(tmp_path / "e.xlsx", sheets), "2021-2022")
    assert [(part.partie is None, part.records) for part in staged.tables] == [(True, 1), (False, 1)]


def test_a_sheet_whose_rows_of_the_year_are_totals_alone_says_its_year(stager: FileStager, tmp_path: Path) -> None:
    path = roster(tmp_path / "r.csv", BEFORE, BEFORE)
    with path.open("a", encoding="utf-8") as file:
        file.write("Total" + ";" * path.read_text(encoding="utf-8").partition("\n")[0].count(";") + "\n")
    staged = stage(stager, path)
    assert staged.refusal and staged.refusal.code == "autre_campagne"


@pytest.mark.parametrize("kind", ["hide", "very_hidden"])
def test_a_hidden_sheet_is_not_read_and_is_said_to_be_hidden(stager: FileStager, tmp_path: Path, kind: str) -> None:
    lines = table(shipped_format("agrements"), [agrement("a1")])
    sheets: dict[str, Any] = {"Vue": lines, "Masquée": lines, "Listes": [["Oui"], ["Non"]]}
    path = hidden_book(tmp_path / "r.xlsx", sheets, {"Masquée": kind, "Listes": kind})
    staged = stage(stager, path)
    assert [part.feuille for part in staged.tables] == ["Vue"]
    assert [(aside.code, aside.state) for aside in staged.asides] == [
        ("feuille_masquee", "mis_de_cote"),
        ("feuille_masquee_inconnue", "ignore"),
    ]
    assert said(staged)[0].startswith("La feuille « Masquée » est masquée : elle n'a pas été lue.")
    alone = stage(stager, hidden_book(tmp_path / "s.xlsx", {"Notice": [["Lisez"]], "M": lines}, {"M": kind}))
    assert plain(alone.refusal).startswith(
        "s.xlsx n'est pas lu : la feuille qui porte les réponses, « M », est masquée. Affichez-la"
    )


def hidden_book(path: Path, sheets: Mapping[str, Any], hidden: Mapping[str, str]) -> Path:
    workbook = xlsxwriter.Workbook(path)
    for name, lines in sheets.items():
        sheet = workbook.add_worksheet(name)
        for number, row in enumerate(lines):
            sheet.write_row(number, 0, row)
        if name in hidden:
            getattr(sheet, hidden[name])()
    workbook.close()
    return path


def test_a_roster_and_a_synthesis_of_several_years_are_treated_alike(stager: FileStager, tmp_path: Path) -> None:
    roster = write_export(tmp_path / "a.csv", "agrements", [agrement("a1"), agrement("a2", **OF_BEFORE)])
    figures = [{"campagne_declaree": year, "indicateur": "nb_actions", "valeur": "4"} for year in (YEAR, BEFORE)]
    synthesis = write_export(tmp_path / "s.csv", "synthese-nationale", figures)
    for path in (roster, synthesis):
        staged = stage(stager, path)
        assert (rows(staged), len(staged.asides)) == ([(2,)], 1)


def test_lines_are_told_briefly() -> None:
    assert lines_text([2]) == "ligne 2"
    assert lines_text([5, 4, 3, 9]) == "lignes 3 à 5, 9"
    assert lines_text([*range(2, 40, 2)]) == "lignes 2, 4, 6, 8, 10, 12, 14, 16 et 11 autres endroits"
