"""The page SQL: ready questions, one's own, what is told of an answer, what is kept, and for whom."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from dashboard.query import saved_queries
from dashboard.query.answer import _all, _workbook
from dashboard.query.engine import run
from dashboard.visit.visitor import Visitor
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.dashboard import open_page, unmarked, visitor_of
from warehouse.sql.cautions import LEVELS, ORIGINS, RATES, cautions
from warehouse.sql.questions import questions

ANCHOR = (
    "select valeur from marts.indicateur_valeur where campagne = '2019-2020' and niveau = 'departement' "
    "and code = '45' and indicateur = 'nb_actions' and origine = 'fictif'"
)


@pytest.fixture(autouse=True)
def journal(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The demo is read only: what would be journaled is kept aside."""
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(Visitor, "record", lambda self, action, objet="": told.append((action, objet)))
    return told


def opened(folder: DataFolder, role: str = "analyste", **address: str) -> AppTest:
    page = open_page("sql", visitor_of(folder, role, "45"), 60, **address)
    assert not page.exception
    return page


def asked(page: AppTest, query: str) -> AppTest:
    page.text_area(key="sql_texte").set_value(query)
    page.button(key="sql_lancer").click().run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    return unmarked(" ".join(str(one.value) for kind in (page.error, page.warning, page.info) for one in kind))


@pytest.mark.parametrize("question", questions(), ids=lambda one: one.id)
def test_each_ready_question_has_an_answer(adopted_demo: DataFolder, question: object) -> None:
    one = next(each for each in questions() if each is question)
    answer = run(visitor_of(adopted_demo, "analyste", "45"), one.filled({}))
    assert answer.rows
    assert not one.titre.endswith(".") and one.description.endswith(".")
    assert "{" not in one.filled({})
    assert cautions(one.filled({})) == []


def test_a_question_is_chosen_filled_in_and_asked(adopted_demo: DataFolder, journal: list[tuple[str, str]]) -> None:
    page = opened(adopted_demo)
    assert len(page.selectbox(key="sql_question").options) == len(questions()) == 10
    page.selectbox(key="sql_question").select_index(0).run()
    page.button(key="sql_poser").click().run()
    assert not page.exception and not page.error
    assert unmarked(page.table[-1].value["campagne"].tolist()[0]) == "2014-2015"
    assert "code = '45'" in page.text_area(key="sql_texte").value
    assert [action for action, _ in journal] == ["requete"]


def test_a_query_of_one_s_own_gives_the_figure_of_every_page(adopted_demo: DataFolder) -> None:
    page = asked(opened(adopted_demo), ANCHOR)
    assert [unmarked(cell) for cell in page.table[-1].value.values.ravel()] == ["41.0"]
    assert [button.proto.label for button in page.get("download_button")] == [
        "Tout en CSV", "Tout en PARQUET", "Ces lignes en XLSX",
    ]  # fmt: skip
    assert page.query_params["requete"] == ANCHOR


def test_a_link_brings_the_query_and_does_not_run_it(adopted_demo: DataFolder, journal: list[tuple[str, str]]) -> None:
    page = opened(adopted_demo, requete=ANCHOR)
    assert page.text_area(key="sql_texte").value == ANCHOR
    assert journal == []


def test_what_is_wrong_is_said_and_pointed_at(adopted_demo: DataFolder) -> None:
    page = asked(opened(adopted_demo), "select campagn from marts.action_large")
    assert "campagne" in said(page)
    assert page.code[-1].value.splitlines()[-1].endswith("^")
    page = asked(page, "drop table marts.action_large")
    assert page.error and not page.get("download_button")


def test_a_query_that_misleads_says_so(adopted_demo: DataFolder) -> None:
    page = asked(opened(adopted_demo), "select sum(valeur) as total from marts.indicateur_valeur")
    assert all(unmarked(text) in said(page) for text in (RATES, LEVELS))
    assert cautions("select 'sum(valeur)' from core.action -- marts.indicateur_valeur") == []
    assert cautions("select count(*) from marts.indicateur_valeur where niveau = 'departement'") == [ORIGINS]
    assert cautions(ANCHOR) == []


