"""L'essentiel in a meeting room, in a real browser: every screen fits, its letters are large, the keys turn them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from socle.paths import DataFolder
from tests.support.access import COMITE, make_accounts
from tests.support.browser import PHONE, Screen, screen
from tests.support.server import Served, served

ROOM = {"viewport": {"width": 1280, "height": 720}}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
_MEASURE = """
() => {
  const screen = document.querySelector('.st-key-projection');
  const texts = [...screen.querySelectorAll('*')].filter(
    one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
      && one.checkVisibility() && getComputedStyle(one).fontFamily.indexOf('Material') < 0);
  const last = screen.querySelector('.clas-vue').getBoundingClientRect().bottom;
  return {
    over: [screen.scrollHeight - screen.clientHeight, screen.scrollWidth - screen.clientWidth],
    page: [document.documentElement.scrollHeight, document.documentElement.scrollWidth],
    smallest: Math.min(...texts.map(one => parseFloat(getComputedStyle(one).fontSize))),
    free: screen.querySelector('.st-key-suivant').getBoundingClientRect().top - last,
  };
}
"""


@pytest.fixture(scope="module")
def demo_server(adopted_demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo served, with an account of the committee."""
    root = tmp_path_factory.mktemp("projection")
    folder = DataFolder(root / "data")
    shutil.copytree(adopted_demo.root, folder.root)
    with served(folder, make_accounts(folder), root / "serveur.log") as running:
        yield running


def turn(seen: Screen, key: str, place: int) -> None:
    seen.page.keyboard.press(key)
    seen.page.get_by_text(f"Vue {place} sur").wait_for()
    seen.drawn()


@pytest.mark.parametrize("year", ["2019-2020", "2024-2025"])
def test_every_screen_fits_in_letters_of_twenty_pixels_and_the_arrows_turn_them(
    chromium: Browser, demo_server: Served, year: str
) -> None:
    with screen(chromium, demo_server, **ROOM) as seen:
        seen.page.goto(demo_server.url + f"/essentiel?annee={year}&projection=1")
        seen.page.fill("#identifiant", COMITE)
        seen.page.fill("#code", demo_server.codes[COMITE])
        seen.page.click("button")
        seen.page.locator(".clas-vue").wait_for()
        seen.drawn()
        count = int(seen.page.get_by_text("Vue 1 sur").inner_text().split()[-1])
        assert count >= 5
        for place in range(1, count + 1):
            measured = seen.page.evaluate(_MEASURE)
            assert measured["over"] == [0, 0], (year, place)
            assert measured["page"] == [720, 1280]
            assert measured["smallest"] >= 20
            assert measured["free"] >= 0
            assert "DONNÉES FICTIVES" in seen.text
            if place < count:
                turn(seen, "ArrowRight", place + 1)
        turn(seen, "ArrowLeft", count - 1)
        assert f"vue={count - 1}" in seen.page.url
        seen.page.get_by_role("button", name="Précédent").click()
        seen.page.get_by_text(f"Vue {count - 2} sur").wait_for()
        seen.page.keyboard.press("Escape")
        seen.page.locator(".clas-vue").wait_for(state="detached")
        seen.page.get_by_role("button", name="Projeter en réunion").wait_for()
        assert "projection" not in seen.page.url and f"annee={year}" in seen.page.url


def test_a_page_of_charts_keeps_wcag_fetches_nothing_and_fits_a_telephone(
    chromium: Browser, demo_server: Served
) -> None:
    with screen(chromium, demo_server, color_scheme="dark", **PHONE) as seen:
        seen.identify(COMITE)
        seen.open("/enfants?annee=2019-2020", "Enfants et jeunes")
        seen.drawn()
        seen.page.locator(".js-plotly-plot .bars").first.wait_for(state="attached")
        found = Axe().run(seen.page, options={"runOnly": WCAG}).response["violations"]
        assert {one["id"] for one in found} <= {"list", "listitem"}
        main = seen.page.locator('[data-testid="stMain"]')
        assert main.evaluate("main => main.scrollWidth - main.clientWidth") == 0
        with seen.page.expect_download() as download:
            seen.page.get_by_role("button", name="Tableau 4.1 en CSV").click()
        assert download.value.path().read_text(encoding="utf-8-sig").startswith("Indicateur;Loiret;")
        assert seen.outside == []
