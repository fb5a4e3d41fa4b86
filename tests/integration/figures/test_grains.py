"""Returns per structure or per action, questions not asked or left blank, whose a return is: one folder, built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from pipeline.build import build
from pipeline.builds.lock import only_builder
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Indicator
from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.exports import PORTEURS, agrement, declare, reponse, siret, write_csv, write_export

FORMATS = """
- id: par-structure
  libelle: Questionnaire rempli une fois par structure
  modele: true
  nature: reponse
  grain: structure
  sans_statut: true
  campagnes: [2014-2015, 2017-2018]
  colonnes:
    - {entete: Numéro d'envoi, variable: reponse_id}
    - {entete: Envoyé le, variable: date_validation}
    - {entete: Siret de l'organisme, variable: siret}
    - {entete: Nom de l'organisme, variable: raison_sociale}
    - {entete: Siège de l'organisme, variable: commune}
    - {entete: Nature de l'organisme, variable: type_structure}
    - {entete: Projets éducatifs liés, variable: articulation_projet_educatif, separateur_choix: ";"}
- id: par-action-court
  libelle: Questionnaire court, une ligne par action
  modele: true
  nature: reponse
  grain: action
  campagnes: [2015-2016, 2018-2019]
  colonnes:
    - {entete: Fiche, variable: reponse_id}
    - {entete: État de la fiche, variable: statut_reponse}
    - {entete: Fiche validée le, variable: date_validation}
    - {entete: Action menée, variable: action_id}
    - {entete: Siret du porteur, variable: siret}
    - {entete: Porteur de l'action, variable: raison_sociale}
    - {entete: Enfants venus, variable: nb_enfants}
    - {entete: Bénévoles venus, variable: nb_benevoles, facultative: true}
"""
PAR_STRUCTURE = ["Numéro d'envoi", "Envoyé le", "Siret de l'organisme", "Nom de l'organisme", "Siège de l'organisme",
                 "Nature de l'organisme", "Projets éducatifs liés"]  # fmt: skip
PAR_ACTION = ["Fiche", "État de la fiche", "Fiche validée le", "Action menée", "Siret du porteur",
              "Porteur de l'action", "Enfants venus"]  # fmt: skip
ALPHA, BETA = PORTEURS
GAMMA = {"porteur_id": "p3", "siret": siret(3), "raison_sociale": "Foyer Gamma"}
FORMER = {"porteur_id": "p4", "siret": siret(4), "raison_sociale": "Maison Delta", "remplace_par": "p5"}
LATER = {"porteur_id": "p5", "siret": siret(5), "raison_sociale": "Maison Delta et Epsilon", "remplace_par": "p2"}


def coarse(indicator: Indicator) -> bool:
    """True when it needs an action's return, or its collectifs."""
    return bool({"action", "collectif"} & set(indicator.grains))


# Neither the rate of the Ps of these years nor the expected frequency is known.
WITHOUT_PARAMETER = {"part_collectifs_frequence", "ps_theorique", "part_collectifs_plafond"}
OF_AN_ACTION = {s.id for s in load_codebook().indicators if coarse(s)} - WITHOUT_PARAMETER
OF_A_COLLECTIF = {s.id for s in load_codebook().indicators if s.source == "core.collectif"} - WITHOUT_PARAMETER
NEEDS_NO_QUESTION = {s.id for s in load_codebook().indicators if not s.variables}
ASKED_IN_SHORT = {"nb_enfants_accueillis", "taux_realisation", "nb_intervenants", "part_benevoles",
                  "part_actions_benevoles_seuls"}  # fmt: skip


def per_structure(
    number: str, date: str, porteur: dict[str, str], kind: str, project: str = "", seat: str = ""
) -> list[str]:
    return [number, date, porteur["siret"], porteur["raison_sociale"], seat, kind, project]


def per_action(
    number: str, action: str, name: str, children: str, state: str = "Validée", date: str = "01/09/2017", key: str = ""
) -> list[str]:
    return [number, state, date, action, key, name, children]


def roster(folder: DataFolder, campagne: str, *lines: dict[str, str]) -> None:
    declare(folder, campagne)
    rows = [line | {"campagne_declaree": campagne} for line in lines]
    write_export(folder.raw / campagne / "agrements.csv", "agrements", rows)


def structures_answer(folder: DataFolder) -> None:
    """2014-2015: four actions of three porteurs; two porteurs answer, one of them twice, whose seat is in Paris."""
    roster(folder, "2014-2015", agrement("a1"), agrement("a2"), agrement("b1", BETA), agrement("c1", GAMMA))
    lines = [
        per_structure("s1", "01/09/2015", ALPHA, "CCAS"),
        per_structure("s2", "02/09/2015", ALPHA, "Association locale ou de quartier", "PEDT ; CEL ou PEL", "75056"),
        per_structure("s3", "01/09/2015", BETA, "Centre social", "Aucune"),
    ]
    write_csv(folder.raw / "2014-2015" / "structures.csv", [PAR_STRUCTURE, *lines])


def nobody_answers_yet(folder: DataFolder) -> None:
    """2015-2016: the roster alone."""
    roster(folder, "2015-2016", agrement("a1"), agrement("b1", BETA))


def porteurs_are_recognised(folder: DataFolder) -> None:
    """2016-2017: duplicates, former names, unknown names and numbers; a line left blank between two, and a total."""
    actions = [agrement("a1"), agrement("a2"), agrement("b1", BETA), agrement("b2", BETA)]
    roster(folder, "2016-2017", *actions, agrement("c1", GAMMA))
    lines = [
        per_action("f1", "a1", ALPHA["raison_sociale"], "7", date="01/09/2017"),
        per_action("f2", "a1", ALPHA["raison_sociale"], "8", date="03/09/2017"),
        per_action("f3", "a1", ALPHA["raison_sociale"], "9", "En cours de saisie", date="05/09/2017"),
        per_action("f4", "a2", "ASSOC. alpha", "11"),
        per_action("f5", "b1", FORMER["raison_sociale"], "12"),
        [],
        per_action("f6", "b2", "Maison", "13", key=FORMER["siret"]),
        per_action("f7", "c1", "Association Alfa", "14"),
        per_action("f8", "z9", GAMMA["raison_sociale"], "15"),
        per_action("f9", "", ALPHA["raison_sociale"], "16"),
        per_action("f10", "", ALPHA["raison_sociale"], "17"),
        ["TOTAL", "", "", "", "", "", "122"],
    ]
    write_csv(folder.raw / "2016-2017" / "fiches.csv", [PAR_ACTION, *lines])


def both_kinds_answer(folder: DataFolder) -> None:
    """2017-2018: Alpha answers for its structure and for one of its two actions, Bêta for its action."""
    roster(folder, "2017-2018", agrement("a1"), agrement("a2"), agrement("b1", BETA))
    structure = per_structure("s1", "01/09/2018", ALPHA, "CCAS")
    write_csv(folder.raw / "2017-2018" / "structures.csv", [PAR_STRUCTURE, structure])
    actions = [
        per_action("f1", "a1", ALPHA["raison_sociale"], "10"),
        per_action("f2", "b1", BETA["raison_sociale"], "5"),
    ]
    write_csv(folder.raw / "2017-2018" / "fiches.csv", [PAR_ACTION, *actions])


def few_questions_are_asked(folder: DataFolder) -> None:
    """2018-2019: neither collectifs, nor levels, nor types; the question on volunteers is there and left blank."""
    roster(folder, "2018-2019", agrement("a1"), agrement("b1", BETA))
    lines = [
        [*per_action("f1", "a1", ALPHA["raison_sociale"], "0"), ""],
        [*per_action("f2", "b1", BETA["raison_sociale"], "0"), "NC"],
    ]
    write_csv(folder.raw / "2018-2019" / "fiches.csv", [[*PAR_ACTION, "Bénévoles venus"], *lines])


def answers_are_blank_or_zero(folder: DataFolder) -> None:
    """2019-2020: the shipped format, its collectifs left blank and its volunteers none."""
    roster(folder, "2019-2020", agrement("a1"), agrement("b1", BETA))
    blank = {"nb_collectifs": "", "nb_benevoles": "0"}
    rows = [reponse("a1", ALPHA, **blank), reponse("b1", BETA, **blank)]
    write_export(folder.raw / "2019-2020" / "reponses.csv", "questionnaire-2016", rows)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = DataFolder(tmp_path_factory.mktemp("grains"))
    write_export(folder.register, "porteurs", [ALPHA, BETA, GAMMA, FORMER, LATER])
    for campaign in (structures_answer, nobody_answers_yet, porteurs_are_recognised, both_kinds_answer,
                     few_questions_are_asked, answers_are_blank_or_zero):  # fmt: skip
        campaign(folder)
    (folder.root / "formats.yml").write_text(FORMATS, encoding="utf-8")
    with only_builder(folder):
        done = build(folder, Settings(folder.root), lambda _: None)
    assert done.manifest.refused == []
    with duckdb.connect(str(done.folder / WAREHOUSE), read_only=True) as connection:
        yield connection


def rows(built: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[tuple[Any, ...]]:
    return built.execute(query, list(values)).fetchall()


def figures(built: duckdb.DuckDBPyConnection, campagne: str) -> dict[str, tuple[str, Any]]:
    query = (
        "select indicateur, statut, valeur from marts.indicateur_valeur "
        "where campagne = ? and niveau = 'departement' and code = '45' and origine = 'fictif'"
    )
    return {name: (statut, value) for name, statut, value in rows(built, query, campagne)}


def anomalies(built: duckdb.DuckDBPyConnection, campagne: str) -> list[tuple[Any, ...]]:
    return rows(built, "select ligne, regle from qualite.anomalie where campagne = ? order by all", campagne)


# One return per structure


def test_a_return_per_structure_is_a_return_and_no_action(built: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        built, "select reponse_id, porteur_id, grain, action_id from core.reponse where campagne = '2014-2015'"
    )
    assert sorted(found) == [("s2", "p1", "structure", None), ("s3", "p2", "structure", None)]
    assert rows(built, "select * from core.action where campagne = '2014-2015'") == []


def test_a_structure_that_answered_twice_counts_once_by_its_last_answer(built: duckdb.DuckDBPyConnection) -> None:
    assert anomalies(built, "2014-2015") == [(2, "reponse_en_double")]


def test_a_return_per_structure_gives_the_figures_of_structures(built: duckdb.DuckDBPyConnection) -> None:
    found = figures(built, "2014-2015")
    assert found["nb_actions"] == ("diffusable", 4)
    assert found["nb_porteurs"] == ("diffusable", 3)
    assert found["taux_reponse_porteurs"] == ("diffusable", pytest.approx(2 / 3))
    assert found["part_porteurs_type__association_locale"] == ("diffusable", 0.5)
    assert found["part_porteurs_type__ccas"] == ("diffusable", 0)


def test_a_return_per_structure_makes_the_figures_of_actions_not_computable(built: duckdb.DuckDBPyConnection) -> None:
    found = figures(built, "2014-2015")
    assert {name for name, (statut, _) in found.items() if statut == "non_calculable"} == OF_AN_ACTION
    assert {found[name][1] for name in OF_AN_ACTION} == {None}
    elsewhere = (
        "select * from marts.indicateur_valeur where campagne = '2014-2015' and origine = 'fictif' "
        "and niveau <> 'departement' and indicateur in (select unnest(?))"
    )
    assert rows(built, elsewhere, list(OF_AN_ACTION)) == []
    assert rows(built, "select taux_reponse_actions from marts.campagne where campagne = '2014-2015'") == [(None,)]


def test_a_seat_in_another_departement_does_not_take_a_structure_away(built: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        built, "select reponse_id, departement, commune from core.reponse where campagne = '2014-2015' order by 1"
    )
    assert found == [("s2", "45", "75056"), ("s3", "45", None)]


def test_the_choices_of_a_structure_are_listed_without_an_action(built: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        built, "select reponse_id, action_id, modalite from core.modalite where campagne = '2014-2015' and valeur"
    )
    assert sorted(found) == [("s2", None, "cel_pel"), ("s2", None, "pedt"), ("s3", None, "non")]


def test_two_kinds_of_returns_in_one_year_count_each_action_once(built: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        built, "select count(*), count(distinct action_id) from core.agrement where campagne = '2017-2018'"
    ) == [(3, 3)]
    found = figures(built, "2017-2018")
    assert found["nb_actions"] == ("diffusable", 3)
    assert found["nb_enfants"] == ("diffusable", 30)
    assert found["nb_enfants_accueillis"] == ("diffusable", 15)
    assert found["taux_reponse_porteurs"] == ("diffusable", 1)


# Not asked, not filled in, zero


def test_a_question_that_the_format_does_not_ask_says_so(built: duckdb.DuckDBPyConnection) -> None:
    found = figures(built, "2018-2019")
    states = {name: statut for name, (statut, _) in found.items()}
    of_collectifs = {name for name, statut in states.items() if statut == "non_calculable"}
    assert {"part_collectifs_8_12", "taux_presence"} <= of_collectifs == OF_A_COLLECTIF
    not_asked = {name for name, statut in states.items() if statut == "non_demande"}
    assert {"nb_collectifs", "enfants_par_collectif", "part_filles", "cout_par_enfant"} <= not_asked
    assert set(states) - not_asked - of_collectifs == NEEDS_NO_QUESTION | ASKED_IN_SHORT | WITHOUT_PARAMETER


def test_a_question_left_blank_by_all_is_not_filled_in(built: duckdb.DuckDBPyConnection) -> None:
    assert figures(built, "2018-2019")["part_benevoles"] == ("non_renseigne", None)
    found = figures(built, "2019-2020")
    assert found["nb_collectifs"] == found["enfants_par_collectif"] == ("non_renseigne", None)


def test_a_zero_is_a_figure(built: duckdb.DuckDBPyConnection) -> None:
    assert figures(built, "2018-2019")["nb_enfants_accueillis"] == ("diffusable", 0)
    assert figures(built, "2019-2020")["part_benevoles"] == ("diffusable", 0)


def test_before_the_first_return_nothing_is_said_of_the_questions(built: duckdb.DuckDBPyConnection) -> None:
    found = figures(built, "2015-2016")
    assert found["nb_actions"] == ("diffusable", 2)
    assert found["taux_reponse_actions"] == found["taux_reponse_porteurs"] == ("diffusable", 0)
    assert found["nb_enfants_accueillis"] == found["nb_collectifs"] == ("non_renseigne", None)
    assert found["part_porteurs_type__ccas"] == ("non_renseigne", None)


# Whose return, for which action


def test_the_last_validated_answer_counts_and_the_others_are_reported(built: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        built, "select reponse_id, nb_enfants from core.action where campagne = '2016-2017' and action_id = 'a1'"
    )
    assert found == [("f2", 8)]
    aside = [(ligne, regle) for ligne, regle in anomalies(built, "2016-2017") if ligne in (2, 3, 4)]
    assert aside == [(2, "reponse_en_double"), (4, "reponse_non_validee")]


def test_a_porteur_answers_under_its_successor(built: duckdb.DuckDBPyConnection) -> None:
    query = "select reponse_id, porteur_id from core.reponse where campagne = '2016-2017' and action_id in ('b1', 'b2')"
    assert sorted(rows(built, query)) == [("f5", "p2"), ("f6", "p2")]
    assert rows(built, "select * from core.porteur_campagne where porteur_id in ('p4', 'p5')") == []


def test_a_porteur_is_known_by_another_of_its_names(built: duckdb.DuckDBPyConnection) -> None:
    assert rows(built, "select porteur_id from core.reponse where reponse_id = 'f4'") == [("p1",)]


def test_an_unknown_porteur_is_set_aside_with_the_nearest_names(built: duckdb.DuckDBPyConnection) -> None:
    query = "select valeur, message, porteur_id from qualite.anomalie where regle = 'porteur_inconnu'"
    ((value, message, porteur),) = rows(built, query)
    assert (value, porteur) == ("Association Alfa", None)
    assert "« Association Alpha » (p1)" in message
    assert rows(built, "select * from core.reponse where reponse_id = 'f7'") == []


def test_an_unknown_action_is_set_aside(built: duckdb.DuckDBPyConnection) -> None:
    query = "select ligne, valeur, porteur_id, action_id from qualite.anomalie where regle = 'action_inconnue'"
    assert rows(built, query) == [(10, "z9", "p3", "z9")]
    assert rows(built, "select * from core.reponse where reponse_id = 'f8'") == []


def test_two_returns_without_their_action_are_not_said_to_be_the_same(built: duckdb.DuckDBPyConnection) -> None:
    found = [(ligne, regle) for ligne, regle in anomalies(built, "2016-2017") if ligne in (11, 12)]
    assert found == [(11, "obligatoire_vide"), (12, "obligatoire_vide")]


# Nothing is lost


ACCOUNT = """
with gardees as (
    select campagne, fichier, feuille from core.reponse
    union all select campagne, fichier, feuille from core.agrement
    union all select campagne, fichier_source, feuille_source from (
        select distinct campagne, fichier_source, feuille_source, ligne_source from core.rattachement
    )
    union all select s.campagne, s.fichier, f.feuille
    from core.synthese_nationale as s inner join qualite.fichier as f using (campagne, fichier)
    union all select '', 'porteurs.csv', '' from core.porteur
),
-- A return is told where the answer at fault stands, which may be in another sheet.
ecartees as (
    select distinct
        a.campagne, a.fichier, coalesce(t.feuille, a.feuille) as feuille, coalesce(t.ligne, a.ligne) as ligne
    from qualite.anomalie as a
    left join core.rattachement as t
        on a.reponse_id is not null
        and (a.campagne, a.fichier, a.feuille, a.ligne)
        = (t.campagne, t.fichier_source, t.feuille_source, t.ligne_source)
    where a.effet = 'ligne_ecartee'
)
select
    f.campagne, f.fichier, f.lignes_lues,
    (select count(*) from gardees as g where (g.campagne, g.fichier, g.feuille) = (f.campagne, f.fichier, f.feuille)),
    (select count(*) from ecartees as e where (e.campagne, e.fichier, e.feuille) = (f.campagne, f.fichier, f.feuille))
from qualite.fichier as f
-- The collectifs of a return go with it; the sheet of a fiche holds both.
where f.statut = 'charge' and f.nature <> 'collectif' and f.format <> 'dossier-2020'
"""


@pytest.mark.parametrize("name", ["built", "demo_warehouse"])
def test_every_row_read_is_kept_or_set_aside_and_listed(name: str, request: pytest.FixtureRequest) -> None:
    found = rows(request.getfixturevalue(name), ACCOUNT)
    assert len(found) > 10
    assert [row for row in found if row[2] != row[3] + row[4]] == []
    assert sum(row[4] for row in found) >= 8
