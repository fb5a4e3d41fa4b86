"""The pages that everyone has: what each role reads there, and what it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from access.journal.journal import entries
from access.people.accounts import account
from bilan.words.glossary import glossary
from dashboard.pages.help.donnees_personnelles import _mine
from dashboard.visit.navigation import EVERYONE, PAGES
from dashboard.visit.visitor import visitor
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from tests.support.access import ALPHA, BETA
from tests.support.dashboard import open_page, visitor_of


def words(page: AppTest) -> str:
    """All that the page shows, its tables included, with ordinary spaces and without the marks of Markdown."""
    shown = [str(getattr(element, "value", "")) for element in page.main]
    shown += [table.value.to_csv() for table in page.table]
    return "\n".join(shown).replace("\u202f", " ").replace("\\", "")


@pytest.mark.parametrize("role", sorted(EVERYONE))
@pytest.mark.parametrize("module", [entry.name for entry in PAGES if entry.roles == EVERYONE])
def test_the_pages_of_everyone_are_drawn_for_each_role(folder: DataFolder, module: str, role: str) -> None:
    page = open_page(module, visitor_of(folder, role, "45", "p1" if role == "porteur" else None))
    assert not page.exception
    assert len(page.title) == 1


def test_the_first_page_says_who_one_is_and_the_state_of_each_year(folder: DataFolder) -> None:
    shown = words(open_page("accueil", visitor_of(folder, "comite", "45")))
    assert "Vous êtes comite de test, membre du comité dans le Loiret." in shown
    assert "2020-2021,45,provisoire,3,3,2,1" in shown
    assert "2019-2020,45,arrêtée le 12/10/2020,3,3,2,1" in shown
    assert "beta.xlsx est vide." in shown
    assert "77" not in shown  # the Var's


def test_a_porteur_reads_the_adopted_years_of_its_département_and_of_no_other_file(folder: DataFolder) -> None:
    shown = words(open_page("accueil", visitor_of(folder, "porteur", "45", "p1")))
    assert "2019-2020" in shown
    for hidden in ("2020-2021", "provisoire", "beta.xlsx", "Bêta", "Bilans", "77"):
        assert hidden not in shown


def test_every_département_is_for_whom_has_them_all(folder: DataFolder) -> None:
    assert "2019-2020,83,arrêtée le 12/10/2020,77" in words(open_page("accueil", visitor_of(folder, "analyste")))


def test_before_anything_is_published_the_first_page_says_what_to_do(tmp_path: Path) -> None:
    empty = DataFolder(tmp_path)
    agent = words(open_page("accueil", visitor_of(empty, "agent")))
    assert "Rien n'est encore publié. Déposez les fichiers reçus, puis publiez." in agent
    assert "Revenez quand la Caf aura publié." in words(open_page("accueil", visitor_of(empty, "comite")))


def test_the_first_page_links_to_the_pages_of_the_role_only(folder: DataFolder) -> None:
    def links(role: str) -> set[str]:
        page = open_page("accueil", visitor_of(folder, role, "45", "p1" if role == "porteur" else None))
        return {element.proto.body.split('"')[1] for element in page.get("html")}

    assert links("agent") == {f"/{entry.path}" for entry in PAGES if "agent" in entry.roles} - {"/"}
    assert links("porteur").isdisjoint({"/comptes", "/journal"})


def test_the_glossary_finds_a_word_by_what_it_means_or_by_its_other_names(folder: DataFolder) -> None:
    page = open_page("glossaire", visitor_of(folder))
    assert len(page.table[0].value) == len(glossary())
    page.text_input[0].set_value("epci").run()
    assert list(page.table[0].value["Mot"]) == ["Intercommunalité"]
    page.text_input[0].set_value("zzz").run()
    assert page.info[0].value == "Aucun mot ne correspond."


def test_the_glossary_has_each_word_once_in_order_and_those_of_the_developers_that_people_read() -> None:
    import unicodedata

    terms = [entry["mot"] for entry in glossary()]
    plain = [
        "".join(c for c in unicodedata.normalize("NFD", one.casefold()) if not unicodedata.combining(c))
        for one in terms
    ]
    assert plain == sorted(plain)
    assert len(set(terms)) == len(terms)
    developers = (PROJECT_ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    spoken = (
        "Clas",
        "porteur de projet",
        "action",
        "collectif",
        "agrément",
        "agréé",
        "déclaré",
        "synthèse",
        "Ps",
        "référentiel",
    )
    for word in spoken:
        assert f"**{word}**" in developers
        assert word.casefold() in [one.casefold() for one in terms]


def test_the_accessibility_statement_says_its_state_its_faults_and_whom_to_write_to(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAS_COURRIEL", "clas@caf.example")
    page = open_page("accessibilite", visitor_of(folder, "porteur", "45", "p1"))
    assert page.title[0].value.replace("\u202f", " ") == "Accessibilité : partiellement conforme"
    shown = words(page)
    for expected in ("RGAA 4.1", "Contenus non accessibles", "clas@caf.example", "Défenseur des droits"):
        assert expected in shown


def test_a_person_downloads_what_is_kept_of_them_and_of_nobody_else(folder: DataFolder) -> None:
    alpha = visitor(folder, account(folder, ALPHA).identity)
    alpha.record("consultation", "synthèse 2019-2020")
    given = json.loads(_mine(alpha))
    assert given["compte"]["identifiant"] == ALPHA
    assert "synthèse 2019-2020" in str(given["journal"])
    assert BETA not in json.dumps(given)
    assert entries(folder)[0].action == "donnees_remises"
    page = open_page("donnees_personnelles", alpha)
    assert "douze mois" in words(page) or "12 mois" in words(page)
