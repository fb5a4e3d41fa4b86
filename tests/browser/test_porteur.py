"""A porteur, from its letter to its synthèse, over the demo as its committee adopted it: one server for all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest
from playwright.sync_api import Browser

from access.journal.journal import COMMAND, entries
from access.people.accounts import NewAccount, add, issue_codes
from cli.demo.accounts import make_accounts
from pipeline.builds.lock import only_builder
from pipeline.builds.publish import new_candidate, publish, seal
from socle.files.manifest import WAREHOUSE, current_build, read_manifest
from socle.paths import DataFolder
from tests.browser.test_pages import deep_links, faults
from tests.support.access import NEXT_YEAR
from tests.support.browser import PHONE, Screen, screen
from tests.support.server import Served, served
from warehouse.listings.porteurs import porteurs
from warehouse.scope import LOCAL

YEAR, NOT_ADOPTED = "2019-2020", "2024-2025"
OTHER = "autre@porteur.example"


@pytest.fixture(scope="module")
def demo_server(adopted_demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo with the accounts of `clas demo`, and one more porteur."""
    root = tmp_path_factory.mktemp("porteur")
    folder = DataFolder(root / "data")
    shutil.copytree(adopted_demo.root, folder.root)
    codes = {identifiant: code for _, identifiant, code in make_accounts(folder)}
    second = next(one for one in porteurs(folder, LOCAL) if one.porteur_id == "p45-002")
    add(folder, NewAccount(OTHER, second.raison_sociale, "porteur", "45", second.porteur_id), COMMAND)
    codes |= issue_codes(folder, [OTHER], NEXT_YEAR, COMMAND)
    with served(folder, codes, root / "serveur.log", CLAS_COURRIEL="clas@caf.example") as running:
        yield running


def porteur(server: Served) -> str:
    """The identifier that the letter gives: a SIRET."""
    return next(identifiant for identifiant in server.codes if identifiant.isdigit())


def opened(seen: Screen, year: str = YEAR) -> None:
    seen.open(f"/synthese?annee={year}", "Ma synthèse")
    seen.page.get_by_text("Une question, une erreur").wait_for()
    seen.drawn()


def widest(seen: Screen) -> int:
    """The width of the widest thing of the page, what would have to be scrolled included."""
    return int(seen.page.evaluate("Math.max(...[...document.querySelectorAll('*')].map(one => one.scrollWidth))"))


def test_on_a_phone_from_the_letter_to_the_synthese(chromium: Browser, demo_server: Served) -> None:
    with screen(chromium, demo_server, **PHONE) as seen:
        seen.identify(porteur(demo_server))
        seen.page.get_by_test_id("stMain").get_by_role("link", name="Ma synthèse", exact=True).tap()
        seen.shows("Ma synthèse")
        seen.page.get_by_text(f"La synthèse {NOT_ADOPTED} sera disponible").wait_for()
        assert f"annee={NOT_ADOPTED}" in seen.page.url
        opened(seen)
        assert "Les Passerelles" in seen.text
        assert "39 (soit 13,0 par action)" in seen.text
        rows = seen.page.get_by_role("table").first.get_by_role("row")
        assert rows.count() == 11
        first = rows.nth(1).get_by_role("cell").first
        assert first.evaluate("one => getComputedStyle(one, '::before').content") == '"Vous"'
        assert widest(seen) <= 390
        for word in ("quartile", "classement", "rang"):
            assert word not in seen.text.lower()
        assert seen.outside == []
        assert deep_links(seen.complaints) == []
    done = [entry for entry in entries(demo_server.folder) if entry.action == "consultation"]
    assert f"synthèse {YEAR}" in {entry.objet for entry in done}


def test_what_the_year_of_the_address_is_not_is_said(chromium: Browser, demo_server: Served) -> None:
    with screen(chromium, demo_server) as seen:
        seen.identify(porteur(demo_server))
        opened(seen, "1999-2000")
        seen.page.get_by_text("L'année 1999-2000 n'est pas de celles de votre structure").wait_for()


