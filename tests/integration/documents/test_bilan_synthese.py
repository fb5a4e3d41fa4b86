"""*Ma synthèse* on the demo: one's own figures exact, the département's as diffused, nothing of another porteur."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from bilan.model.exhibit import Exhibit
from bilan.synthese.write import Synthese, synthese
from bilan.words.terms import coverage
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import plain
from tests.support.contents import numbers, texts, writings
from warehouse.figures.own_figures import own_figures
from warehouse.open import Warehouse, open_current
from warehouse.scope import PUBLIC, Scope

YEAR, LAST = "2023-2024", "2024-2025"
ONE_ACTION, THREE_ACTIONS, SILENT = "p45-003", "p45-001", "p45-017"
TABLES = ("table", "referentiel", "per_action")


@pytest.fixture(scope="module")
def warehouse(adopted_demo: DataFolder) -> Iterator[Warehouse]:
    with open_current(adopted_demo) as opened:
        yield opened


@pytest.fixture(scope="module")
def diffusion(adopted_demo: DataFolder) -> Iterator[Warehouse]:
    with open_current(adopted_demo, PUBLIC) as opened:
        yield opened


def of(folder: DataFolder, porteur: str, year: str = YEAR, contact: str | None = "clas@caf.example") -> Synthese:
    found = synthese(folder, Scope("porteur", "45", porteur), year, "45", contact)
    assert found.warning is None
    return found


def column(found: Exhibit | None, key: str) -> list[str]:
    assert found is not None
    position = [column.key for column in found.columns].index(key)
    return [plain(row.cells[position].text) for row in found.rows]


def of_year(warehouse: Warehouse, table: str, porteur: str, year: str = YEAR) -> list[dict[str, object]]:
    return warehouse.records(f"select * from {table} where campagne = ? and porteur_id = ?", [year, porteur])


def test_it_says_what_the_porteur_declared(adopted_demo: DataFolder, warehouse: Warehouse) -> None:
    found = of(adopted_demo, ONE_ACTION)
    action = of_year(warehouse, "core.action", ONE_ACTION)[0]
    agreed = of_year(warehouse, "core.agrement", ONE_ACTION)[0]
    sent = action["date_validation"]
    before = of_year(warehouse, "core.action", ONE_ACTION, "2022-2023")
    assert plain(found.title) == "Synthèse Clas 2023-2024 — Centre social Les Quatre Vents (fictif)"
    assert [plain(text) for text in found.made_by] == [
        f"Établie par la Caf du Loiret à partir du bilan que vous avez transmis le {sent:%d/%m/%Y}.",
        "Elle est réservée à votre structure, à la Caf et aux membres du comité.",
    ]
    assert [plain(text) for text in found.introduction] == [
        f"En 2023-2024, le comité a agréé votre action, pour {agreed['nb_enfants_agrees']} enfants et jeunes ; vous "
        f"déclarez en avoir accueilli {action['nb_enfants']}, en {action['nb_collectifs_comptes']} collectifs.",
        f"L'année précédente, vous en aviez déclaré {sum(int(str(one['nb_enfants'])) for one in before)}.",
    ]
    assert found.notice == ()
    assert (found.campagne, found.shown) == (YEAR, YEAR)
    assert plain(found.end) == "Une question, une erreur ? clas@caf.example."


def test_a_sentence_sets_vous_first_then_the_departement(adopted_demo: DataFolder, diffusion: Warehouse) -> None:
    found = [plain(text) for text in of(adopted_demo, ONE_ACTION).sentences]
    spread = diffusion.records(
        "select * from marts.distribution where campagne = ? and indicateur = 'enfants_par_collectif'", [YEAR]
    )[0]
    assert found[0] == (
        "Aucun de vos 24 enfants n'est au collège ; dans le Loiret, c'est le cas de 26 % des enfants et jeunes."
    )
    assert found[1] == (
        "Vos 2 collectifs réunissent en moyenne 12 enfants ; dans le Loiret, la moyenne est de 11,5 et la moitié des "
        f"porteurs se situent entre {spread['premier_quartile']:.0f} et {spread['troisieme_quartile']:.0f}."
    )
    assert "12 de vos 13 intervenants sont bénévoles ; dans le Loiret, 71 % le sont." in found
    assert "Vous déclarez 4 temps avec les parents ; dans le Loiret, 4,6 en moyenne par action." in found
    assert len(found) == 9


def test_the_table_has_ten_rows_and_small_shares_are_counts(adopted_demo: DataFolder) -> None:
    found = of(adopted_demo, ONE_ACTION).table
    assert found is not None
    assert [column.label for column in found.columns] == [
        "Vous", "Vous, 2022-2023", "Loiret", "Base", "Centres sociaux", "France, 2023-2024",
    ]  # fmt: skip
    assert len(found.rows) == 10
    assert column(found, "vous")[6:9:2] == ["12 sur 13", "5 sur 13"]
    assert column(found, "departement")[0] == "12,6 en moyenne par action"
    assert column(found, "base")[0] == "41 actions"
    assert column(found, "semblables")[1] == "non diffusé : trop peu de porteurs"
    assert column(found, "france")[0] == "aucun chiffre"


def test_several_actions_have_a_column_each_then_their_total(adopted_demo: DataFolder, warehouse: Warehouse) -> None:
    found = of(adopted_demo, THREE_ACTIONS)
    actions = sorted(of_year(warehouse, "core.action", THREE_ACTIONS), key=lambda row: str(row["action_id"]))
    children = [str(row["nb_enfants"]) for row in actions]
    assert found.per_action is not None
    assert [column.label for column in found.per_action.columns] == [
        *(row["intitule"] for row in of_titles(warehouse)), "Toutes vos actions", "Loiret",
    ]  # fmt: skip
    assert [plain(cell.text) for cell in found.per_action.rows[0].cells[:3]] == children
    assert plain(found.per_action.rows[0].cells[3].text).startswith(f"{sum(map(int, children))} (soit 16,0 par action)")
    assert plain(found.introduction[0]).startswith("En 2023-2024, le comité a agréé vos 3 actions, pour 47 enfants")
    assert of(adopted_demo, ONE_ACTION).per_action is None
    asked = found.referentiel
    assert column(asked, "vous")[:3] == ["déclaré", "1 sur 3", "2 sur 3"]
    assert asked is not None
    assert [cell.sign for cell in asked.rows[1].cells] == ["oui", "non", "non", "partiel"]


def of_titles(warehouse: Warehouse) -> list[dict[str, object]]:
    return warehouse.records(
        "select intitule from core.agrement where campagne = ? and porteur_id = ? order by action_id",
        [YEAR, THREE_ACTIONS],
    )


def test_the_points_to_check_are_its_own(adopted_demo: DataFolder, warehouse: Warehouse) -> None:
    found = of(adopted_demo, THREE_ACTIONS)
    own = warehouse.records(
        "select message, effet from qualite.anomalie where campagne = ? and porteur_id = ? and gravite <> 'info'",
        [YEAR, THREE_ACTIONS],
    )
    out = " Votre réponse n'entre pas dans les chiffres du département\u202f; indiquez la réponse exacte à votre Caf."
    told = [row["message"] + (out if row["effet"] == "valeur_ecartee" else "") for row in own]
    assert sorted(found.to_check) == sorted(told)
    assert len(found.to_check) == 2
    assert plain(found.answer) == "Répondez à clas@caf.example."
    assert (
        plain(of(adopted_demo, THREE_ACTIONS, contact=None).answer)
        == "Répondez à l'agent de votre Caf qui suit le Clas."
    )
    assert of(adopted_demo, THREE_ACTIONS, contact=None).end == ""
    assert of(adopted_demo, ONE_ACTION).answer == ""


def test_before_the_committee_adopts_the_last_adopted_one_stands_in(
    adopted_demo: DataFolder, warehouse: Warehouse
) -> None:
    found = of(adopted_demo, ONE_ACTION, LAST)
    sent: date = warehouse.records(
        "select max(date_validation) as le from core.reponse where campagne = ? and porteur_id = ?", [LAST, ONE_ACTION]
    )[0]["le"]
    assert [plain(text) for text in found.notice] == [
        "La synthèse 2024-2025 sera disponible après l'examen du bilan par le comité.",
        f"Votre bilan a bien été reçu le {sent:%d/%m/%Y}.",
        "En attendant, voici celle de 2023-2024.",
    ]
    assert (found.campagne, found.shown) == (LAST, YEAR)
    same = of(adopted_demo, ONE_ACTION)
    # What is to look at is that of the year asked, which the porteur can still mend.
    apart = {"to_check": (), "answer": ""}
    assert replace(found, notice=(), campagne=YEAR, **apart) == replace(same, **apart)


def test_before_any_adoption_there_is_nothing_else_to_show(demo: DataFolder) -> None:
    found = of(demo, ONE_ACTION, LAST)
    assert found.shown is None
    assert (found.table, found.referentiel, found.per_action, found.sentences) == (None, None, None, ())
    assert [plain(text).split(" le ")[0] for text in found.notice] == [
        "La synthèse 2024-2025 sera disponible après l'examen du bilan par",
        "Votre bilan a bien été reçu",
    ]


def test_without_a_return_the_column_vous_is_empty(adopted_demo: DataFolder) -> None:
    found = of(adopted_demo, SILENT)
    assert [plain(text) for text in found.notice] == [
        "Nous n'avons pas reçu votre bilan 2023-2024. Voici la synthèse départementale et nationale ; la colonne "
        "« Vous » est vide."
    ]
    assert set(column(found.table, "vous")) == {""}
    assert column(found.table, "departement")[2] == "11,5"
    assert (found.sentences, found.referentiel, found.to_check, found.peers) == ((), None, (), "")


def test_a_porteur_that_was_never_there_reads_the_departement_only(adopted_demo: DataFolder) -> None:
    found = of(adopted_demo, "inconnu' or true --")
    assert "Nous n'avons pas reçu" in found.notice[0]
    assert set(column(found.table, "vous")) == {""}
    assert found.introduction == ()


def test_the_first_synthese_says_so(adopted_demo: DataFolder) -> None:
    assert "C'est votre première synthèse." in of(adopted_demo, THREE_ACTIONS, "2014-2015").introduction
    assert not any("première" in text for text in of(adopted_demo, THREE_ACTIONS).introduction)


def test_a_year_without_national_figures_has_no_column_for_france(adopted_demo: DataFolder) -> None:
    """2015-2016 has no synthesis in the demo, and nothing was published for it."""
    found = of(adopted_demo, THREE_ACTIONS, "2015-2016")
    shown = found.table
    assert shown is not None
    assert ("france" in {column.key for column in shown.columns}) == (found.no_france == "")


def test_similar_porteurs_are_compared_only_when_they_are_five_others(
    adopted_demo: DataFolder, diffusion: Warehouse
) -> None:
    others = diffusion.records(
        "select numerateur from marts.comparaison where campagne = ? and indicateur = "
        "'part_porteurs_type__centre_social'",
        [YEAR],
    )[0]["numerateur"]
    assert plain(of(adopted_demo, ONE_ACTION).peers) == (
        f"Comparaison à l'ensemble des centres sociaux : vous et les {others - 1:.0f} autres."
    )
    few = of(adopted_demo, "p45-027")
    assert plain(few.peers) == (
        "Trop peu de porteurs de ce type dans le département : la comparaison porte sur l'ensemble."
    )
    assert few.table is not None
    assert "semblables" not in {column.key for column in few.table.columns}


def test_an_unknown_year_and_another_territory_are_refused(adopted_demo: DataFolder) -> None:
    with pytest.raises(Refusal, match="2013-2014"):
        of(adopted_demo, ONE_ACTION, "2013-2014")
    with pytest.raises(Refusal, match="83"):
        synthese(adopted_demo, Scope("porteur", "83", ONE_ACTION), YEAR, "45")
    with pytest.raises(Refusal, match="Aucun porteur"):
        synthese(adopted_demo, Scope("porteur", "45"), YEAR, "45")


def test_the_agent_prints_what_the_porteur_reads(adopted_demo: DataFolder) -> None:
    printed = synthese(adopted_demo, Scope("agent", "*", ONE_ACTION), YEAR, "45", "clas@caf.example")
    assert printed == of(adopted_demo, ONE_ACTION)


def test_nothing_of_another_porteur_is_in_a_synthese(adopted_demo: DataFolder, warehouse: Warehouse) -> None:
    names = {row["porteur_id"]: row["raison_sociale"] for row in warehouse.records("from core.porteur")}
    holders = warehouse.records(
        "select distinct action_id, porteur_id from (select action_id, porteur_id from core.agrement union "
        "select action_id, porteur_id from core.action)"
    )
    asked = warehouse.records(
        "select distinct porteur_id from core.porteur_campagne where campagne in (?, ?) order by 1", [YEAR, "2019-2020"]
    )
    assert len(asked) > 25
    for row in asked:
        porteur = row["porteur_id"]
        others = {name for other, name in names.items() if other != porteur and name != names[porteur]}
        others |= {other for other in names if other != porteur}
        others |= {one["action_id"] for one in holders if one["porteur_id"] != porteur}
        for year in (YEAR, "2019-2020"):
            said = "\n".join(text for text in texts(of(adopted_demo, porteur, year)))
            assert [name for name in others if name in said.replace(names[porteur], "")] == []


def test_every_number_is_one_s_own_or_may_be_diffused(
    adopted_demo: DataFolder, diffusion: Warehouse, warehouse: Warehouse
) -> None:
    for porteur in (ONE_ACTION, THREE_ACTIONS, SILENT, "p45-027"):
        own = own_figures(adopted_demo, Scope("porteur", "45", porteur))
        found = of(adopted_demo, porteur)
        mine = {
            number
            for one in own
            if one.campagne in (YEAR, "2022-2023")
            for value in (one.valeur, one.numerateur, one.denominateur, (one.valeur or 0) / one.nb_repondants)
            if value is not None
            for number in writings(value)
        }
        shared = {
            number
            for row in diffusion.connection.execute(
                "select valeur, numerateur, denominateur, nb_repondants, valeur / nb_repondants from "
                "marts.indicateur_valeur where campagne = ? and departement = '45' union all "
                "select valeur_france, null, null, null, null from marts.comparaison where campagne = ? union all "
                "select premier_quartile, mediane, troisieme_quartile, null, null from marts.distribution "
                "where campagne = ?",
                [YEAR] * 3,
            ).fetchall()
            for value in row
            if value is not None
            for number in writings(value)
        }
        for name in TABLES:
            shown: Exhibit | None = getattr(found, name)
            for row in shown.rows if shown else ():
                for head, cell in zip(shown.columns if shown else (), row.cells, strict=True):
                    allowed = mine if head.key in ("vous", "avant") or head.key.startswith("45-") else shared
                    wrong = [number for number in numbers(cell.text) if number.normalize() not in allowed]
                    assert wrong == [], (porteur, name, row.label, head.label, cell.text)
        for sentence in found.sentences:
            wrong = [number for number in numbers(sentence) if number.normalize() not in mine | shared]
            assert wrong == [], (porteur, sentence)


def test_the_coverage_of_france_is_said_once(adopted_demo: DataFolder) -> None:
    found = of(adopted_demo, ONE_ACTION).table
    assert found is not None
    assert [plain(note) for note in found.notes if "France" in note] == [
        f"France ({plain(coverage('98 départements sur 101'))})."
    ]
