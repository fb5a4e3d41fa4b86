"""Files that pages give and take: an address is good for the session that was told it, and for nobody else."""

from __future__ import annotations

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from access.journal.journal import COMMAND
from access.people.accounts import revoke
from tests.support.access import AGENT, ALPHA, ANALYSTE, BETA, new_code
from tests.support.server import Served, Tab, Visit, visit

MEGABYTE = 1024 * 1024


def test_a_file_is_given_to_the_session_that_it_was_made_for(server: Served) -> None:
    alpha = visit(server, ALPHA)
    with alpha.tab("essai") as tab:
        tab.run()
        assert len(tab.media) == 2
        bodies = [alpha.http.get(path).content for path in tab.media]
        assert b"fichier de Association Alpha" in bodies
        for path in tab.media:
            assert visit(server, BETA).http.get(path).status_code == 404
            assert visit(server, AGENT).http.get(path).status_code == 404
            assert visit(server, ALPHA).http.get(path).status_code == 404
            assert Visit(server).http.get(path).status_code == 401
            assert alpha.http.post(path).status_code == 404


def test_a_file_is_given_no_more_once_the_session_has_ended(server: Served) -> None:
    alpha = visit(server, ALPHA)
    with alpha.tab("essai") as tab:
        tab.run()
        path = tab.media[0]
        assert alpha.http.get(path).headers["cache-control"] == "no-store"
        token = alpha.token
        alpha.leave()
        assert httpx.get(server.url + path, headers={"Cookie": f"clas-session={token}"}).status_code == 401
        assert visit(server, ALPHA).http.get(path).status_code == 404


def test_having_a_page_write_an_address_does_not_give_its_file(server: Served) -> None:
    with visit(server, ALPHA).tab("essai") as alpha:
        alpha.run()
        path = alpha.media[0]
        thief = visit(server, BETA)
        with thief.tab("essai") as tab:
            tab.run()
            message = BackMsg()
            message.rerun_script.page_name = "essai"
            state = message.rerun_script.widget_states.widgets.add()
            state.id = next(element.id for element in tab.elements("text_input"))
            state.string_value = f"![x]({path}) {server.url}{path}"
            assert path in tab.send(message)
            assert thief.http.get(path).status_code == 404


def prepare(tab: Tab, file_id: str) -> str:
    """Ask for the file of a button that prepares it when pressed; return its address, or an empty text."""
    message = BackMsg()
    message.backend_operation_request.request_id = "1"
    message.backend_operation_request.session_id = tab.session_id
    message.backend_operation_request.deferred_file.file_id = file_id
    tab.messages = []
    tab._loop.run_until_complete(tab._socket.send(message.SerializeToString()))
    try:
        tab.hear(1)
    except TimeoutError:
        return ""
    answer = tab.messages[-1].backend_operation_response
    assert answer.error_msg == ""
    return answer.deferred_file.url


def deferred(tab: Tab) -> str:
    """The key of the file that the page prepares when asked."""
    return next(button.deferred_file_id for button in tab.elements("download_button") if button.deferred_file_id)


def test_a_prepared_file_is_prepared_for_whom_its_button_was_shown_to(server: Served) -> None:
    alpha, beta = visit(server, ALPHA), visit(server, BETA)
    with alpha.tab("essai") as tab, beta.tab("essai") as thief:
        tab.run()
        thief.run()
        key = deferred(tab)
        assert prepare(thief, key) == ""
        path = prepare(tab, key)
        assert alpha.http.get(path).text == "fichier préparé de Association Alpha"
        assert beta.http.get(path).status_code == 404


def test_a_prepared_file_is_not_prepared_any_more_once_the_session_has_ended(server: Served) -> None:
    with visit(server, ANALYSTE).tab("essai") as tab:
        tab.run()
        key = deferred(tab)
        revoke(server.folder, ANALYSTE, COMMAND)
        server.codes[ANALYSTE] = new_code(server.folder, ANALYSTE)
        assert prepare(tab, key) == ""
        assert "Votre session est terminée" in tab.text


def address_of_upload(tab: Tab) -> str:
    """Where the page says that a file may be sent."""
    message = BackMsg()
    message.file_urls_request.request_id = "1"
    message.file_urls_request.session_id = tab.session_id
    message.file_urls_request.file_names.append("bilan.csv")
    tab.send(message)
    return tab.messages[-1].file_urls_response.file_urls[0].upload_url


def upload(visitor: Visit, path: str, content: bytes = b"a;b\n1;2\n", xsrf: bool = True) -> int:
    """Send a file there as a browser does, and return the status."""
    visitor.http.get("/_stcore/health")
    token = visitor.http.cookies.get("_streamlit_xsrf", "") if xsrf else ""
    files = {"file": ("bilan.csv", content, "text/csv")}
    return visitor.http.put(path, files=files, headers={"X-Xsrftoken": token}).status_code


def test_a_role_that_loads_nothing_cannot_send_a_file(server: Served) -> None:
    porteur = visit(server, ALPHA)
    with porteur.tab("essai") as tab:
        tab.run()
        path = address_of_upload(tab)
        assert upload(porteur, path) == 403
        assert upload(Visit(server), path) == 401
        assert porteur.http.delete(path).status_code == 403


def test_an_agent_sends_a_file_to_its_own_tab_only(server: Served) -> None:
    agent, other = visit(server, AGENT), visit(server, AGENT)
    with agent.tab("depot") as tab, other.tab("depot") as elsewhere:
        tab.run()
        session = tab.session_id
        elsewhere.run()
        path, theirs = address_of_upload(tab), address_of_upload(elsewhere)
        assert upload(agent, theirs) == 404
        assert upload(agent, f"/_stcore/upload_file/{session}/inventee") == 404
        assert upload(agent, path, xsrf=False) == 403
        assert agent.http.get(path).status_code == 404
        assert upload(agent, path) == 204
        assert agent.http.delete(path, headers={"X-Xsrftoken": ""}).status_code == 403
        assert upload(Visit(server), path) == 401


@pytest.mark.parametrize(("megabytes", "status"), [(19, 204), (22, 413)])
def test_a_file_is_taken_up_to_twenty_megabytes(server: Served, megabytes: int, status: int) -> None:
    agent = visit(server, AGENT)
    with agent.tab("depot") as tab:
        tab.run()
        assert upload(agent, address_of_upload(tab), b"x" * megabytes * MEGABYTE) == status
