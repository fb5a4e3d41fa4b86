"""What the bilan reads of a build beside its figures; each function asks the scope that the build was opened for.

`built`: 2018-2019 has one action; 2019-2020 three agréées, two answered, one of them with an impossible number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from socle.paths import DataFolder
from socle.words.refusal import Refusal
from warehouse.figures.catalogue import catalogue, settings, thresholds
from warehouse.figures.evolution import evolutions
from warehouse.figures.figures import read_figures
from warehouse.figures.history import history
from warehouse.figures.lines import lines, read_lines
from warehouse.figures.own_figures import own_figures
from warehouse.figures.own_returns import own_returns
from warehouse.figures.quoted import quoted
from warehouse.listings.actions import actions
from warehouse.listings.campagnes import campagnes, departement_named, known_campagne, previous_year
from warehouse.listings.funding import funding
from warehouse.listings.returns import hidden, points, questions, reception, returns
from warehouse.listings.territories import territories
from warehouse.listings.texts import chapters, texts
from warehouse.open import Warehouse, open_current
from warehouse.scope import LOCAL, PUBLIC, Scope

YEAR = "2019-2020"
PORTEUR = Scope("porteur", "45", "p1")


def test_the_years_of_a_departement_with_what_was_agreed_and_received(warehouse: Warehouse) -> None:
    found = campagnes(warehouse, "45")
    assert list(found) == ["2018-2019", YEAR]
    year = known_campagne(found, YEAR)
    assert (year.nb_actions_agreees, year.nb_actions_attendues, year.nb_reponses) == (3, 3, 2)
    assert (year.etat, year.grain, year.fictif, year.nb_enfants_agrees) == ("provisoire", "action", True, 32)
    with pytest.raises(Refusal, match="2018-2019, 2019-2020"):
        known_campagne(found, "2020-2021")
    assert campagnes(warehouse, "83") == {}
    assert [previous_year(name) for name in ("2019-2020", "2000-2001")] == ["2018-2019", "1999-2000"]


def test_a_departement_has_its_forms_and_an_unknown_one_its_code(warehouse: Warehouse) -> None:
    loiret, unknown = departement_named(warehouse, "45"), departement_named(warehouse, "99")
    assert (loiret.nom, loiret.de, loiret.dans) == ("Loiret", "du Loiret", "dans le Loiret")
    assert (unknown.nom, unknown.de, unknown.dans) == (
        "département 99", "du département 99", "dans le département 99",
    )  # fmt: skip


def test_the_catalogue_and_the_thresholds_are_those_of_the_build(warehouse: Warehouse) -> None:
    known = catalogue(warehouse)
    assert known["nb_actions"].est_agree
    assert not known["taux_reponse_actions"].est_agree
    assert not known["nb_actions"].est_un_quotient
    assert known["ps_theorique"].attend_un_reglage
    assert known["part_collectifs_frequence"].attend_un_reglage
    assert known["part_porteurs_type__ccas"].serie_de == "part_porteurs_type"
    values = settings(warehouse)
    assert (values["base_minimale"], values["porteurs_minimum"]) == (20, 5)
    assert thresholds(warehouse, YEAR, "45") == {
        "collectif_minimum": 8,
        "collectif_maximum": 12,
        "intervenants_par_seance": 2,
        "frequence_seances_par_semaine": None,
    }


def test_a_change_a_champ_constant_comes_with_its_sums(warehouse: Warehouse) -> None:
    found = evolutions(warehouse, YEAR, "45")["nb_enfants_accueillis"]
    assert (found.campagne_precedente, found.nb_porteurs_constants) == ("2018-2019", 1)
    assert (found.valeur_constante, found.valeur_constante_precedente) == (10, 10)
    assert (found.numerateur_constant, found.denominateur_constant) == (10, None)
    assert found.comparable
    share = evolutions(warehouse, YEAR, "45")["enfants_par_collectif"]
    assert (share.numerateur_constant, share.denominateur_constant) == (10, 1)
    assert not evolutions(warehouse, YEAR, "45")["cout_par_enfant"].comparable  # a disturbed year


def test_the_years_of_an_indicator_oldest_first(warehouse: Warehouse) -> None:
    found = history(warehouse, ["nb_actions", "part_benevoles"], "45")
    assert [(year.campagne, year.indicateur) for year in found] == [
        ("2018-2019", "nb_actions"), ("2018-2019", "part_benevoles"), (YEAR, "nb_actions"), (YEAR, "part_benevoles"),
    ]  # fmt: skip
    assert [year.comparable for year in found] == [None, None, True, True]
    assert [year.valeur for year in found if year.indicateur == "nb_actions"] == [1, 41]


def test_figures_of_several_years_are_read_at_once(warehouse: Warehouse) -> None:
    found = read_figures(warehouse, ["2018-2019", YEAR, "2017-2018"], "45")
    assert {figure.campagne for figure in found} == {"2018-2019", YEAR}
    assert len(found) == 2 * len(catalogue(warehouse))


def test_lines_are_read_for_a_few_indicators_or_for_all(built: DataFolder, warehouse: Warehouse) -> None:
    few = read_lines(warehouse, YEAR, "45", ["nb_enfants_accueillis"])
    assert {(line.niveau, line.code, line.libelle, line.valeur) for line in few if line.niveau == "type_structure"} == {
        ("type_structure", "association_locale", "Association locale ou de quartier", 10),
        ("type_structure", "centre_social", "Centre social", 10),
    }
    assert [line for line in lines(built, LOCAL, YEAR, "45") if line.indicateur == "nb_enfants_accueillis"] == few
    assert read_lines(warehouse, YEAR, "45", []) == []


def test_places_with_an_action_and_without(warehouse: Warehouse) -> None:
    found = territories(warehouse, YEAR, "45")
    assert {place.niveau for place in found} == {"epci"}  # the list of quartiers is of 2024
    assert len(found) == 16
    assert [place.nom for place in found if place.couvert] == ["Orléans Métropole"]


def test_what_was_published_is_quoted_but_for_the_figures_of_the_year(warehouse: Warehouse) -> None:
    found = quoted(warehouse, YEAR, "45")
    assert "45_2019-2020_actions" not in {one.id for one in found}
    assert "45_2019-2020_actions" in {one.id for one in quoted(warehouse, "2018-2019", "45")}
    assert not any(one.niveau == "departement" for one in quoted(warehouse, "2018-2019", "83") if "83" not in one.id)
    assert [one.annee for one in found] == sorted((one.annee for one in found), reverse=True)


def test_the_ps_of_a_year_is_known_or_nothing_is(warehouse: Warehouse) -> None:
    known = funding(warehouse, "2021-2022")
    assert known is not None
    assert (known.taux, known.prix_plafond, known.ps_maximum) == (0.325, 7885, 2563)
    assert funding(warehouse, YEAR) is None


def test_the_chapters_are_in_their_order(warehouse: Warehouse) -> None:
    assert list(chapters(warehouse))[:3] == ["dispositif", "porteurs", "territoires"]
    assert texts(warehouse, YEAR, "45") == []


def test_who_answered_by_name(warehouse: Warehouse) -> None:
    found = returns(warehouse, YEAR, "45")
    assert [(one.raison_sociale, one.retour, one.nb_attendues, one.nb_bilans) for one in found] == [
        ("Association Alpha", "recu", 1, 1),
        ("Centre social Bêta", "recu", 2, 1),
    ]


def test_what_was_found_awaited_and_left_blank(warehouse: Warehouse) -> None:
    assert [(one.question, one.valeurs_ecartees) for one in points(warehouse, YEAR, "45")][:1] == [
        ("Collectifs d'enfants", 1)
    ]
    came = reception(warehouse, YEAR, "45")
    assert came is not None
    assert (came.nb_actions_attendues, came.nb_reponses, came.nb_corrections) == (3, 2, 0)
    blank = {one.libelle: (one.nb_posees, one.nb_remplies) for one in questions(warehouse, YEAR, "45")}
    assert blank["Collectifs d'enfants"] == (2, 1)
    assert blank["Enfants et jeunes accueillis"] == (2, 2)
    assert reception(warehouse, "2013-2014", "45") is None
    assert hidden(warehouse, YEAR, "45") is None  # not adopted: nothing is diffused yet


def test_what_each_action_declares(warehouse: Warehouse) -> None:
    known = catalogue(warehouse)
    wanted = [known[name] for name in ("nb_enfants_accueillis", "enfants_par_collectif", "nb_enfants")]
    found = actions(warehouse, wanted, YEAR, "45")
    assert [(one.action_id, one.raison_sociale, one.a_repondu) for one in found] == [
        ("a1", "Association Alpha", True), ("a2", "Centre social Bêta", True), ("a3", "Centre social Bêta", False),
    ]  # fmt: skip
    values = [{name: detail.valeur for name, detail in one.declared.items()} for one in found]
    assert values == [
        {"nb_enfants_accueillis": 10, "enfants_par_collectif": 10, "nb_enfants": 10},
        {"nb_enfants_accueillis": 10, "nb_enfants": 12},
        {"nb_enfants": 10},
    ]


def test_a_porteur_reads_its_own_returns_only(built: DataFolder) -> None:
    found = own_returns(built, PORTEUR, YEAR, "45")
    assert (found.porteur_id, found.raison_sociale) == ("p1", "Association Alpha")
    assert list(found.years) == ["2018-2019", YEAR]
    assert found.years[YEAR].retour == "recu"
    assert found.actions == {"a1": "Action a1"}
    assert found.points == ()
    assert found.campagnes == ("2018-2019", YEAR)
    other = own_returns(built, Scope("porteur", "45", "p2"), YEAR, "45")
    assert list(other.actions) == ["a2", "a3"]
    assert len(other.points) == 2
    assert "99999" in other.points[0].message
    nobody = own_returns(built, Scope("porteur", "45", "p1' or true --"), YEAR, "45")
    assert (nobody.years, nobody.actions, nobody.points) == ({}, {}, ())


def test_own_returns_need_a_porteur_and_its_territory(built: DataFolder) -> None:
    with pytest.raises(Refusal, match="Aucun porteur"):
        own_returns(built, LOCAL, YEAR, "45")
    with pytest.raises(Refusal, match="83"):
        own_returns(built, Scope("porteur", "83", "p1"), YEAR, "45")


def test_own_figures_are_those_of_the_view_for_adopted_years(adopted_demo: DataFolder) -> None:
    for porteur in ("p45-001", "p45-003", "p45-017"):
        found = own_figures(adopted_demo, Scope("porteur", "45", porteur))
        with open_current(adopted_demo) as opened:
            rows = opened.records(
                "select v.campagne, v.indicateur, v.niveau, v.code, v.valeur, v.numerateur, v.denominateur, "
                "v.nb_repondants, v.origine from marts.indicateur_valeur as v where v.campagne < '2024-2025' and "
                "(v.niveau = 'porteur' and v.code = $p or v.niveau = 'action' and (v.campagne, v.code) in "
                "(select (campagne, action_id) from core.agrement where porteur_id = $p "
                "union select (campagne, action_id) from core.action where porteur_id = $p))",
                {"p": porteur},
            )
        expected = {(row["campagne"], row["indicateur"], row["niveau"], row["code"]): row for row in rows}
        assert len(found) == len(expected) > 500
        for one in found:
            row = expected[one.campagne, one.indicateur, one.niveau, one.code]
            assert (one.valeur, one.numerateur, one.denominateur, one.nb_repondants, one.origine) == (
                row["valeur"], row["numerateur"], row["denominateur"], row["nb_repondants"], row["origine"],
            )  # fmt: skip
        few = own_figures(adopted_demo, Scope("porteur", "45", porteur), ["nb_enfants_accueillis", "nb_enfants"])
        assert few == [one for one in found if one.indicateur in ("nb_enfants_accueillis", "nb_enfants")]


READS: dict[str, Callable[[Warehouse, str], Any]] = {
    "campagnes": lambda opened, place: campagnes(opened, place),
    "evolutions": lambda opened, place: evolutions(opened, YEAR, place),
    "figures": lambda opened, place: read_figures(opened, [YEAR], place),
    "lines": lambda opened, place: read_lines(opened, YEAR, place),
    "history": lambda opened, place: history(opened, ["nb_actions"], place),
    "territories": lambda opened, place: territories(opened, YEAR, place),
    "texts": lambda opened, place: texts(opened, YEAR, place),
    "returns": lambda opened, place: returns(opened, YEAR, place),
    "points": lambda opened, place: points(opened, YEAR, place),
    "reception": lambda opened, place: reception(opened, YEAR, place),
    "questions": lambda opened, place: questions(opened, YEAR, place),
    "hidden": lambda opened, place: hidden(opened, YEAR, place),
    "actions": lambda opened, place: actions(opened, list(catalogue(opened).values())[:3], YEAR, place),
}
INTERNAL = ("evolutions", "texts", "returns", "points", "reception", "questions", "actions")


@pytest.mark.parametrize("name", READS)
def test_another_territory_is_refused_everywhere(built: DataFolder, name: str) -> None:
    with open_current(built, Scope("comite", "83")) as opened, pytest.raises(Refusal, match="45"):
        READS[name](opened, "45")


@pytest.mark.parametrize("name", INTERNAL)
def test_what_is_internal_is_nothing_to_who_reads_what_is_diffused(adopted_demo: DataFolder, name: str) -> None:
    for scope in (PUBLIC, PORTEUR):
        with open_current(adopted_demo, scope) as opened:
            assert not READS[name](opened, "45")
    with open_current(adopted_demo, Scope("comite", "45")) as opened:
        assert READS[name](opened, "45")


@pytest.mark.parametrize("name", sorted(set(READS) - set(INTERNAL)))
def test_the_rest_is_read_in_both_editions(adopted_demo: DataFolder, name: str) -> None:
    for scope in (PUBLIC, Scope("comite", "45")):
        with open_current(adopted_demo, scope) as opened:
            assert READS[name](opened, "45")
