"""The pages in a real browser: what the policy lets through, dialogs, files, and what axe-core finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Download
from playwright.sync_api import TimeoutError as Late

from access.people.accounts import account
from dashboard.visit.navigation import pages_of
from tests.support.access import AGENT, ALPHA, BETA
from tests.support.browser import Screen, screen
from tests.support.server import Served, visit

STREAMLIT_S_OWN = {"list", "listitem"}
"""Faults that axe-core finds in the menu that Streamlit draws: declared on the page Accessibilité."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def faults(seen: Screen) -> set[str]:
    """The rules of WCAG A and AA that the page does not keep."""
    found = Axe().run(seen.page, options={"runOnly": WCAG}).response["violations"]
    return {f"{one['id']} {one['nodes'][0]['html'][:80]}" for one in found if one["id"] not in STREAMLIT_S_OWN}


def deep_links(complaints: list[str]) -> list[str]:
    """What is left of the complaints once those that Streamlit makes of any deep link are out."""
    return [one for one in complaints if "404 (Not Found)" not in one]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_keep_wcag_but_for_what_is_declared(chromium: Browser, server: Served, scheme: str) -> None:
    with screen(chromium, server, color_scheme=scheme) as seen:
        seen.page.goto(server.url)
        assert faults(seen) == set()
        seen.identify(AGENT)
        for entry in pages_of("agent"):
            title = "Bilan annuel du Clas" if entry.module == "accueil" else entry.title
            seen.open(f"/{entry.path}", title)
            assert (entry.module, faults(seen)) == (entry.module, set())
            assert seen.page.title() == f"{entry.title} — Bilan du Clas"
            assert seen.page.evaluate("document.documentElement.lang") == "fr"
        assert seen.outside == []
        assert deep_links(seen.complaints) == []


def downloaded(seen: Screen, label: str) -> Download:
    """The file of that button; a click while the page is being drawn again may be lost, as for a person."""
    for _ in range(4):
        try:
            with seen.page.expect_download(timeout=15_000) as download:
                seen.page.get_by_role("button", name=label, exact=True).click()
            return download.value
        except Late:
            seen.drawn()
    raise AssertionError(f"{label}: nothing came")


def test_charts_tables_pictures_and_files_work_under_the_policy(
    chromium: Browser, server: Served, tmp_path: Path
) -> None:
    with screen(chromium, server) as seen:
        seen.identify(AGENT, "/depot", "Essai")
        seen.page.locator(".js-plotly-plot .bars").wait_for(state="attached")
        seen.drawn()
        assert seen.page.locator("img").evaluate("image => image.naturalWidth") == 8
        for label, content in (
            ("Fichier", "fichier de Agent Caf"),
            ("Fichier préparé", "fichier préparé de Agent Caf"),
        ):
            assert downloaded(seen, label).path().read_text(encoding="utf-8") == content
            seen.drawn()
        sent = tmp_path / "bilan.csv"
        sent.write_text("a;b\n1;2\n", encoding="utf-8")
        seen.page.set_input_files("input[type=file]", sent)
        seen.page.get_by_text("Reçu bilan.csv : 8 octets").wait_for()
        assert seen.outside == []
        assert deep_links(seen.complaints) == []


def test_an_agent_gives_a_new_code_and_revokes_each_after_a_question(chromium: Browser, server: Served) -> None:
    with screen(chromium, server) as seen:
        seen.identify(AGENT, "/comptes", "Comptes")
        choose(seen, BETA)
        seen.page.get_by_role("button", name="Donner un nouveau code").click()
        dialog = seen.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Donner le code").click()
        server.codes[BETA] = dialog.locator("code").inner_text()
        assert visit(server, BETA).token
        seen.open("/comptes", "Comptes")
        choose(seen, ALPHA)
        seen.page.get_by_role("button", name="Révoquer").click()
        assert account(server.folder, ALPHA).state == "actif"
        seen.page.get_by_role("dialog").get_by_role("button", name="Révoquer le compte").click()
        seen.page.get_by_role("dialog").wait_for(state="hidden")
        assert account(server.folder, ALPHA).state == "revoque"
        choose(seen, AGENT)
        seen.page.get_by_role("button", name="Révoquer").click()
        seen.page.get_by_role("dialog").get_by_role("button", name="Révoquer le compte").click()
        seen.page.get_by_text("C'est votre propre compte").wait_for()
        assert account(server.folder, AGENT).state == "actif"


def choose(seen: Screen, identifiant: str) -> None:
    """Pick an account in the list under « Agir sur un compte »."""
    box = seen.page.get_by_role("combobox", name="Compte", exact=True)
    box.click()
    box.fill(identifiant)
    seen.page.get_by_role("option", name=identifiant).click()
    seen.page.get_by_role("button", name="Donner un nouveau code").wait_for()


def test_letters_are_downloaded_and_open_a_session(chromium: Browser, server: Served) -> None:
    with screen(chromium, server) as seen:
        seen.identify(AGENT, "/comptes", "Comptes")
        seen.page.get_by_role("tab", name="Nouveau compte").click()
        seen.page.get_by_role("button", name="Créer un compte par porteur").click()
        seen.page.get_by_role("tab", name="Lettres").click()
        seen.page.get_by_role("combobox", name="Comptes", exact=True).fill(BETA)
        seen.page.get_by_role("option").first.click()
        seen.page.keyboard.press("Escape")
        with seen.page.expect_download() as download:
            seen.page.get_by_role("button", name="Télécharger 1 lettre (PDF)").click()
        assert download.value.path().read_bytes().startswith(b"%PDF-1.7")
        with seen.page.expect_download() as download:
            seen.page.get_by_role("button", name="Télécharger 1 lettre (HTML)").click()
        letter = seen.page.context.new_page()
        letter.set_content(download.value.path().read_text(encoding="utf-8"))
        server.codes[BETA] = letter.locator("dd").last.inner_text()
        assert letter.locator("section").count() == 1
        assert visit(server, BETA).token
