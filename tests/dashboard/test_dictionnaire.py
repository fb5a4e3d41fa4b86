"""Dictionnaire: each variable and indicator of the build, its wordings, its answers, for who reads the warehouse."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from socle.paths import DataFolder
from tests.support.dashboard import open_page, unmarked, visitor_of
from warehouse.open import open_current
from warehouse.origins.asked_by_year import indicators, variables
from warehouse.scope import LOCAL, PUBLIC, Scope


def opened(folder: DataFolder, role: str = "analyste") -> AppTest:
    page = open_page("dictionnaire", visitor_of(folder, role, "45"), 60)
    assert not page.exception
    return page


def facts(page: AppTest, rank: int) -> dict[str, str]:
    rows = page.table[rank].value.values.tolist()
    return {unmarked(row[0]): unmarked(row[1]) for row in rows}


def test_a_question_is_found_by_the_words_of_any_year(adopted_demo: DataFolder) -> None:
    page = opened(adopted_demo)
    page.text_input(key="dictionnaire_question").set_value("combien d'enfants et de jeunes ont été accueillis").run()
    assert not page.exception
    told = facts(page, 0)
    assert told["Nom dans les tables"] == "nb_enfants"
    years = [[unmarked(cell) for cell in row] for row in page.table[1].value.values.tolist()]
    assert ["2019-2020", "41 sur 41"] in [[row[0], row[2]] for row in years]


def test_an_indicator_tells_its_formula_in_words_and_for_who_writes_sql_in_sql(adopted_demo: DataFolder) -> None:
    for role, technical in (("analyste", True), ("comite", False)):
        page = opened(adopted_demo, role)
        page.text_input(key="dictionnaire_indicateur_mot").set_value("part_benevoles").run()
        told = facts(page, 2)
        assert told["Nom dans les tables"] == "part_benevoles"
        assert told["Définition"] and told["Classe de diffusion"] == "E, effectifs"
        assert ("Numérateur (SQL)" in told) is technical


def test_what_is_not_there_is_said(adopted_demo: DataFolder) -> None:
    page = opened(adopted_demo)
    page.text_input(key="dictionnaire_question").set_value("zzz").run()
    assert "Aucune question ne contient ce mot." in [one.value for one in page.info]


def test_everything_that_a_build_holds_is_in_it(adopted_demo: DataFolder) -> None:
    with open_current(adopted_demo) as warehouse:
        (kept,) = warehouse.records("select count(distinct variable_mere) as n from marts.dictionnaire")
        (counted,) = warehouse.records("select count(*) as n from marts.indicateur")
    found = variables(adopted_demo, LOCAL)
    assert len(found) == kept["n"]
    assert len(indicators(adopted_demo, LOCAL)) == counted["n"]
    assert all(one.libelle and one.type for one in found)
    assert [one.variable for one in found if one.personnel and any(year.posees for year in one.years)] == []


def test_answers_are_those_of_the_territory(adopted_demo: DataFolder) -> None:
    here, elsewhere = (variables(adopted_demo, Scope("comite", place)) for place in ("45", "18"))
    assert any(year.posees for one in here for year in one.years)
    assert not any(year.posees for one in elsewhere for year in one.years)


def test_it_is_for_who_reads_the_warehouse(adopted_demo: DataFolder) -> None:
    page = open_page("dictionnaire", visitor_of(adopted_demo, "porteur", "45", "p45-001"), 60)
    assert "n'est pas ouverte à votre compte" in str(page.exception[0].message)
    with pytest.raises(ValueError):
        variables(adopted_demo, PUBLIC)
