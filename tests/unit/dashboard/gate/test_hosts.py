"""Under which names the dashboard answers, and which cookies it believes."""

from __future__ import annotations

import pytest

from dashboard.gate.cookies import drop_cookie, form_cookie, read_cookie, session_cookie, set_cookie
from dashboard.gate.hosts import allowed_hosts, is_allowed, is_same_origin
from socle.settings import Settings

HERE, PUBLIC = Settings(), Settings(url="https://clas.caf.example")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8501", "localhost:80", "LOCALHOST", "[::1]:8501"])
def test_this_machine_answers_under_its_own_names(host: str) -> None:
    assert is_allowed(host, HERE)
    assert not is_allowed(host, PUBLIC)


@pytest.mark.parametrize("host", ["clas.caf.example", "CLAS.caf.example:443"])
def test_behind_a_proxy_it_answers_under_the_public_name(host: str) -> None:
    assert is_allowed(host, PUBLIC)
    assert not is_allowed(host, HERE)
    assert allowed_hosts(PUBLIC) == {"clas.caf.example"}


@pytest.mark.parametrize(
    "host",
    [None, "", "127.0.0.1.x", "x127.0.0.1", "a@127.0.0.1", "127.0.0.1/x", "127.0.0.1?x", "127.0.0.1:x", "127.0.0.1:0",
     "[::1", "127.0.0.1:99999", "127.0.0.1#x"],
)  # fmt: skip
def test_a_name_that_only_looks_like_ours_is_refused(host: str | None) -> None:
    assert not is_allowed(host, HERE)


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://127.0.0.1:8501", "127.0.0.1:8501", True),
        ("https://clas.caf.example", "clas.caf.example", True),
        ("https://CLAS.caf.example", "clas.CAF.example", True),
        ("http://127.0.0.1:8502", "127.0.0.1:8501", False),
        ("http://autre.example", "127.0.0.1:8501", False),
        ("null", "127.0.0.1:8501", False),
        ("", "127.0.0.1:8501", False),
        (None, "127.0.0.1:8501", False),
        ("http://127.0.0.1:8501", None, False),
    ],
)
def test_an_origin_is_ours_when_it_is_the_host_asked_for(origin: str | None, host: str | None, same: bool) -> None:
    assert is_same_origin(origin, host) is same


def test_over_https_cookies_are_bound_to_the_host() -> None:
    assert (session_cookie(HERE), form_cookie(HERE)) == ("clas-session", "clas-formulaire")
    assert (session_cookie(PUBLIC), form_cookie(PUBLIC)) == ("__Host-clas-session", "__Host-clas-formulaire")
    assert set_cookie("x", "y", HERE) == "x=y; Path=/; Max-Age=28800; HttpOnly; SameSite=Lax"
    assert set_cookie("x", "y", PUBLIC).endswith("; HttpOnly; SameSite=Lax; Secure")
    assert drop_cookie("x", HERE).startswith("x=; Path=/; Max-Age=0")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("a=1", "1"),
        ("b=2; a=1", "1"),
        ("b=2;a=1;c=3", "1"),
        ("a=x=y", "x=y"),
        ("a=1; a=2", None),
        ("a=1; a=1", None),
        ("aa=1", None),
        ("", None),
        ("a", ""),
    ],
)
def test_a_cookie_is_read_when_it_is_there_once(header: str, value: str | None) -> None:
    assert read_cookie(header, "a") == value
