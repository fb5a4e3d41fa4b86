"""What every answer carries, here and behind a reverse proxy; nothing that is served leads outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from access.entry.throttle import OF_AN_ADDRESS
from access.people.codes import new_code
from socle.paths import DataFolder
from tests.support.access import AGENT, make_accounts
from tests.support.builds import publish_hand_made
from tests.support.server import Served, Tab, refused, served, visit

HOST = "clas.caf.example"
SHOWN = (
    "/identification",
    "/deconnexion",
    "/",
    "/inconnue",
    "/comptes",
    "/media/x.png",
    "/_stcore/health",
    "/clas.css",
)


def directives(answer: httpx.Response) -> dict[str, set[str]]:
    """{directive: values} of the Content-Security-Policy."""
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {name: set(values) for name, *values in parts}


@pytest.mark.parametrize("path", SHOWN)
@pytest.mark.parametrize("who", [None, AGENT])
def test_every_answer_carries_the_security_headers(server: Served, path: str, who: str | None) -> None:
    answer = visit(server, who).http.get(path)
    rules = directives(answer)
    assert rules["default-src"] == {"'none'"}
    assert rules["frame-ancestors"] == rules["base-uri"] == {"'none'"}
    allowed = set.union(*rules.values())
    assert not [value for value in allowed if "//" in value or value in ("*", "https:", "http:", "ws:", "wss:")]
    assert {value for value in rules["script-src"] if value != "'self'" and not value.startswith("'sha256-")} == set()
    assert rules["img-src"] == {"'self'", "data:", "blob:"}
    assert rules["connect-src"] == rules["form-action"] == {"'self'"}
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    expected = "public, max-age=3600" if path == "/clas.css" else "no-store"
    assert answer.headers["cache-control"] == expected


@pytest.mark.parametrize("path", ["/identification", "/", "/inconnue", "/clas.css"])
def test_what_is_served_names_no_other_site(server: Served, path: str) -> None:
    for who in (None, AGENT):
        text = visit(server, who).http.get(path, follow_redirects=True).text
        fetched = re.findall(r"""(?:src|href|action|srcset|poster)\s*=\s*["']?([^"'\s>]+)|url\(([^)]*)\)""", text)
        addresses = [one or other for one, other in fetched]
        assert [one for one in addresses if re.match(r"(?:\w+:)?//", one)] == []
        assert "@import" not in text


def test_the_page_is_french_and_speaks_of_no_agent_api(server: Served) -> None:
    page = visit(server, AGENT).http.get("/comptes", headers={"Accept-Encoding": "gzip"}).text
    assert '<html lang="fr">' in page
    assert "<title>Bilan du Clas</title>" in page
    assert "Autorisez-le pour ce site" in page
    for english in ("You need to enable JavaScript", "_stcore/agent", "AI agents", 'lang="en"'):
        assert english not in page


def test_nobody_else_may_read_an_answer(server: Served) -> None:
    answer = visit(server, AGENT).http.get("/_stcore/host-config", headers={"Origin": "http://autre.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.json()["allowedOrigins"] == []


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that says it is behind https://clas.caf.example."""
    root: Path = tmp_path_factory.mktemp("mandataire")
    folder = DataFolder(root / "data")
    publish_hand_made(folder)
    codes = make_accounts(folder)
    environ = {"CLAS_URL": f"https://{HOST}", "CLAS_CAF": "Caf du Loiret", "CLAS_COURRIEL": "clas@caf.example"}
    with served(folder, codes, root / "serveur.log", **environ) as running:
        yield running


def through_proxy(server: Served, address: str = "203.0.113.7") -> httpx.Client:
    """What a reverse proxy on this machine sends on."""
    headers = {"Host": HOST, "X-Forwarded-For": address, "X-Forwarded-Proto": "https", "Origin": f"https://{HOST}"}
    return httpx.Client(base_url=server.url, headers=headers, verify=False)


def identify(client: httpx.Client, code: str, who: str = AGENT) -> httpx.Response:
    """Fill the form in; the cookies are sent by hand, since this client speaks http."""
    form = client.get("/identification")
    token = re.search(r'name="jeton" value="(\w+)"', form.text)
    assert token is not None
    cookie = form.headers["set-cookie"].split(";")[0]
    data = {"jeton": token[1], "identifiant": who, "code": code}
    return client.post("/identification", data=data, headers={"Cookie": cookie})


def test_behind_a_proxy_cookies_are_bound_to_the_host_and_to_https(proxied: Served) -> None:
    client = through_proxy(proxied)
    answer = identify(client, proxied.codes[AGENT])
    assert answer.status_code == 303
    cookies = answer.headers.get_list("set-cookie")
    assert [one.split("=")[0] for one in cookies] == ["__Host-clas-session", "__Host-clas-formulaire"]
    for cookie in cookies:
        assert "; Secure" in cookie
        assert "; Path=/" in cookie
        assert "Domain" not in cookie
    session = cookies[0].split(";")[0]
    health = client.get("/_stcore/health", headers={"Cookie": session})
    assert health.status_code == 200
    assert health.headers["set-cookie"].endswith("; Secure")
    assert health.headers["strict-transport-security"].startswith("max-age=31536000")
    assert client.get("/", headers={"Cookie": session}).status_code == 200


def test_behind_a_proxy_a_tab_opens_under_the_public_name(proxied: Served) -> None:
    session = identify(through_proxy(proxied), proxied.codes[AGENT]).headers["set-cookie"].split(";")[0]
    token = session.split("=", 1)[1]
    good = Tab(proxied, token, "essai", host=HOST, origin=f"https://{HOST}", cookie="__Host-clas-session")
    with good as tab:
        assert "Page de Agent Caf" in tab.run()
    assert refused(Tab(proxied, token, host=HOST, origin=f"https://{HOST}")) == 403  # the name of the cookie over http
    assert (
        refused(Tab(proxied, token, host="127.0.0.1", origin="http://127.0.0.1", cookie="__Host-clas-session")) == 403
    )


def test_behind_a_proxy_this_machine_s_own_names_do_not_answer(proxied: Served) -> None:
    assert httpx.get(f"{proxied.url}/identification").status_code == 400
    assert through_proxy(proxied).get("/identification").status_code == 200


def test_behind_a_proxy_the_address_counted_is_the_visitor_s(proxied: Served) -> None:
    for number in range(OF_AN_ADDRESS):
        assert identify(through_proxy(proxied, "203.0.113.66"), new_code(), f"x{number}@caf.example").status_code == 401
    assert identify(through_proxy(proxied, "203.0.113.66"), proxied.codes[AGENT]).status_code == 429
    assert identify(through_proxy(proxied, "203.0.113.67"), proxied.codes[AGENT]).status_code == 303


def test_without_a_proxy_nobody_chooses_the_address_that_is_counted(server: Served) -> None:
    for number in range(OF_AN_ADDRESS + 1):
        visitor = visit(server)
        visitor.http.headers["X-Forwarded-For"] = f"203.0.113.{number}"
        last = visitor.identify(f"x{number}@caf.example", new_code())
    assert last.status_code == 429


def test_the_contact_of_the_caf_is_on_the_form(proxied: Served) -> None:
    page = through_proxy(proxied).get("/identification").text
    assert "Adressez-vous à Caf du Loiret, clas@caf.example." in page
