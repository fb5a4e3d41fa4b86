"""Visitors, and the pages of the dashboard drawn for them without a browser (AppTest)."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from access.people.identity import EVERYWHERE, Identity
from dashboard.visit.visitor import Visitor, visitor
from socle.paths import DataFolder


def visitor_of(
    folder: DataFolder, role: str = "agent", territoire: str = EVERYWHERE, porteur_id: str | None = None
) -> Visitor:
    """Someone of that role, without an account: the journal names them 1."""
    name = f"{role}@clas.example"
    return visitor(folder, Identity(1, name, f"{role} de test", role, territoire, porteur_id))


def open_page(module: str, who: Visitor, timeout: float = 20, **address: str) -> AppTest:
    """The page of dashboard/pages/<module>.py, drawn for that visitor; an exception in it is `.exception`.

    `address` is what follows the question mark: `annee="2019-2020"`.
    """

    def script(module: str, who: object) -> None:  # run apart: no name of this file is known there
        from dashboard.pages import draw
        from dashboard.visit.navigation import PAGES

        draw(next(page for page in PAGES if page.name == module), who)

    page = AppTest.from_function(script, default_timeout=timeout, kwargs={"module": module, "who": who})
    for name, value in address.items():
        page.query_params[name] = value
    return page.run()


def unmarked(text: object) -> str:
    """A text that was drawn, without what Streamlit's Markdown needs, and with ordinary spaces."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", str(text)).replace("\u202f", " ")
