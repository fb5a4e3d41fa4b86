"""The pages of the agent alone: what they say when there is nothing, and the gestures of a load without its trial."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from access.journal.journal import entries
from dashboard.visit.navigation import PAGES, may_upload
from dashboard.visit.visitor import Visitor
from pipeline.preparation import preparation
from pipeline.preparation.write_register import read_register
from pipeline.preparation.write_texts import load_texts
from pipeline.reading.campaigns import load_campaigns
from socle.paths import DataFolder
from tests.support.dashboard import open_page, visitor_of
from tests.support.exports import make_folder
from tests.support.faulty import NAME, UNKNOWN_HEADER, faulty_export

MODULES = ("charger", "points", "arreter", "regles", "textes", "porteurs", "reglages")
YEAR = "2019-2020"


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """Two returns received, nothing published."""
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    return make_folder(tmp_path)


def words(page: AppTest) -> str:
    """All that the page shows, with ordinary spaces and without the marks of Markdown."""
    shown = [str(getattr(element, "value", "")) for element in page.main]
    shown += [table.value.to_csv() for table in page.table]
    return "\n".join(shown).replace("\u202f", " ").replace("\\", "")


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def journal(visitor: Visitor) -> list[tuple[str, str]]:
    return [(entry.action, entry.objet) for entry in entries(visitor.folder)]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("role", ["comite", "analyste", "porteur"])
def test_the_pages_are_for_the_agent_alone(filled: DataFolder, module: str, role: str) -> None:
    page = open_page(module, visitor_of(filled, role, "45", "p1" if role == "porteur" else None))
    assert not page.title
    assert "n'est pas ouverte à votre compte" in str(page.exception[0].message)


def test_only_a_role_that_loads_files_may_send_some() -> None:
    assert [role for role in ("agent", "comite", "analyste", "porteur") if may_upload(role)] == ["agent"]
    assert {entry.name for entry in PAGES if entry.uploads} == {"charger"}


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("charger", "Commencez par en déclarer une"),
        ("arreter", "Commencez par « Charger un fichier »."),
        ("regles", "Commencez par « Charger un fichier »."),
        ("textes", "Commencez par « Charger un fichier »."),
    ],
)
def test_before_anything_the_pages_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, said: str
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    page = open_page(module, visitor_of(DataFolder(tmp_path)))
    assert not page.exception
    assert said in words(page)


def test_the_first_year_is_declared_on_screen_and_prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    folder = DataFolder(tmp_path)
    page = open_page("charger", visitor_of(folder, territoire="45"))
    page.text_input(key="declarer_annee").set_value("2020-2021")
    page.checkbox(key="declarer_fictif").check()
    page.date_input(key="declarer_debut").set_value(date(2021, 6, 1))
    page.date_input(key="declarer_fin").set_value(date(2021, 5, 1))
    press(page, "Déclarer l'année")
    assert "Corrigez l'une de ces deux dates" in words(page)
    page.date_input(key="declarer_fin").set_value(date(2021, 9, 1))
    press(page, "Déclarer l'année")
    assert not page.exception
    (made,) = load_campaigns(folder.prepared())
    assert (made.name, made.fictif, made.departements, made.cloture) == ("2020-2021", True, ("45",), "2021-09-01")
    assert not folder.raw.exists()


def test_an_agent_of_one_departement_may_load_where_the_years_are_of_several(filled: DataFolder) -> None:
    declared = filled.raw / YEAR / "campagne.yml"
    declared.write_text(f"campagne: {YEAR}\nfictif: true\ndepartements: ['01', '45']\n", encoding="utf-8")
    page = open_page("charger", visitor_of(filled, territoire="45"))
    assert not page.exception
    assert page.multiselect(key="declarer_departements").value == ["45"]


def test_a_file_is_read_and_its_unknown_header_answered(filled: DataFolder) -> None:
    agent = visitor_of(filled)
    page = open_page("charger", agent)
    page.selectbox(key=f"chargement_remplace_{YEAR}").select("reponses.csv").run()
    page.file_uploader[0].upload(NAME, faulty_export(), "text/csv").run()
    press(page, "Lire ce fichier")
    assert not page.exception
    assert "Étape 2 sur 5" in words(page)
    assert f"Colonne n° 1 : **{UNKNOWN_HEADER}**" in words(page)
    asked = next(option for option in page.selectbox[0].options if "(nb_enfants)" in option)
    assert page.selectbox[0].options.index(asked) < 4  # what such an export has, and this one has not
    press(page, "Enregistrer ces réponses")
    assert "attend encore une réponse" in words(page)
    page.selectbox[0].set_value("nb_enfants")
    press(page, "Enregistrer ces réponses")
    assert "Ce fichier est reconnu." in words(page)
    assert ("chargement", f"{YEAR}/{NAME}") in journal(agent)
    press(page, "Continuer vers l'essai")
    assert "Étape 3 sur 5" in words(page)
    assert (filled.raw / YEAR / "reponses.csv").is_file()


def test_a_file_is_taken_out_of_a_load_which_is_given_up_after_a_confirmation(filled: DataFolder) -> None:
    agent = visitor_of(filled)
    preparation.put_file(filled, YEAR, NAME, faulty_export(), "Un autre agent")
    page = open_page("charger", agent)
    assert "Ce chargement a été commencé par Un autre agent" in words(page)
    press(page, "Retirer ce fichier du chargement")
    assert preparation.changes(filled) == ()
    press(page, "Abandonner ce chargement")
    assert not page.exception
    assert preparation.find(filled)  # until it is confirmed, which a browser does


def test_texts_are_written_read_again_and_kept_plain(filled: DataFolder) -> None:
    agent = visitor_of(filled)
    page = open_page("textes", agent)
    assert "Aucun texte n'est encore écrit" in words(page)
    page.text_area(key=f"texte_{YEAR}_mot_du_comite").set_value("Merci à **tous**\n\n![x](http://ailleurs)")
    page.text_area(key=f"chapitre_{YEAR}_ecole").set_value("Trois écoles.")
    press(page, "Enregistrer")
    assert not page.exception
    held = load_texts(load_campaigns(filled)[0])
    assert held.commentaires == {"ecole": "Trois écoles."}
    assert "Merci à **tous**\n\n![x](http://ailleurs)" in [text.value for text in page.text]  # as it is, no Markdown
    assert journal(agent) == [("texte", YEAR)]


def test_the_register_is_searched(filled: DataFolder) -> None:
    page = open_page("porteurs", visitor_of(filled))
    assert "Tous les porteurs des bilans publiés sont dans le registre." in words(page)
    page.text_input(key="registre_recherche").set_value("assoc. alpha").run()
    assert list(page.table[0].value["Raison sociale"]) == ["Association Alpha"]
    assert len(read_register(filled)) == 2


def test_the_settings_are_read_with_where_each_is_declared(filled: DataFolder) -> None:
    shown = words(open_page("reglages", visitor_of(filled)))
    for expected in ("clas.toml", "diffusion.yml", "porteurs_minimum", "Cinq au moins", "funding.yml", "2021-2022",
                     "nb_enfants", "Questionnaire d'activité en ligne", "non renseigné"):  # fmt: skip
        assert expected in shown
    assert not open_page("reglages", visitor_of(filled)).button
