"""The committee's pages over the demo: who may open them, what they show, what the address says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bilan.model.exhibit import STATES, Exhibit
from bilan.parts.chapters import page as bilan_page
from bilan.words.declared import load_layout
from dashboard.exhibits.figure_view import explained
from dashboard.exhibits.provenance import explanation
from dashboard.visit.navigation import PAGES
from socle.paths import DataFolder
from socle.words.french import quantity
from socle.words.refusal import Refusal
from tests.support.dashboard import open_page, unmarked, visitor_of
from tests.support.figures import states
from warehouse.open import open_current
from warehouse.scope import Scope

COMMITTEE = ["essentiel", "offre", "enfants", "fonctionnement", "moyens", "evolutions", "referentiel", "reponses"]
COMITE = Scope("comite", "45")
AGENT = Scope("agent", "45")
YEAR = "2019-2020"
WITHOUT_ORIGIN = ("intercommunalites", "quartiers", "chiffres-cites")
"""Lists of places, and figures that others published: no row of the files makes them."""


def opened(folder: DataFolder, module: str, role: str = "comite", **address: str) -> AppTest:
    return open_page(module, visitor_of(folder, role, "45"), 60, **{"annee": YEAR, **address})


def address(page: AppTest, name: str) -> str:
    value = page.query_params[name]
    return value[0] if isinstance(value, list) else value


def tables(page: AppTest) -> list[list[list[str]]]:
    return [[[unmarked(cell) for cell in line] for line in table.value.values.tolist()] for table in page.table]


def text(page: AppTest) -> str:
    kinds = (page.title, page.header, page.subheader, page.markdown, page.info, page.warning, page.text)
    shown = [str(element.value) for kind in kinds for element in kind]
    return unmarked("\n".join([*shown, *(cell for table in tables(page) for line in table for cell in line)]))


@pytest.mark.parametrize("role", ["agent", "comite"])
@pytest.mark.parametrize("module", COMMITTEE)
def test_each_page_is_drawn_with_its_title_its_tables_and_how_to_read_them(
    adopted_demo: DataFolder, module: str, role: str
) -> None:
    page = opened(adopted_demo, module, role)
    assert not page.exception and not page.error
    titles = {entry.name: entry.title for entry in PAGES}
    assert page.title[0].value == titles[module]
    said = text(page)
    assert "fictives" in said.lower()
    assert "arrêt" in said  # adopted
    assert page.table
    assert module == "essentiel" or all(f"**{word}** :" in said for word in ("Champ", "Source"))
    assert not re.search(r"\b(None|nan|NaN|NA|True|False)\b|[{}]", said)


def test_the_menu_and_the_bilan_give_a_page_one_name() -> None:
    titles = {entry.name: entry.title for entry in PAGES}
    pages = load_layout().pages
    assert {name: pages[name].titre for name in COMMITTEE[1:]} == {name: titles[name] for name in COMMITTEE[1:]}


@pytest.mark.parametrize("role", ["analyste", "porteur"])
@pytest.mark.parametrize("module", COMMITTEE)
def test_nobody_else_opens_them(adopted_demo: DataFolder, module: str, role: str) -> None:
    page = open_page(module, visitor_of(adopted_demo, role, "45", "p45-001" if role == "porteur" else None))
    assert page.exception and not page.table
    assert not [entry for entry in PAGES if entry.name in COMMITTEE and role in entry.roles]


@pytest.mark.parametrize("module", ["offre", "enfants", "fonctionnement", "moyens"])
def test_the_figures_shown_are_those_of_the_warehouse(adopted_demo: DataFolder, module: str) -> None:
    held = warehouse_figures(adopted_demo)
    found = [
        figure
        for chapter in bilan_page(adopted_demo, COMITE, YEAR, "45", module).chapters
        for figure in chapter.figures
    ]
    shown = tables(opened(adopted_demo, module))
    assert len(shown) == len(found)
    compared = 0
    for figure, lines in zip(found, shown, strict=True):
        assert [line[0] for line in lines] == [unmarked(row.label) for row in figure.rows]
        for row, line in zip(figure.rows, lines, strict=True):
            name = (row.cells[0].explained or "").split("/")[0]
            if name in held and figure.columns[0].key == "valeur":
                compared += 1
                assert (row.key, line[1].strip("*")) == (row.key, expected(held[name], line[1]))
    assert compared >= 6


def warehouse_figures(folder: DataFolder) -> Mapping[str, tuple[Any, ...]]:
    query = f"""
        select c.indicateur, c.valeur, c.numerateur, c.denominateur, i.unite, c.au_moins
        from marts.comparaison as c inner join marts.indicateur as i on c.indicateur = i.indicateur
        where c.campagne = '{YEAR}' and c.departement = '45' and c.valeur is not null
    """
    with open_current(folder) as warehouse:
        return {row[0]: row[1:] for row in warehouse.connection.execute(query).fetchall()}


def expected(held: tuple[Any, ...], shown: str) -> str:
    """As INDICATORS §5 writes it: below twenty answers never a percentage."""
    value, numerator, denominator, unit, at_least = held
    if unit == "pct" and denominator is not None and denominator < 20:
        return f"{numerator:.0f} sur {denominator:.0f}"
    if "diffusé" in shown:
        return "non diffusé : trop peu de porteurs"
    return ("au moins " if at_least else "") + quantity(float(value), unit).replace("\u202f", " ")


def test_the_contract_figures_are_there_and_said_to_be_published(adopted_demo: DataFolder) -> None:
    page = opened(adopted_demo, "offre")
    lines = {line[0]: line[1] for line in tables(page)[0]}
    assert (lines["Actions agréées"], lines["Enfants et jeunes agréés"]) == ("41", "485")
    assert "Publié : Actions agréées et Enfants et jeunes agréés" in text(page)


def test_what_has_no_action_is_named(adopted_demo: DataFolder) -> None:
    with open_current(adopted_demo, COMITE) as warehouse:
        query = "select nom from marts.territoire_couvert where campagne = ? and niveau = 'epci' and not couvert"
        without = [row["nom"] for row in warehouse.records(query, [YEAR])]
    said = text(opened(adopted_demo, "offre"))
    assert len(without) == 5
    assert all(name in said for name in without)


def test_provisional_and_adopted_years_do_not_look_alike(adopted_demo: DataFolder) -> None:
    provisional, adopted = (text(opened(adopted_demo, "enfants", annee=year)) for year in ("2024-2025", YEAR))
    assert "Chiffres provisoires" in provisional and "arrêtés par le comité" not in provisional
    assert "arrêtés par le comité le 12/10/2020" in adopted and "provisoires" not in adopted


def test_the_five_states_read_differently(adopted_demo: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def script(one: object) -> None:
        from dashboard.exhibits.figure_view import show_table

        show_table(one)  # type: ignore[arg-type]

    page = AppTest.from_function(script, kwargs={"one": states("aucun")}).run()
    cells = [line[1] for line in page.table[0].value.values.tolist()][:5]
    assert cells[0] == "0"
    assert len(set(cells)) == 5
    assert all(cell.startswith("*") and cell.endswith("*") for cell in cells[1:])
    assert {cell.state for row in states("aucun").rows for cell in row.cells} <= set(STATES)


def test_what_is_too_sensitive_is_hidden_from_the_committee_and_its_origin_too(adopted_demo: DataFolder) -> None:
    page, own = (opened(adopted_demo, "enfants", role) for role in ("comite", "agent"))
    last = tables(page)[-1]
    assert "*non diffusé : trop peu de porteurs*" in [line[1] for line in last]
    assert "non diffusé" not in str(tables(own)[-1])
    besoins = _figure(adopted_demo, "enfants", "besoins")
    hidden = [row.cells[0].explained or "" for row in besoins.rows if row.cells[0].state == "secret"]
    assert hidden and not set(hidden) & set(explained(besoins))
    for name in hidden:
        with pytest.raises(Refusal, match="trop peu d'enfants ou de porteurs"):
            explanation(adopted_demo, COMITE, name)
        assert explanation(adopted_demo, AGENT, name).libelle


@pytest.mark.parametrize("module", ["offre", "enfants", "fonctionnement", "moyens", "evolutions"])
def test_every_figure_of_a_departement_tells_where_it_comes_from(adopted_demo: DataFolder, module: str) -> None:
    for chapter in bilan_page(adopted_demo, COMITE, YEAR, "45", module).chapters:
        for figure in chapter.figures:
            names = explained(figure)
            assert names or figure.id in WITHOUT_ORIGIN
            for name in list(names)[:: max(1, len(names) // 3)]:
                told = explanation(adopted_demo, COMITE, name)
                assert str(told.name) == name and told.origins


def _figure(folder: DataFolder, module: str, name: str) -> Exhibit:
    chapters = bilan_page(folder, COMITE, YEAR, "45", module).chapters
    return next(figure for chapter in chapters for figure in chapter.figures if figure.id == name)


def test_the_sheet_says_where_a_figure_comes_from(adopted_demo: DataFolder) -> None:
    told = explanation(adopted_demo, COMITE, f"nb_enfants_accueillis/{YEAR}/45")
    assert told.files and told.sql
    with pytest.raises(Refusal):
        explanation(adopted_demo, COMITE, f"nb_enfants_accueillis/{YEAR}/83")


def test_the_address_says_the_year_and_it_is_kept_for_the_next_page(adopted_demo: DataFolder) -> None:
    page = opened(adopted_demo, "moyens", annee="2017-2018")
    assert page.selectbox[0].value == "2017-2018"
    page.selectbox[0].set_value("2018-2019").run()
    assert address(page, "annee") == "2018-2019"
    assert "2018-2019" in text(page)
    del page.query_params["annee"]
    assert page.run().selectbox[0].value == "2018-2019"
    assert address(page, "annee") == "2018-2019"
    assert address(page, "departement") == "45"


def test_an_address_that_names_nothing_is_said_and_answered_with_the_last_year(adopted_demo: DataFolder) -> None:
    page = opened(adopted_demo, "moyens", annee="1999-2000", departement="83", graphiques="peut-être")
    said = [unmarked(info.value) for info in page.info]
    assert "Le département 83 n'est pas de ceux que vous pouvez lire : voici 45." in said
    assert "L'année 1999-2000 n'est pas publiée dans le Loiret : voici 2024-2025." in said
    assert page.selectbox[0].value == "2024-2025"


def test_charts_can_be_put_away_and_their_numbers_remain(adopted_demo: DataFolder) -> None:
    page = opened(adopted_demo, "enfants")
    drawn, kept = len(page.get("plotly_chart")), tables(page)
    assert drawn >= 5
    page.toggle[0].set_value(False).run()
    assert address(page, "graphiques") == "0"
    assert not page.get("plotly_chart")
    assert tables(page) == kept


@pytest.mark.parametrize("module", COMMITTEE)
def test_before_anything_is_published_a_page_says_what_to_do(tmp_path: Path, module: str) -> None:
    empty = DataFolder(tmp_path)
    for role, todo in (("agent", "Déposez les fichiers reçus, puis publiez."), ("comite", "dès que la Caf publie")):
        page = open_page(module, visitor_of(empty, role, "45"))
        assert not page.exception and not page.error
        assert "Rien n'est encore publié." in page.info[0].value and todo in page.info[0].value


def test_a_territory_without_a_year_is_told_so(adopted_demo: DataFolder) -> None:
    page = open_page("essentiel", visitor_of(adopted_demo, "comite", "83"))
    assert "Aucune année n'est publiée pour votre territoire." in page.info[0].value


def test_the_first_page_has_its_six_figures_twice_as_cards_and_as_a_table(adopted_demo: DataFolder) -> None:
    page = opened(adopted_demo, "essentiel")
    (lines,) = tables(page)
    assert len(lines) == 6
    cards = text(page)
    for line in lines:
        assert f"{line[0]}\n\n#### {line[1]}" in cards
    assert "485 enfants et jeunes" in cards and "À regarder d'abord" in cards


def test_actions_are_in_the_order_of_names_without_a_score(adopted_demo: DataFolder) -> None:
    page = opened(adopted_demo, "referentiel")
    (lines,) = tables(page)
    assert len(lines) == 41
    assert {cell.split()[0] for line in lines for cell in line[3:]} <= {"●", "○", "◐", "–"}
    assert not {"rang", "score", "classement", "total"} & {str(name).lower() for name in page.table[0].value.columns}