def test_the_files_hold_every_row(adopted_demo: DataFolder, tmp_path: Path) -> None:
    analyst = visitor_of(adopted_demo, "analyste", "45")
    query = "select campagne, action_id, '=1+1' as formule from marts.action_large order by all"
    answer = run(analyst, query)
    lines = _all(analyst, query, "csv").decode().splitlines()
    assert len(lines) == len(answer.rows) + 1 or answer.truncated
    assert lines[1].endswith("'=1+1")
    assert _all(analyst, query, "parquet").startswith(b"PAR1")
    path = tmp_path / "requete.xlsx"
    path.write_bytes(_workbook(analyst, query, answer))
    book = CalamineWorkbook.from_path(str(path))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert sheets["Résultat"][0] == ["campagne", "action_id", "formule"]
    assert len(sheets["Résultat"]) == len(answer.rows) + 1
    assert sheets["Requête"][0] == [query]


def test_handicap_and_contacts_are_out_of_reach_of_the_analyst(adopted_demo: DataFolder) -> None:
    page = asked(opened(adopted_demo), "select nb_handicap from marts.action_large")
    assert page.error
    page = asked(page, "select * from prive.contact")
    assert page.error


def test_tables_are_told_with_what_their_columns_mean(adopted_demo: DataFolder) -> None:
    page = opened(adopted_demo)
    assert page.selectbox(key="schema_table").options[:2] == ["marts.action_large", "marts.porteur_large"]
    columns = page.table[0].value
    assert unmarked(columns.columns[2]) == "Ce que c'est"
    assert (columns.iloc[:, 2] != "").all()
    page.text_input(key="schema_recherche").set_value("bénévoles").run()
    assert "core.action" in page.selectbox(key="schema_table").options


def test_queries_are_kept_for_their_author_alone(tmp_path: Path, adopted_demo: DataFolder) -> None:
    one = replace(visitor_of(adopted_demo, "analyste", "45"), folder=DataFolder(tmp_path))
    saved_queries.save(one, "  Mes   actions ", "select 1")
    assert saved_queries.saved(one) == {"Mes actions": "select 1"}
    other = replace(one, identity=replace(one.identity, compte=one.identity.compte + 1))
    assert saved_queries.saved(other) == {}
    assert {oct(path.stat().st_mode & 0o777) for path in one.folder.queries.iterdir()} == {"0o600"}
    saved_queries.forget(one, "Mes actions")
    assert saved_queries.saved(one) == {}
    with pytest.raises(Refusal, match="Donnez un nom"):
        saved_queries.save(one, "  ", "select 1")


@pytest.mark.parametrize("role", ["comite", "porteur"])
def test_it_is_for_analysts_and_the_agent(adopted_demo: DataFolder, role: str) -> None:
    page = open_page("sql", visitor_of(adopted_demo, role, "45", "p45-001" if role == "porteur" else None), 60)
    assert "n'est pas ouverte à votre compte" in str(page.exception[0].message)


def test_a_page_that_is_left_stops_its_query(adopted_demo: DataFolder) -> None:
    class LeftError(Exception):
        pass

    def leave(_: float) -> None:
        raise LeftError

    endless = "select count(*) from range(100000) as a, range(100000) as b where a.range + b.range = -1"
    analyst = visitor_of(adopted_demo, "analyste", "45")
    start = time.monotonic()
    with pytest.raises(LeftError):
        run(analyst, endless, leave)
    assert time.monotonic() - start < 10
    assert run(analyst, "select 1 as un").rows == [(1,)]


def test_an_answer_is_asked_once_whatever_is_chosen_of_it(
    adopted_demo: DataFolder, journal: list[tuple[str, str]]
) -> None:
    page = asked(opened(adopted_demo), "select campagne, nb_enfants from marts.action_large order by all limit 3")
    page.selectbox(key="sql_nombre").select("nb_enfants").run()
    assert not page.exception
    assert page.get("plotly_chart")
    assert [action for action, _ in journal] == ["requete"]
    page.button(key="sql_lancer").click().run()
    assert [action for action, _ in journal] == ["requete", "requete"]
