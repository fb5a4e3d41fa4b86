"""Someone in front of a screen: what their browser shows, what it fetched, what it complained of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from tests.support.server import Served

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@dataclass
class Screen:
    """A page of a browser, and what went on in it."""

    page: Page
    server: Served
    outside: list[str] = field(default_factory=list)
    """Addresses fetched from anywhere but the server."""
    complaints: list[str] = field(default_factory=list)
    """Errors of the console, but for the two that Streamlit makes of each deep link (404 of _stcore under the page)."""

    def identify(self, identifiant: str, path: str = "/", title: str | None = None) -> None:
        """Open a page, fill the form in, and wait for the page asked for."""
        self.page.goto(self.server.url + path)
        self.page.fill("#identifiant", identifiant)
        self.page.fill("#code", self.server.codes[identifiant])
        self.page.click("button")
        self.shows(title or "Bilan annuel du Clas")
        self.drawn()

    def open(self, path: str, title: str) -> None:
        """Go to a page, and wait for it to be drawn."""
        self.page.goto(self.server.url + path)
        self.shows(title)
        self.drawn()

    def shows(self, title: str) -> None:
        """Wait for that title."""
        self.page.get_by_role("heading", level=1, name=title).wait_for()

    def drawn(self) -> None:
        """Wait until the page is no longer being drawn."""
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()

    @property
    def text(self) -> str:
        """What is written on the page, with ordinary spaces."""
        return self.page.inner_text("body").replace("\u202f", " ")


@contextmanager
def screen(browser: Browser, server: Served, **options: object) -> Iterator[Screen]:
    """A new browser, its cookies empty."""
    context = browser.new_context(locale="fr-FR", **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    seen = Screen(page, server)
    page.on("request", lambda request: seen.outside.append(request.url) if _is_outside(request.url, server) else None)
    page.on("console", lambda said: seen.complaints.append(said.text) if said.type == "error" else None)
    try:
        yield seen
    finally:
        context.close()


def _is_outside(url: str, server: Served) -> bool:
    here = (server.url, server.url.replace("http", "ws"), "data:", f"blob:{server.url}")
    return not url.startswith(here)
