"""The settings -> under which names the dashboard answers, and whether what it says travels encrypted."""

from __future__ import annotations

from urllib.parse import urlsplit

from socle.settings import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_behind_proxy(settings: Settings) -> bool:
    """Return whether a reverse proxy serves it over https, as the setting `url` says; otherwise, this machine alone."""
    return bool(settings.url)


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Return the names under which it answers: any other is a page that borrows the visitor's browser."""
    named = urlsplit(settings.url).hostname
    return frozenset({named}) if named else LOOPBACK


def is_allowed(host: str | None, settings: Settings) -> bool:
    """Return whether a Host header names this dashboard."""
    return _hostname(host) in allowed_hosts(settings)


def is_same_origin(origin: str | None, host: str | None) -> bool:
    """Return whether an Origin header is that of a page of this dashboard."""
    return bool(origin and host) and urlsplit(origin or "").netloc.lower() == (host or "").lower()


def _hostname(host: str | None) -> str | None:
    try:
        parts = urlsplit(f"//{host or ''}")
        plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
        return parts.hostname if plain and (parts.port is None or parts.port) else None
    except ValueError:
        return None
