"""The identification form over http: what it takes, what it refuses, what it leaves behind."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx
import pytest

from access.journal.journal import entries
from access.people.accounts import account
from access.people.codes import new_code
from tests.support.access import AGENT, ALPHA, ANALYSTE, BETA, COMITE
from tests.support.server import SESSION, Served, Visit, visit


def set_cookies(answer: httpx.Response) -> dict[str, str]:
    """{name of the cookie: its header}."""
    return {header.split("=")[0]: header for header in answer.headers.get_list("set-cookie")}


def test_the_form_is_plain_french_html_that_needs_no_script(server: Served) -> None:
    page = visit(server).http.get("/identification").text
    assert '<html lang="fr">' in page
    assert "<script" not in page
    assert page.count("<label ") == 2
    for expected in ("Données fictives", "Vos données personnelles", "cnil.fr", "l&#39;agent de votre Caf"):
        assert expected in page


def test_the_right_code_opens_a_session_in_a_cookie_that_no_script_reads(server: Served) -> None:
    answer = visit(server).identify(AGENT)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = set_cookies(answer)[SESSION]
    for attribute in ("; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age=28800"):
        assert attribute in cookie
    assert "Domain" not in cookie


def test_a_session_is_new_each_time_and_the_one_before_it_ends(server: Served) -> None:
    visitor = visit(server, AGENT)
    first = visitor.token
    visitor.http.cookies.set(SESSION, first or "", domain="127.0.0.1", path="/")
    forged = httpx.get(f"{server.url}/identification", headers={"Cookie": f"{SESSION}=choisi-par-un-autre"})
    assert SESSION not in set_cookies(forged)
    form = re.search(r'name="jeton" value="(\w+)"', forged.text)
    other = dict(pair.split(";")[0].split("=", 1) for pair in forged.headers.get_list("set-cookie"))
    data = {"jeton": form[1] if form else "", "identifiant": AGENT, "code": server.codes[AGENT]}
    cookies = f"{SESSION}={first}; clas-formulaire={other['clas-formulaire']}"
    answer = httpx.post(f"{server.url}/identification", data=data, headers={"Cookie": cookies})
    second = set_cookies(answer)[SESSION].split(";")[0].split("=", 1)[1]
    assert second != first
    for token, status in ((first, 401), (second, 200), ("choisi-par-un-autre", 401)):
        answer = httpx.get(f"{server.url}/_stcore/health", headers={"Cookie": f"{SESSION}={token}"})
        assert answer.status_code == status


def test_the_code_of_another_a_slip_and_nobody_are_told_so_without_a_session(server: Served) -> None:
    visitor = Visit(server)
    wrong = visitor.identify(AGENT, server.codes[ALPHA])
    slip = visitor.identify(AGENT, server.codes[AGENT][:-1])
    nobody = visitor.identify("personne@caf.example", server.codes[AGENT])
    assert [one.status_code for one in (wrong, slip, nobody)] == [401, 401, 401]
    assert "ne vont pas ensemble" in wrong.text
    assert "erreur de frappe" in slip.text
    told = [re.search(r'role="alert">(.*?)</div>', one.text, re.DOTALL) for one in (wrong, nobody)]
    assert told[0] is not None
    assert told[1] is not None
    assert told[0][1] == told[1][1]
    assert visitor.token is None


def test_what_was_typed_comes_back_as_text_and_the_code_does_not(server: Served) -> None:
    typed = '"><script>alert(1)</script>'
    page = visit(server).identify(typed, server.codes[COMITE]).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert server.codes[COMITE] not in page


@pytest.mark.parametrize("who", [BETA, "inconnu@caf.example"])
def test_ten_wrong_codes_lock_and_then_even_the_right_one_is_refused(server: Served, who: str) -> None:
    visitor = Visit(server)
    answers = [visitor.identify(who, new_code()) for _ in range(10)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 5
    assert re.search(r"attendez jusqu&#39;à \d\d h \d\d", answers[-1].text)
    assert visitor.identify(who, server.codes.get(who, new_code())).status_code == 429
    assert Visit(server).identify(AGENT).status_code == 303


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"jeton": ""}, {}),
        ({"jeton": "0" * 64}, {}),
        ({}, {"Origin": "http://autre.example"}),
        ({}, {"Origin": "null"}),
    ],
)
def test_a_form_of_another_site_is_refused(server: Served, fields: dict[str, str], headers: dict[str, str]) -> None:
    visitor = Visit(server)
    visitor.http.headers.update(headers)
    answer = visitor.identify(COMITE, **fields)
    assert answer.status_code == 403
    assert visitor.token is None
    visitor.http.headers.pop("Origin", None)
    assert visitor.identify(COMITE).status_code == 303


def test_a_form_shown_to_someone_else_is_refused(server: Served) -> None:
    theirs = re.search(r'name="jeton" value="(\w+)"', visit(server).http.get("/identification").text)
    assert theirs is not None
    assert visit(server).identify(COMITE, jeton=theirs[1]).status_code == 403


@pytest.mark.parametrize("how", ["json", "query", "multipart", "long"])
def test_a_form_sent_otherwise_opens_nothing(server: Served, how: str) -> None:
    visitor = Visit(server)
    form = re.search(r'name="jeton" value="(\w+)"', visitor.http.get("/identification").text)
    assert form is not None
    data = {"jeton": form[1], "identifiant": COMITE, "code": server.codes[COMITE]}
    post = visitor.http.post
    answer = {
        "json": lambda: post("/identification", json=data),
        "query": lambda: post("/identification", params=data),
        "multipart": lambda: post("/identification", files={name: (None, value) for name, value in data.items()}),
        "long": lambda: post("/identification", data=data | {"suite": "/" + "x" * 5000}),
    }[how]()
    assert answer.status_code == 403
    assert visitor.token is None


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/glossaire", "/glossaire"),
        ("/?annee=2019-2020", "/?annee=2019-2020"),
        ("/comptes", "/"),
        ("/inconnue", "/"),
        ("https://autre.example/glossaire", "/"),
        ("//autre.example/glossaire", "/"),
        ("/\\autre.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/glossaire\r\nSet-Cookie: x=y", "/"),
        ("", "/"),
    ],
)
def test_after_identification_one_goes_where_one_asked_never_elsewhere(
    server: Served, asked: str, reached: str
) -> None:
    answer = visit(server).identify(ANALYSTE, suite=asked)
    assert (answer.status_code, answer.headers["location"]) == (303, reached)
    assert "x" not in set_cookies(answer)


def test_whoever_is_identified_does_not_see_the_form_again(server: Served) -> None:
    answer = visit(server, AGENT).http.get("/identification?suite=/comptes")
    assert (answer.status_code, answer.headers["location"]) == (303, "/comptes")


def test_leaving_asks_first_closes_the_session_and_empties_the_browser(server: Served) -> None:
    visitor = visit(server, AGENT)
    asked = visitor.http.get("/deconnexion")
    assert asked.status_code == 200
    assert "Agent Caf" in asked.text
    assert visitor.http.get("/_stcore/health").status_code == 200
    answer = visitor.leave()
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert "Max-Age=0" in set_cookies(answer)[SESSION]
    assert "Votre session est fermée." in visitor.http.get(answer.headers["location"]).text


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://autre.example"}])
def test_another_site_cannot_make_anyone_leave(server: Served, headers: dict[str, str]) -> None:
    visitor = visit(server, AGENT)
    answer = visitor.http.post("/deconnexion", data={"jeton": "0" * 64}, headers=headers)
    assert urlsplit(answer.headers["location"]).path == "/deconnexion"
    assert visitor.http.get("/_stcore/health").status_code == 200


def test_the_journal_has_who_came_and_left_and_no_log_has_a_code_or_a_token(server: Served) -> None:
    visitor = visit(server, ANALYSTE)
    token = visitor.token
    visitor.leave()
    told = [entry.action for entry in entries(server.folder, compte=account(server.folder, ANALYSTE).id)]
    assert told[:2] == ["deconnexion", "identification"]
    kept = server.log.read_bytes() + b"".join(
        path.read_bytes() for path in server.folder.etat.rglob("*") if path.is_file()
    )
    secrets = list(server.codes.values()) + [code.replace("-", "") for code in server.codes.values()]
    assert token is not None
    assert [one for one in [*secrets, token] if one.encode() in kept] == []
