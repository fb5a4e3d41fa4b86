"""Comptes: the agent makes accounts, gives codes, changes, revokes and prints letters, in its territory."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from access.entry.local_codes import LocalCodes
from access.entry.sessions import find, open_session
from access.journal.journal import COMMAND, entries
from access.letters.letters import to_html
from access.people.accounts import NewAccount, account, accounts, add
from bilan.print.letters_pdf import to_pdf
from dashboard.pages.management import comptes
from dashboard.visit.visitor import Visitor
from socle.paths import DataFolder
from socle.words.french import today
from socle.words.refusal import Refusal
from tests.support.access import AGENT, ALPHA, ANALYSTE, COMITE
from tests.support.dashboard import open_page, visitor_of
from tests.support.exports import siret


def choose(page: AppTest, identifiant: str) -> AppTest:
    """Pick an account in the list under « Agir sur un compte »."""
    box = page.selectbox(key="compte")
    label = next(option for option in box.options if identifiant in option)
    return box.select(label).run()


def press(page: AppTest, label: str) -> AppTest:
    """Press the button of that label."""
    return next(button for button in page.button if button.label == label).click().run()


def identified(folder: DataFolder, identifiant: str, code: str) -> bool:
    try:
        LocalCodes(folder).identify({"identifiant": identifiant, "code": code}, "192.0.2.1")
    except Refusal:
        return False
    return True


def test_the_list_has_the_accounts_of_the_agent_s_territory(agent: Visitor, folder: DataFolder) -> None:
    add(folder, NewAccount("var@caf.example", "Agent du Var", "agent", "83"), COMMAND)
    page = open_page("comptes", agent)
    assert not page.exception
    shown = page.table[0].value.to_csv().replace("\\", "")
    assert "Association Alpha" in shown
    assert "Loiret (45)" in shown
    for elsewhere in ("Agent du Var", ANALYSTE):  # the analyst has every département
        assert elsewhere not in shown
    whole = open_page("comptes", visitor_of(folder)).table[0].value.to_csv().replace("\\", "")
    assert "Agent du Var" in whole
    assert ANALYSTE in whole


def test_the_list_is_searched_by_name(agent: Visitor) -> None:
    page = open_page("comptes", agent)
    page.text_input(key="comptes_recherche").set_value("bêta").run()
    assert len(page.table[0].value) == 1


def test_a_name_is_shown_as_it_is_written(agent: Visitor, folder: DataFolder) -> None:
    add(folder, NewAccount("x@caf.example", "[clic](http://autre.example) :red[x] $y$ *z*", "comite", "45"), COMMAND)
    cell = next(name for name in open_page("comptes", agent).table[0].value["Nom"] if "clic" in name)
    assert cell == r"\[clic\]\(http\:\/\/autre\.example\) \:red\[x\] \$y\$ \*z\*"


def test_a_new_account_gets_the_porteur_s_name_and_a_code_shown_once(agent: Visitor, folder: DataFolder) -> None:
    page = open_page("comptes", agent)
    page.selectbox(key="nouveau_porteur").select("Centre social Bêta")
    page.text_input(key="nouveau_identifiant").set_value("luc@beta.example")
    press(page, "Créer le compte")
    made = account(folder, "luc@beta.example")
    assert (made.nom, made.role, made.territoire, made.porteur_id) == ("Centre social Bêta", "porteur", "45", "p2")
    assert identified(folder, "luc@beta.example", page.code[0].value)
    page.run()
    assert not page.code
    by = next(entry.compte for entry in entries(folder) if entry.action == "compte_cree")
    assert by == agent.identity.compte


@pytest.mark.parametrize(
    ("identifiant", "role", "sentence"),
    [
        (AGENT, "comite", "existe déjà"),
        ("pas une adresse", "comite", "ne peut pas être un identifiant"),
        ("luc@beta.example", "porteur", "doit nommer un porteur de projet"),
    ],
)
def test_an_account_that_cannot_be_is_refused_on_the_spot(
    agent: Visitor, folder: DataFolder, identifiant: str, role: str, sentence: str
) -> None:
    page = open_page("comptes", agent)
    labels = {"comite": "membre du comité", "porteur": "porteur de projet"}
    next(box for box in page.selectbox if box.label == "Rôle").select(labels[role])
    page.text_input(key="nouveau_identifiant").set_value(identifiant)
    page.text_input(key="nouveau_nom").set_value("Luc")
    press(page, "Créer le compte")
    assert sentence in page.error[0].value.replace("\\", "")
    assert len(accounts(folder)) == 5


def test_each_porteur_of_the_territory_gets_an_account_that_waits_for_its_letter(
    agent: Visitor, folder: DataFolder
) -> None:
    add(folder, NewAccount("q@caf.example", "Q", "comite", "45"), COMMAND)
    page = open_page("comptes", visitor_of(folder))
    page.button(key="registre").click().run()
    assert "1 compte créé" in page.success[0].value.replace("\u202f", " ")
    assert account(folder, siret(3)).territoire == "83"
    page.button(key="registre").click().run()
    assert "0 compte créé" in page.success[0].value.replace("\u202f", " ")


def test_an_agent_makes_no_account_outside_its_territory(agent: Visitor, folder: DataFolder) -> None:
    page = open_page("comptes", agent)
    territories = [box.options for box in page.selectbox if box.label == "Territoire"]
    assert territories == [["Loiret (45)"]]
    page.button(key="registre").click().run()
    assert "0 compte créé" in page.success[0].value.replace("\u202f", " ")
    page.selectbox(key="nouveau_porteur").select("Association Alpha")  # the list has none of the Var
    assert "Association du Var" not in page.selectbox(key="nouveau_porteur").options


def test_an_agent_cannot_lock_itself_out(agent: Visitor, folder: DataFolder) -> None:
    page = choose(open_page("comptes", agent), AGENT)
    page.selectbox(key="modifier_role").select("comite")
    press(page, "Enregistrer")
    assert "votre propre compte" in page.error[0].value.replace("\\", "")
    assert account(folder, AGENT).role == "agent"


def test_a_change_of_role_is_saved_and_ends_the_sessions(agent: Visitor, folder: DataFolder) -> None:
    token = open_session(folder, account(folder, COMITE).identity)
    page = choose(open_page("comptes", agent), COMITE)
    box = page.selectbox(key="modifier_role")
    box.select("analyste")
    press(page, "Enregistrer")
    assert account(folder, COMITE).role == "analyste"
    assert find(folder, token) is None


def test_letters_are_for_those_who_wait_and_hold_the_codes(agent: Visitor, folder: DataFolder) -> None:
    add(folder, NewAccount("lea@caf.example", "Léa", "comite", "45"), COMMAND)
    page = open_page("comptes", agent)
    assert [one.identifiant for one in page.multiselect(key="lettres").value] == ["lea@caf.example"]
    buttons = page.get("download_button")
    said = [button.proto.label.replace("\u202f", " ") for button in buttons]
    assert said == ["Télécharger 1 lettre (PDF)", "Télécharger 1 lettre (HTML)"]
    assert all(button.proto.deferred_file_id for button in buttons)
    assert comptes._made(agent, ["lea@caf.example"], today(), to_pdf).startswith(b"%PDF")
    text = comptes._made(agent, ["lea@caf.example"], today(), to_html).decode()
    code = re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", text)
    assert code is not None
    assert identified(folder, "lea@caf.example", code[0])
    assert ALPHA not in text
    assert "DONNÉES FICTIVES" in text
