"""Where a figure comes from: its name as people write it, its SQL, the lines of the files behind it."""

from __future__ import annotations

import pytest

from socle.paths import DataFolder
from socle.words.refusal import Refusal
from warehouse.open import Warehouse
from warehouse.origins.explain import Explanation, explain
from warehouse.origins.figure_name import FigureName, UnknownFigure, resolve
from warehouse.origins.recompute import FileLines

LOIRET = FigureName("nb_enfants", "2019-2020", "departement", "45", "Loiret")


def of(warehouse: Warehouse, text: str) -> Explanation:
    return explain(warehouse, resolve(warehouse, text))


@pytest.mark.parametrize(
    "text",
    ["nb_enfants", "nb_enfants/2019-2020/45", "45 nb_enfants 2019-2020", "2019-2020@45@nb_enfants", "nb_enfants/45"],
)
def test_the_parts_of_a_name_come_in_any_order_and_have_defaults(warehouse: Warehouse, text: str) -> None:
    assert resolve(warehouse, text) == LOIRET
    assert str(LOIRET) == "nb_enfants/2019-2020/45"


def test_campagne_and_code_may_be_given_apart_and_win(warehouse: Warehouse) -> None:
    found = resolve(warehouse, "nb_enfants/2019-2020/45", campagne="2018-2019", code="France")
    assert (found.campagne, found.niveau, found.code) == ("2018-2019", "france", "FR")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nb_enfan", ["« nb_enfan »", "nb_enfants"]),
        ("bénévoles", ["part_benevoles"]),
        ("part_porteurs_type", ["plusieurs séries", "part_porteurs_type__centre_social"]),
        ("", ["Indiquez un indicateur"]),
        ("nb_enfants/2009-2010", ["2009-2010", "2018-2019 et 2019-2020"]),
        ("nb_enfants/2019-2020/83", ["Var", "2019-2020/45"]),
        ("nb_enfants --code x", ["nb_enfants"]),
    ],
)
def test_what_does_not_exist_is_refused_naming_what_does(warehouse: Warehouse, text: str, words: list[str]) -> None:
    with pytest.raises(UnknownFigure) as refused:
        of(warehouse, text)
    assert isinstance(refused.value, Refusal)
    sentence = str(refused.value).replace("\u202f", " ")
    assert [word for word in words if word not in sentence] == []


def test_a_territory_that_is_none_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(UnknownFigure, match="n'est pas un territoire"):
        resolve(warehouse, "nb_enfants", code="loiret")


def test_a_published_figure_is_retained_and_the_computed_one_stands_beside(warehouse: Warehouse) -> None:
    explanation = of(warehouse, "nb_enfants/2019-2020/45")
    assert [(o.origine, o.valeur) for o in explanation.origins] == [("publie", 485), ("fictif", 32)]
    assert "Note de cadrage" in (explanation.origins[0].source or "")
    assert explanation.fictif


def test_an_agreed_figure_rests_on_the_lines_of_the_roster_alone(warehouse: Warehouse) -> None:
    assert of(warehouse, "nb_enfants").files == (FileLines("agrements.csv", None, (2, 3, 4)),)


def test_a_declared_figure_rests_on_the_lines_of_the_returns_alone(warehouse: Warehouse) -> None:
    assert of(warehouse, "nb_enfants_accueillis").files == (FileLines("reponses.csv", None, (2, 3)),)


@pytest.mark.parametrize("indicator", ["taux_realisation", "part_porteurs_type__centre_social"])
def test_a_figure_of_both_names_the_lines_of_both(warehouse: Warehouse, indicator: str) -> None:
    assert {file.fichier for file in of(warehouse, indicator).files} == {"agrements.csv", "reponses.csv"}


def test_a_line_that_does_not_count_is_left_out(warehouse: Warehouse) -> None:
    explanation = of(warehouse, "nb_collectifs")
    assert explanation.files == (FileLines("reponses.csv", None, (2,)),)
    assert [(a.ligne, a.variable) for a in explanation.set_aside] == [(3, "nb_collectifs")]


def test_the_anomalies_of_other_variables_are_not_listed(warehouse: Warehouse) -> None:
    assert of(warehouse, "nb_enfants_accueillis").anomalies == ()


def test_the_sql_gives_again_every_computed_figure_of_the_loiret(built: DataFolder, warehouse: Warehouse) -> None:
    names = [row["indicateur"] for row in warehouse.records("select indicateur from marts.indicateur")]
    different = []
    for explanation in (of(warehouse, name) for name in names):
        computed = next(origin for origin in explanation.origins if origin.computed)
        if computed.statut != "diffusable":
            assert explanation.sql is None
            continue
        (found,) = warehouse.records(explanation.sql or "")
        if (found["valeur"], found["lignes"]) != (pytest.approx(computed.valeur), computed.nb_repondants):
            different.append((explanation.name, found, computed))
    assert different == []


def test_a_national_figure_received_names_the_line_of_the_synthesis(built: DataFolder, warehouse: Warehouse) -> None:
    explanation = of(warehouse, "nb_actions/france")
    assert explanation.files == (FileLines("synthese.csv", None, (2,)),)
    assert next(iter(warehouse.records(explanation.sql or "")[0].values())) == 4300


def test_a_figure_only_published_has_neither_sql_nor_lines(warehouse: Warehouse) -> None:
    explanation = of(warehouse, "part_porteurs_type__centre_social 2014-2015 83")
    assert (explanation.sql, explanation.files, explanation.fictif) == (None, (), False)
    assert explanation.origins[0].denominateur == 43


def test_a_figure_published_for_another_year_is_quoted_apart(warehouse: Warehouse) -> None:
    explanation = of(warehouse, "part_enfants_niveau__college/45")
    assert explanation.quoted == ()
    with pytest.raises(UnknownFigure):
        of(warehouse, "part_enfants_niveau__college/france")
