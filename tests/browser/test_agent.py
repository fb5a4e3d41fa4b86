"""The agent, in a real browser: a faulty file is sent, described, tried, corrected, published, and its year adopted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

from pipeline.builds.adoption import find
from pipeline.deposits.load_history import loads
from pipeline.preparation.preparation import find as prepared
from pipeline.staging.corrections import load_corrections
from socle.files.manifest import pointed_build
from socle.paths import DataFolder
from tests.support.access import AGENT, make_accounts
from tests.support.browser import PHONE, Screen, screen
from tests.support.faulty import NAME, UNKNOWN_HEADER, faulty_export
from tests.support.once import copied
from tests.support.server import Served, served

YEAR = "2019-2020"
_BUILD = 180_000  # milliseconds that a build may take, however busy the machine


@pytest.fixture(scope="module")
def server(two_returns: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server of two returns, published."""
    root = tmp_path_factory.mktemp("agent")
    folder = copied(two_returns, root / "data")
    with served(folder, make_accounts(folder), root / "serveur.log") as running:
        yield running


def press(seen: Screen, name: str) -> None:
    """Press the button of that name, once the page is drawn."""
    seen.page.get_by_role("button", name=name, exact=True).last.click()


def reads(seen: Screen, text: str, timeout: float = 30_000) -> Locator:
    """Wait for a text, its narrow spaces being any."""
    found = seen.page.get_by_text(text).first
    found.wait_for(timeout=timeout)
    return found


def choose(seen: Screen, label: str, typed: str) -> None:
    """Pick the option that what is typed leaves, by keyboard."""
    seen.drawn()
    seen.page.get_by_role("combobox", name=label).first.click()
    seen.page.keyboard.type(typed)
    seen.page.get_by_role("option").filter(has_text=typed).first.wait_for()
    seen.page.keyboard.press("Enter")
    seen.drawn()


def test_a_faulty_file_goes_from_its_upload_to_the_adoption(chromium: Browser, server: Served, tmp_path: Path) -> None:
    sent = tmp_path / NAME
    sent.write_bytes(faulty_export())
    folder = server.folder
    before = pointed_build(folder)
    with screen(chromium, server, viewport={"width": 1280, "height": 1600}) as seen:
        seen.identify(AGENT, "/charger", "Charger un fichier")
        choose(seen, "Fichier qu'il remplace", "reponses.csv")
        seen.page.set_input_files("input[type=file]", sent)
        reads(seen, f"Fichier choisi\u202f: {NAME}")
        seen.drawn()
        press(seen, "Lire ce fichier")
        reads(seen, UNKNOWN_HEADER)
        choose(seen, "Que demande la colonne n° 1", "(nb_enfants)")
        press(seen, "Enregistrer ces réponses")
        reads(seen, "Ce fichier est reconnu.")
        press(seen, "Continuer vers l'essai")
        press(seen, "Construire l'essai")
        reads(seen, "L'essai est construit. Rien n'est encore publié.", _BUILD)
        assert pointed_build(folder) == before

        choose(seen, "Point à corriger", "environ 12")
        seen.page.get_by_role("textbox", name="Lire à la place").fill("12")
        seen.page.get_by_role("textbox", name="Motif, que le porteur lira").fill("Confirmé par téléphone")
        press(seen, "Enregistrer la correction")
        reads(seen, "l'essai d'avant vos derniers changements")
        choose(seen, "C'est un autre nom de", "Bêta")
        press(seen, "Rattacher ce nom")
        reads(seen, "est réglé")
        press(seen, "Refaire l'essai")
        reads(seen, "L'essai est construit. Rien n'est encore publié.", _BUILD)
        seen.drawn()
        press(seen, "Voir ce qui va changer")
        reads(seen, "Étape 4 sur 5")
        seen.page.get_by_role("cell", name="registre des porteurs").wait_for()
        seen.drawn()
        press(seen, "Continuer vers la publication")
        reads(seen, "registre des porteurs\u202f: modifié")
        press(seen, "Accepter et publier")
        reads(seen, "fichiers dans le dossier de données.", _BUILD)
        assert pointed_build(folder) not in (None, before)
        assert [one.valeur for one in load_corrections(folder.raw / YEAR)] == ["12"]
        assert [one.par for one in loads(folder)] == ["Agent Caf"]

        seen.open("/arreter", "Arrêter le bilan")
        seen.drawn()
        press(seen, "Arrêter cette année")
        reads(seen, "chaque porteur voit sa synthèse")
        assert find(folder, YEAR, "45") is None
        press(seen, "Arrêter l'année")
        reads(seen, f"Année scolaire {YEAR} arrêtée le", _BUILD)
        assert find(folder, YEAR, "45")
        assert seen.outside == []


def test_a_load_is_given_up_on_a_phone(chromium: Browser, server: Served, tmp_path: Path) -> None:
    sent = tmp_path / "autre.csv"
    sent.write_bytes(faulty_export())
    with screen(chromium, server, **PHONE) as seen:
        seen.identify(AGENT, "/charger", "Charger un fichier")
        seen.drawn()
        seen.page.set_input_files("input[type=file]", sent)
        reads(seen, "Fichier choisi\u202f: autre.csv")
        seen.drawn()
        press(seen, "Lire ce fichier")
        reads(seen, "Étape 2 sur 5")
        seen.drawn()
        assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        press(seen, "Abandonner ce chargement")
        reads(seen, "restent comme avant")
        assert prepared(server.folder)
        press(seen, "Abandonner")
        reads(seen, "Chargement abandonné")
        assert prepared(server.folder) is None
        assert not (server.folder.raw / YEAR / "autre.csv").exists()
