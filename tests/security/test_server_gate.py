"""What the server answers to whom: nothing without a session, the pages of one's role with one, no other address."""

from __future__ import annotations

import re

import httpx
import pytest

from access.journal.journal import COMMAND
from access.people.accounts import account, change, revoke
from access.store import writing
from dashboard.visit.navigation import PAGES
from tests.support.access import AGENT, ALPHA, ANALYSTE, BETA, COMITE, new_code
from tests.support.server import SESSION, Served, Tab, Visit, refused, visit

STREAMLIT = (
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/interact",
    "/_stcore/agent/mcp",
    "/_stcore/bidi-components/x/y.js",
    "/component/x/index.html",
    "/media/0123456789abcdef.png",
    "/static/js/index.js",
    "/app/static/x.txt",
    "/manifest.json",
    "/index.html",
    "/auth/login",
    "/oauth2callback",
)
NOWHERE = (
    "/inconnue",
    "/comptes/",
    "/comptes/autre",
    "/Comptes",
    "/pages/comptes",
    "/%2e%2e/etc/passwd",
    "/clas.css/x",
)
NEVER_SERVED = tuple(path for path in STREAMLIT if not re.match(r"/_stcore/(health|host-config|bidi)", path))


@pytest.mark.parametrize("path", [entry.path for entry in PAGES])
def test_without_a_session_a_page_sends_to_identification_and_back(server: Served, path: str) -> None:
    answer = visit(server).http.get(f"/{path}?annee=2019-2020&x=%26")
    assert answer.status_code == 303
    assert answer.text == ""
    location = httpx.URL(answer.headers["location"])
    assert location.path == "/identification"
    assert location.params["suite"] == f"/{path}?annee=2019-2020&x=%26"


@pytest.mark.parametrize("path", [*STREAMLIT, *NOWHERE, "//autre.example", "/_stcore/stream"])
def test_without_a_session_nothing_else_is_answered(server: Served, path: str) -> None:
    anonymous = visit(server).http
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
        assert anonymous.request(method, f"{server.url}{path}").status_code == 401


def test_without_a_session_five_addresses_answer(server: Served) -> None:
    anonymous = visit(server).http
    assert anonymous.get("/healthz").text == "ok"
    assert anonymous.get("/clas.css").headers["content-type"].startswith("text/css")
    assert anonymous.get("/favicon.png").headers["content-type"] == "image/png"
    assert anonymous.get("/identification").status_code == 200
    assert anonymous.get("/deconnexion").headers["location"] == "/identification"
    for path in ("/healthz", "/clas.css", "/identification", "/deconnexion"):
        assert anonymous.put(path).status_code == 405


@pytest.mark.parametrize("token", [None, "", "x", "0" * 43, "' or 1=1 --", "../../etc/passwd"])
def test_a_token_that_opens_no_session_gets_neither_page_nor_websocket(server: Served, token: str | None) -> None:
    headers = {"Cookie": f"{SESSION}={token}"} if token is not None else {}
    assert httpx.get(f"{server.url}/_stcore/health", headers=headers).status_code == 401
    assert refused(Tab(server, token)) == 403


def test_a_cookie_given_twice_is_believed_in_neither_place(server: Served) -> None:
    token = visit(server, AGENT).token
    for cookies in (f"{SESSION}={token}; {SESSION}={token}", f"{SESSION}=x; {SESSION}={token}"):
        assert httpx.get(f"{server.url}/_stcore/health", headers={"Cookie": cookies}).status_code == 401


@pytest.mark.parametrize("who", [AGENT, COMITE, ANALYSTE, ALPHA])
def test_each_role_opens_its_pages_and_no_other(server: Served, who: str) -> None:
    visitor = visit(server, who)
    role = account(server.folder, who).role
    for page in PAGES:
        answer = visitor.http.get(f"/{page.path}")
        assert answer.status_code == (200 if role in page.roles else 403)
        assert ("window.prerenderReady" in answer.text) == (role in page.roles)


