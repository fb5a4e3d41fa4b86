"""Open tabs: whose figures they draw, what they cannot ask, and what is left of them when the session ends."""

from __future__ import annotations

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from access.journal.journal import COMMAND
from access.people.accounts import account, change, revoke
from access.store import reading, writing
from dashboard.gate.socket_guard import CHECK_EVERY
from socle.settings import PROJECT_ROOT
from tests.support.access import AGENT, ALPHA, ANALYSTE, BETA, COMITE, new_code
from tests.support.server import Served, Tab, visit

OVER = "Votre session est terminée"
ATTEMPTS = (
    "porteur_id=p2&territoire=*&role=agent",
    "scope=agent&identifiant=martine%40beta.example",
    "embed=true&embed_options=show_toolbar",
    "compte=5&build=../../etat",
)


def test_a_tab_draws_the_page_for_whom_it_is(server: Served) -> None:
    for who, name, figures in (
        (AGENT, "Agent Caf", "Chiffres de agent 45 None"),
        (ALPHA, "Association Alpha", "Chiffres de porteur 45 p1"),
        (BETA, "Centre social Bêta", "Chiffres de porteur 45 p2"),
    ):
        with visit(server, who).tab("essai") as tab:
            drawn = tab.run()
        assert f"Page de {name}" in drawn
        assert figures in drawn


def test_what_is_kept_for_one_is_never_shown_to_another(server: Served) -> None:
    with visit(server, ALPHA).tab("essai") as alpha, visit(server, BETA).tab("essai") as beta:
        for _ in range(2):
            assert "porteur 45 p1" in alpha.run()
            assert "porteur 45 p2" in beta.run()
            assert "p2" not in alpha.text
            assert "p1" not in beta.text


@pytest.mark.parametrize("query", ATTEMPTS)
def test_what_the_address_says_changes_nothing_of_who_one_is(server: Served, query: str) -> None:
    visitor = visit(server, ALPHA)
    assert visitor.http.get(f"/essai?{query}").status_code == 200
    with visitor.tab("essai") as tab:
        drawn = tab.run(query_string=query)
    assert "Chiffres de porteur 45 p1" in drawn
    assert "Bêta" not in drawn


def test_a_tab_gets_no_page_of_another_role_by_its_name_or_by_its_key(server: Served) -> None:
    with visit(server, AGENT).tab("comptes") as agent:
        agent.run()
        keys = [key for name, key in menu(agent).items() if name in ("comptes", "journal", "depot")]
    assert len(keys) == 3
    with visit(server, ALPHA).tab() as tab:
        for asked in (
            *({"page_name": name} for name in ("comptes", "journal")),
            *({"page_script_hash": k} for k in keys),
        ):
            drawn = tab.run(**asked)
            assert "Vous êtes Association Alpha" in drawn
            assert "comite@caf.example" not in drawn
            assert {"comptes", "journal", "depot"}.isdisjoint(menu(tab))


def menu(tab: Tab) -> dict[str, str]:
    """{address of a page: its key}, as the last answer lists them."""
    return {
        page.url_pathname: page.page_script_hash
        for message in tab.messages
        if message.WhichOneof("type") == "navigation"
        for page in message.navigation.app_pages
    }


def test_the_key_of_another_s_button_presses_nothing(server: Served) -> None:
    with visit(server, AGENT).tab("comptes") as agent:
        agent.run()
        button = agent.widget("Créer un compte par porteur")
    with visit(server, ALPHA).tab("comptes") as tab:
        tab.run()
        assert "comptes créés" not in tab.press(button)
        assert "compte créé" not in tab.text


def test_a_tab_is_given_back_to_the_session_that_it_was_of(server: Served) -> None:
    visitor = visit(server, ALPHA)
    with visitor.tab("essai") as tab:
        tab.run()
        first = tab.session_id
    with visitor.tab("essai", resume=first) as again:
        again.run()
        assert again.session_id == first


def test_a_tab_is_never_given_to_another_session(server: Served) -> None:
    visitor = visit(server, ALPHA)
    with visitor.tab("essai") as tab:
        tab.run()
        stolen = tab.session_id
        with visit(server, BETA).tab("essai", resume=stolen) as thief:
            assert "Alpha" not in thief.run()
            assert thief.session_id != stolen
            fragment = thief.widget("Fragment")
            assert "Alpha" not in thief.press(fragment)
        assert "Association Alpha" in tab.run()
        assert tab.session_id == stolen
    with visit(server, ALPHA).tab("essai", resume=stolen) as later:  # the same person, in another session
        later.run()
        assert later.session_id != stolen


def end(server: Served, who: str, how: str) -> None:
    """End the sessions of an account; its codes are made anew so that the next test can use it."""
    if how == "revoque":
        revoke(server.folder, who, COMMAND)
        server.codes[who] = new_code(server.folder, who)
    elif how == "autre territoire":
        change(server.folder, who, COMMAND, territoire="83")
        change(server.folder, who, COMMAND, territoire="45")
    else:
        age(server, who, "vue_a", 31 * 60)


