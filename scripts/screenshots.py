"""`python scripts/screenshots.py`: the pictures of the README, taken in Chromium on the demo, in docs/images."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bench.pages import make_demo
from socle.settings import PROJECT_ROOT

IMAGES = PROJECT_ROOT / "docs" / "images"
COMITE = "comite@clas.example"
DESK, PHONE = (1280, 860), (390, 844)
COLOURS = 96
"""Of a picture: few, so that it weighs little in the repository."""


def _stay(_: Page) -> None:
    """Take the page as it opens."""


def _to(heading: str) -> Callable[[Page], None]:
    """Bring that heading to the top."""
    return lambda page: page.get_by_role("heading", name=heading).first.evaluate("one => one.scrollIntoView()")


def _next(page: Page) -> None:
    page.keyboard.press("ArrowRight")


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at what, and where the page is scrolled to."""

    name: str
    identifiant: str
    address: str
    title: str
    size: tuple[int, int] = DESK
    act: Callable[[Page], None] = _stay


PICTURES = (
    Picture("essentiel", COMITE, "/essentiel?annee=2019-2020", "L'essentiel", act=_to("Agrément et collecte")),
    Picture("projection", COMITE, "/essentiel?annee=2019-2020&projection=1", "", (1280, 720), _next),
    Picture("offre", COMITE, "/offre?annee=2019-2020", "Offre et territoires", act=_to("Type de structure")),
    Picture("charger", "agent@clas.example", "/charger", "Charger un fichier"),
    Picture("synthese", "", "/synthese?annee=2019-2020", "Ma synthèse", PHONE),
    Picture("synthese-tableau", "", "/synthese?annee=2019-2020", "Ma synthèse", PHONE, _to("Vos réponses")),
)


def main() -> int:
    """Take them all; return the exit code."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as work, sync_playwright() as playwright:
        folder, codes = make_demo(Path(work) / "data")
        port = _free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "dashboard", "--port", str(port)],
            cwd=PROJECT_ROOT, env={"CLAS_DATA": str(folder.root), "HOME": work}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait(port, server)
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            porteur = next(one for one in codes if "@" not in one)
            for picture in PICTURES:
                who = picture.identifiant or porteur
                content = _take(browser, f"http://127.0.0.1:{port}", picture, who, codes[who])
                (IMAGES / f"{picture.name}.png").write_bytes(content)
                print(f"{picture.name}.png, {len(content) // 1024} ko")
            browser.close()
        finally:
            server.terminate()
            server.wait(20)
    return 0


def _take(browser: Browser, url: str, picture: Picture, identifiant: str, code: str) -> bytes:
    width, height = picture.size
    context = browser.new_context(
        locale="fr-FR", viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(url + "/identification")
    page.fill("#identifiant", identifiant)
    page.fill("#code", code)
    page.click("button")
    page.get_by_role("heading", level=1).wait_for()
    page.goto(url + picture.address)
    if picture.title:
        page.get_by_role("heading", level=1, name=picture.title).wait_for()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.locator('[data-testid="stSkeleton"]').first.wait_for(state="detached")
    picture.act(page)
    page.wait_for_timeout(1500)  # charts are drawn after the page says it is
    taken = page.screenshot()
    context.close()
    small = BytesIO()
    Image.open(BytesIO(taken)).convert("RGB").quantize(COLOURS).save(small, "PNG", optimize=True)
    return small.getvalue()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1).status_code == 200:
                return
        except httpx.HTTPError:
            continue
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    sys.exit(main())
