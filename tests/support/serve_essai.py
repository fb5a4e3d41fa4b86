"""The real server of a data folder, on that port, with the page of tests/support/essai_page.py; a child runs it."""

from __future__ import annotations

import sys

from dashboard.visit import navigation
from dashboard.visit.navigation import AGENT, EVERYONE, WELCOME, PageEntry
from tests.support import essai_page

ESSAI = PageEntry("essai", "Essai", EVERYONE, "essai", WELCOME)
DEPOT = PageEntry("depot", "Dépôt", frozenset({AGENT}), "essai", WELCOME, uploads=True)


def main(port: str) -> None:
    """Serve the data folder that CLAS_DATA names, until killed."""
    from dashboard.server.listen import listen
    from dashboard.server.server import serve
    from socle.settings import load_settings

    sys.modules["dashboard.pages.essai"] = essai_page
    navigation.PAGES = (*navigation.PAGES, ESSAI, DEPOT)
    with listen(int(port)) as bound:
        serve(load_settings(), bound)


if __name__ == "__main__":
    main(*sys.argv[1:])