def test_the_table_is_downloaded(chromium: Browser, demo_server: Served) -> None:
    with screen(chromium, demo_server) as seen:
        seen.identify(porteur(demo_server))
        opened(seen)
        for kind, start in (("CSV", b"\xef\xbb\xbfIndicateur;Vous"), ("Excel", b"PK")):
            with seen.page.expect_download() as download:
                seen.page.get_by_role("button", name=f"Tableau 1 en {kind}").click()
            assert download.value.path().read_bytes().startswith(start)


def test_two_porteurs_at_once_see_each_its_own(chromium: Browser, demo_server: Served) -> None:
    with screen(chromium, demo_server) as one, screen(chromium, demo_server) as two:
        one.identify(porteur(demo_server))
        two.identify(OTHER)
        for _ in range(2):
            opened(one)
            opened(two)
            assert "Les Passerelles" in one.text and "Petit Pont" not in one.text
            assert "Petit Pont" in two.text and "Les Passerelles" not in two.text
            assert "39 (soit 13,0 par action)" not in two.text


def test_after_leaving_the_back_button_shows_nothing_of_the_synthese(chromium: Browser, demo_server: Served) -> None:
    with screen(chromium, demo_server) as seen:
        seen.identify(porteur(demo_server))
        opened(seen)
        seen.page.get_by_role("button", name="Se déconnecter").click()
        seen.page.get_by_text("Votre session est fermée.").wait_for()
        for _ in range(2):
            seen.page.go_back()
            seen.page.get_by_role("heading", level=1, name="Identification").wait_for()
            assert "Passerelles" not in seen.page.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_synthese_keeps_wcag_on_a_phone(chromium: Browser, demo_server: Served, scheme: str) -> None:
    with screen(chromium, demo_server, color_scheme=scheme, **PHONE) as seen:
        seen.identify(porteur(demo_server))
        opened(seen)
        assert faults(seen) == set()


def test_a_page_left_open_through_a_publication_shows_the_new_build(chromium: Browser, demo_server: Served) -> None:
    with screen(chromium, demo_server) as seen:
        seen.identify(porteur(demo_server))
        opened(seen)
        assert "39 (soit 13,0 par action)" in seen.text
        one_more_child(demo_server.folder)
        choose_year(seen, "2018-2019")
        seen.page.get_by_text("Synthèse Clas 2018-2019").wait_for()
        choose_year(seen, YEAR)
        seen.page.get_by_text("42 (soit 14,0 par action)").first.wait_for()
        assert "numéro" not in seen.text.lower()  # of an error


def one_more_child(folder: DataFolder) -> None:
    """Publish another build, in which each action of the year has one child more."""
    build = current_build(folder)
    assert build is not None
    with only_builder(folder):
        candidate, manifest = new_candidate(folder), read_manifest(build)
        assert manifest is not None
        shutil.copytree(build, candidate, dirs_exist_ok=True)
        database = candidate / WAREHOUSE
        with duckdb.connect(str(database)) as connection:
            connection.execute("update core.action set nb_enfants = nb_enfants + 1 where campagne = ?", [YEAR])
        sizes = manifest.sizes | {WAREHOUSE: database.stat().st_size}
        seal(candidate, replace(manifest, build=candidate.name, sizes=sizes))
        publish(folder, candidate, 5)


def choose_year(seen: Screen, year: str) -> None:
    """Pick a year in the list."""
    seen.page.get_by_role("combobox", name="Année scolaire (bilan)").click()
    seen.page.get_by_role("option", name=year).click()


def test_a_wrong_code_ten_times_and_the_right_one_waits(chromium: Browser, demo_server: Served) -> None:
    wrong = demo_server.codes["agent@clas.example"]
    with screen(chromium, demo_server, **PHONE) as seen:
        seen.page.goto(demo_server.url)
        for code in [wrong] * 10 + [demo_server.codes[OTHER]]:
            seen.page.fill("#identifiant", OTHER)
            seen.page.fill("#code", code)
            with seen.page.expect_navigation():
                seen.page.tap("button")
        assert "Trop d'essais ont échoué" in seen.text
        assert widest(seen) <= 390
    with screen(chromium, demo_server) as other:
        other.identify(porteur(demo_server))
