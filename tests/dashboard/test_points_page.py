"""*Points à vérifier*: what waits is validated or chosen, a point ends as the agent says, with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from access.journal.journal import entries
from pipeline.core.decisions import CafDecision, load_decisions
from pipeline.preparation import preparation
from socle.paths import DataFolder
from tests.support.dashboard import open_page, unmarked, visitor_of
from tests.support.once import copied
from tests.support.waiting import YEAR


@pytest.fixture
def folder(waiting: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    copy = copied(waiting, tmp_path / "data")
    monkeypatch.setenv("CLAS_DATA", str(copy.root))
    return copy


def words(page: AppTest) -> str:
    shown = [unmarked(getattr(element, "value", "")) for element in page.main]
    return "\n".join([*shown, *(unmarked(table.value.to_csv()) for table in page.table)])


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if unmarked(button.label) == label).click().run()


def decided(folder: DataFolder) -> list[CafDecision]:
    return list(load_decisions(folder.raw / YEAR))


def choose_point(page: AppTest, words_of_it: str) -> AppTest:
    box = page.selectbox(key=f"points_point_{YEAR}")
    return box.select(next(option for option in box.options if words_of_it in unmarked(option))).run()


def ending(page: AppTest, start: str) -> AppTest:
    radio = next(one for one in page.radio if one.label == "Ce que devient ce point")
    return radio.set_value(next(option for option in radio.options if unmarked(option).startswith(start))).run()


def test_the_returns_without_a_status_are_validated_at_once_with_a_reason(folder: DataFolder) -> None:
    page = press(open_page("points", visitor_of(folder)), "Valider ces 2 bilans")
    assert "La décision n'a pas de motif" in words(page) and decided(folder) == []
    page.text_input(key=f"valider_motif_{YEAR}").set_value("Statut perdu")
    page = press(page, "Valider ces 2 bilans")
    assert not page.exception
    assert {(one.nature, one.reponse_id, one.motif) for one in decided(folder)} == {
        ("validation", "r-a1", "Statut perdu"), ("validation", "r-a2", "Statut perdu")
    }  # fmt: skip
    assert "À valider par la Caf" not in words(page) and "En attente de publication" in words(page)
    assert [entry.action for entry in entries(folder)][-1] == "decision"


def test_one_of_several_replies_is_kept(folder: DataFolder) -> None:
    page = open_page("points", visitor_of(folder))
    replies = next(one for one in page.radio if one.label == "Réponse à garder")
    replies.set_value(next(option for option in replies.options if unmarked(option).startswith("b2-2")))
    next(box for box in page.text_input if (box.key or "").startswith("choisir_motif")).set_value("Le porteur")
    page = press(page, "Garder cette réponse")
    assert [(one.nature, one.reponse_id) for one in decided(folder)] == [("choix", "b2-2"), ("ecart", "b2-1")]


def test_a_point_is_confirmed_closed_or_its_rule_lifted(folder: DataFolder) -> None:
    page = open_page("points", visitor_of(folder))
    for point, how in (("30,0 enfants en moyenne", "Confirmer"), ("Le SIRET de la ligne 14", "Clore"),
                       ("quartier prioritaire", "Lever")):  # fmt: skip
        page = ending(choose_point(page, point), how)
        next(box for box in page.text_input if (box.key or "").startswith("points_motif")).set_value("Vu")
        page = press(page, "Enregistrer la décision")
        assert not page.exception
    assert [one.nature for one in decided(folder)] == ["confirmee", "close", "levee"]
    assert {one.auteur for one in decided(folder)} == {"agent de test"}


def test_a_contradiction_is_not_offered_to_be_confirmed(folder: DataFolder) -> None:
    page = choose_point(open_page("points", visitor_of(folder)), "Le SIRET de la ligne 14")
    (radio,) = (one for one in page.radio if one.label == "Ce que devient ce point")
    assert [option.split()[0] for option in radio.options] == ["Corriger", "Clore"]


def test_an_answer_is_corrected_from_there(folder: DataFolder) -> None:
    page = ending(choose_point(open_page("points", visitor_of(folder)), "30,0 enfants en moyenne"), "Corriger")
    assert "Lire à la place (vide pour vider la case)" in [box.label for box in page.text_input]
    assert preparation.find(folder) is None


def test_a_decision_is_taken_back(folder: DataFolder) -> None:
    page = ending(choose_point(open_page("points", visitor_of(folder)), "30,0 enfants en moyenne"), "Confirmer")
    next(box for box in page.text_input if (box.key or "").startswith("points_motif")).set_value("Vu")
    page = press(page, "Enregistrer la décision")
    box = page.selectbox(key=f"retirer_decision_{YEAR}")
    page = press(box.select(box.options[0]).run(), "Retirer cette décision")
    assert decided(folder) == []


def test_before_anything_the_page_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    assert "Commencez par « Charger un fichier »." in words(open_page("points", visitor_of(DataFolder(tmp_path))))
