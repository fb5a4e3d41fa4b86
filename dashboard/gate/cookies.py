"""The two cookies: the session's token, and the secret of whoever has no session yet."""

from __future__ import annotations

from access.entry.sessions import ABSOLUTE
from dashboard.gate.hosts import is_behind_proxy
from socle.settings import Settings


def session_cookie(settings: Settings) -> str:
    """Return the name of the session's cookie; `__Host-` binds it to this very host, and needs https."""
    return _named("clas-session", settings)


def form_cookie(settings: Settings) -> str:
    """Return the name of the cookie that the identification form answers to."""
    return _named("clas-formulaire", settings)


def set_cookie(name: str, value: str, settings: Settings, seconds: int = ABSOLUTE) -> str:
    """Return the Set-Cookie header: no script reads it, no other site sends it along with a form."""
    secure = "; Secure" if is_behind_proxy(settings) else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def drop_cookie(name: str, settings: Settings) -> str:
    """Return the Set-Cookie header that takes it away."""
    return set_cookie(name, "", settings, 0)


def read_cookie(header: str, name: str) -> str | None:
    """Return a cookie of a Cookie header; None when it is not there, or there twice: one of the two is not ours."""
    values = []
    for pair in header.split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            values.append(value)
    return values[0] if len(values) == 1 else None


def _named(name: str, settings: Settings) -> str:
    return f"__Host-{name}" if is_behind_proxy(settings) else name