@pytest.mark.parametrize("path", [*NEVER_SERVED, *NOWHERE])
def test_even_with_a_session_the_rest_does_not_exist(server: Served, path: str) -> None:
    answer = visit(server, AGENT).http.get(path)
    assert answer.status_code == 404
    assert "Page introuvable" in answer.text


def test_with_a_session_streamlit_s_own_files_are_served(server: Served) -> None:
    visitor = visit(server, ALPHA).http
    scripts = re.findall(r'src="\.(/static/js/[^"]+)"', visitor.get("/").text)
    assert scripts
    assert visitor.get(scripts[0]).headers["content-type"].endswith("/javascript")
    assert visitor.get("/_stcore/health").text == "ok"
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert visitor.request(method, "/_stcore/health").status_code == 405
        assert visitor.request(method, "/").status_code == 405


@pytest.mark.parametrize("host", ["autre.example", "127.0.0.1.autre.example", "autre.example:8501", "a@127.0.0.1", ""])
def test_under_another_name_nothing_answers(server: Served, host: str) -> None:
    token = visit(server, AGENT).token
    answer = httpx.get(f"{server.url}/identification", headers={"Host": host, "Cookie": f"{SESSION}={token}"})
    assert answer.status_code == 400
    assert "Identifiant" not in answer.text
    if host and "@" not in host:
        assert refused(Tab(server, token, host=host, origin=f"http://{host}")) == 403


@pytest.mark.parametrize("origin", [None, "http://autre.example", "null", "http://127.0.0.1:1", "https://localhost"])
def test_a_websocket_opened_by_another_site_is_refused(server: Served, origin: str | None) -> None:
    assert refused(Tab(server, visit(server, AGENT).token, origin=origin)) == 403


def test_a_session_that_was_closed_cannot_be_replayed(server: Served) -> None:
    visitor = visit(server, AGENT)
    token = visitor.token
    assert visitor.leave().headers["location"] == "/identification?fin=deconnexion"
    assert visitor.token is None
    assert httpx.get(f"{server.url}/comptes", headers={"Cookie": f"{SESSION}={token}"}).status_code == 303
    assert httpx.get(f"{server.url}/_stcore/health", headers={"Cookie": f"{SESSION}={token}"}).status_code == 401
    assert refused(Tab(server, token)) == 403


@pytest.mark.parametrize("gesture", ["revoque", "autre role", "autre territoire", "autre code", "oisive", "vieille"])
def test_a_session_ends_at_once_for_every_request(server: Served, gesture: str) -> None:
    visitor = visit(server, COMITE)
    assert visitor.http.get("/_stcore/health").status_code == 200
    end_session(server, COMITE, gesture)
    assert visitor.http.get("/_stcore/health").status_code == 401
    assert visitor.http.get("/").status_code == 303
    assert refused(visitor.tab()) == 403


def end_session(server: Served, who: str, gesture: str) -> None:
    """End the sessions of an account in one of the ways there are, then give it back what it needs to come again."""
    number = account(server.folder, who).id
    if gesture == "revoque":
        revoke(server.folder, who, COMMAND)
    elif gesture == "autre role":
        change(server.folder, who, COMMAND, role="analyste")
        change(server.folder, who, COMMAND, role="comite")
    elif gesture == "autre territoire":
        change(server.folder, who, COMMAND, territoire="83")
        change(server.folder, who, COMMAND, territoire="45")
    elif gesture in ("oisive", "vieille"):
        column, seconds = ("vue_a", 31 * 60) if gesture == "oisive" else ("ouverte_a", 8 * 3600 + 1)
        with writing(server.folder) as connection:
            connection.execute(f"update session set {column} = {column} - {seconds} where compte = {number}")
    if gesture in ("revoque", "autre code"):
        server.codes[who] = new_code(server.folder, who)


def test_one_browser_does_not_open_what_another_one_opened(server: Served) -> None:
    agent, porteur = visit(server, AGENT), visit(server, BETA)
    assert agent.http.get("/comptes").status_code == 200
    assert porteur.http.get("/comptes").status_code == 403
    assert Visit(server).http.get("/comptes").status_code == 303
