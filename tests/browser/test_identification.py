"""Identification and goodbye in a real browser: on a phone, without a script, by keyboard alone, and after leaving."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from access.journal.journal import COMMAND
from access.people.accounts import revoke
from dashboard.visit.navigation import pages_of
from tests.support.access import AGENT, ALPHA, BETA, COMITE
from tests.support.browser import PHONE, Screen, screen
from tests.support.server import Served


def fits(seen: Screen) -> bool:
    """Whether nothing of the page is wider than the screen."""
    return bool(seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_on_a_phone_a_porteur_identifies_and_reads_its_first_page(chromium: Browser, server: Served) -> None:
    with screen(chromium, server, **PHONE) as seen:
        seen.page.goto(server.url)
        assert fits(seen)
        assert seen.page.locator("button").bounding_box()["height"] >= 44  # type: ignore[index]
        seen.page.fill("#identifiant", f" {ALPHA[:3]} {ALPHA[3:6]} {ALPHA[6:9]} {ALPHA[9:]} ")
        seen.page.fill("#code", server.codes[ALPHA].lower().replace("-", " "))
        seen.page.tap("button")
        seen.shows("Bilan annuel du Clas")
        seen.page.get_by_text("Vous êtes Association Alpha").wait_for()
        assert fits(seen)
        assert seen.outside == []


def test_without_javascript_the_form_works_and_the_page_says_what_it_needs(chromium: Browser, server: Served) -> None:
    with screen(chromium, server, java_script_enabled=False) as seen:
        seen.page.goto(server.url)
        seen.page.fill("#identifiant", AGENT)
        seen.page.fill("#code", server.codes[ALPHA])
        seen.page.click("button")
        assert "ne vont pas ensemble" in seen.text
        seen.page.fill("#code", server.codes[AGENT])
        seen.page.click("button")
        assert seen.page.url == f"{server.url}/"
        assert "Le tableau de bord a besoin de JavaScript" in seen.text
        seen.page.goto(f"{server.url}/deconnexion")
        seen.page.click("button")
        assert "Votre session est fermée." in seen.text


def test_by_keyboard_alone_one_identifies_reads_and_leaves(chromium: Browser, server: Served) -> None:
    with screen(chromium, server) as seen:
        keys = seen.page.keyboard
        seen.page.goto(f"{server.url}/glossaire")
        keys.press("Tab")
        assert focused(seen) == "Aller au contenu"
        keys.press("Tab")
        keys.type(BETA)
        keys.press("Tab")
        keys.type(server.codes[BETA])
        keys.press("Enter")
        seen.shows("Glossaire")
        seen.drawn()
        reach(seen, "Accessibilité")
        keys.press("Enter")
        seen.shows("Accessibilité")
        seen.drawn()
        reach(seen, "Se déconnecter")
        keys.press("Enter")
        seen.page.get_by_text("Votre session est fermée.").wait_for()


def focused(seen: Screen) -> str:
    return str(seen.page.evaluate("document.activeElement.innerText || ''")).strip()


def reach(seen: Screen, text: str) -> None:
    """Press Tab until that is what has the focus."""
    for _ in range(60):
        seen.page.keyboard.press("Tab")
        if focused(seen) == text:
            return
    raise AssertionError(f"« {text} » is not reached by keyboard")


def test_after_leaving_the_back_button_shows_nothing_of_the_page(chromium: Browser, server: Served) -> None:
    with screen(chromium, server) as seen:
        seen.identify(AGENT)
        seen.open("/comptes", "Comptes")
        seen.page.get_by_text("Association Alpha").first.wait_for()
        seen.page.get_by_role("button", name="Se déconnecter").click()
        seen.page.get_by_text("Votre session est fermée.").wait_for()
        for _ in range(2):
            seen.page.go_back()
            seen.page.get_by_role("heading", level=1, name="Identification").wait_for()
            assert "Association Alpha" not in seen.page.content()


def test_an_open_page_is_emptied_when_its_account_is_revoked(chromium: Browser, server: Served) -> None:
    with screen(chromium, server) as seen:
        seen.identify(COMITE)
        revoke(server.folder, COMITE, COMMAND)
        seen.shows("Votre session est terminée")
        assert "Membre du comité" not in seen.text
        assert "Accueil" not in seen.text
        seen.page.get_by_role("link", name="S'identifier de nouveau").click()
        seen.page.get_by_text("Votre session est terminée. Identifiez-vous de nouveau.").wait_for()


@pytest.mark.parametrize("who", [AGENT, ALPHA])
def test_the_menu_has_the_pages_of_the_role(chromium: Browser, server: Served, who: str) -> None:
    role = "agent" if who == AGENT else "porteur"
    with screen(chromium, server) as seen:
        seen.identify(who)
        menu = seen.page.locator('[data-testid="stSidebarNavLink"]').all_inner_texts()
        assert [one for one in menu if one not in ("Essai", "Dépôt")] == [entry.title for entry in pages_of(role)]