def age(server: Served, who: str, column: str, seconds: int) -> None:
    """Have the sessions of an account be that much older."""
    number = account(server.folder, who).id
    with writing(server.folder) as connection:
        connection.execute(f"update session set {column} = {column} - {seconds} where compte = {number}")


@pytest.mark.parametrize("how", ["revoque", "autre territoire", "oisive"])
@pytest.mark.parametrize("gesture", ["page", "fragment", "bouton"])
def test_an_open_tab_learns_at_its_next_gesture_that_its_session_has_ended(
    server: Served, how: str, gesture: str
) -> None:
    with visit(server, COMITE).tab("essai") as tab:
        assert "Membre du comité" in tab.run()
        button = tab.widget("Fragment")
        fragments = [message.delta.fragment_id for message in tab.messages if message.delta.fragment_id]
        assert "Fragment de Membre du comité" in tab.press(button, fragment_id=fragments[0])
        end(server, COMITE, how)
        if gesture == "page":
            drawn = tab.run()
        elif gesture == "fragment":
            drawn = tab.press(button, fragment_id=fragments[0])
        else:
            drawn = tab.press(button)
        assert OVER in drawn
        assert "Membre du comité" not in drawn
        assert OVER in tab.run()


def test_an_open_tab_where_nobody_does_anything_is_emptied_too(server: Served) -> None:
    with visit(server, COMITE).tab("essai") as tab:
        assert "Membre du comité" in tab.run()
        end(server, COMITE, "revoque")
        drawn = tab.hear(CHECK_EVERY + 5)
        assert OVER in drawn
        assert "Membre du comité" not in drawn


def test_leaving_empties_the_other_tabs(server: Served) -> None:
    visitor = visit(server, ANALYSTE)
    with visitor.tab("essai") as tab:
        tab.run()
        visitor.leave()
        assert OVER in tab.run()


def test_only_a_gesture_is_a_sign_of_life(server: Served) -> None:
    def seen() -> int:
        number = account(server.folder, ANALYSTE).id
        with reading(server.folder) as connection:
            return int(connection.execute("select max(vue_a) from session where compte = ?", (number,)).fetchone()[0])

    with visit(server, ANALYSTE).tab("essai") as tab:
        tab.run()
        age(server, ANALYSTE, "vue_a", 600)
        before = seen()
        tab.run(is_auto_rerun=True)
        assert seen() == before
        tab.run()
        assert seen() > before


@pytest.mark.parametrize("asked", ["clear_cache", "load_git_info", "set_run_on_save", "debug_shutdown_runtime"])
def test_what_no_page_needs_is_not_served(server: Served, asked: str) -> None:
    with visit(server, ALPHA).tab("essai") as tab:
        tab.run()
        message = BackMsg()
        setattr(message, asked, True)
        with pytest.raises(TimeoutError):
            silent(tab, message)
        assert "Association Alpha" in tab.run()
    assert f"a tab asked for {asked}" in server.log.read_text(encoding="utf-8")


def test_the_server_installs_nothing_for_a_tab(server: Served) -> None:
    message = BackMsg()
    message.backend_operation_request.request_id = "1"
    message.backend_operation_request.install_skills.SetInParent()
    with visit(server, AGENT).tab("essai") as tab:
        tab.run()
        with pytest.raises(TimeoutError):
            silent(tab, message)


def silent(tab: Tab, message: BackMsg) -> str:
    """Send a message that should get no answer, and wait a little for one."""
    tab.messages = []
    tab._loop.run_until_complete(tab._socket.send(message.SerializeToString()))
    return tab.hear(0.7)


def test_what_is_not_a_message_closes_the_tab_and_not_the_server(server: Served) -> None:
    with visit(server, ALPHA).tab("essai") as tab:
        tab.run()
        tab._loop.run_until_complete(tab._socket.send(b"\xff\xff\xff"))
        with pytest.raises(Exception, match=r"close|1002"):
            tab.run()
    with visit(server, ALPHA).tab("essai") as tab:
        assert "Association Alpha" in tab.run()


def test_a_fault_of_a_page_shows_a_number_and_the_log_has_the_detail(server: Served) -> None:
    with visit(server, ALPHA).tab("essai") as tab:
        tab.run()
        drawn = tab.click("Panne")
        tab.run()
        refusal = tab.click("Refus")
    reference = drawn.split("Référence à transmettre à votre Caf\u202f: ")[1][:15]
    for secret in ("mot-de-passe", "Traceback", "RuntimeError", "essai_page.py"):
        assert secret not in drawn
    detail = (server.folder.etat / "journal-erreurs.log").read_text(encoding="utf-8")
    assert reference in detail
    assert "RuntimeError: mot-de-passe-de-la-base" in detail
    assert "Rien n'a encore été publié" in refusal.replace("\\", "")


def test_a_tab_is_not_told_where_the_program_is(server: Served) -> None:
    with visit(server, AGENT).tab("comptes") as tab:
        drawn = tab.run()
    assert str(PROJECT_ROOT) not in drawn
    assert str(server.folder.root) not in drawn
    assert 'main_script_path: "script"' in drawn
