"""Ma synthèse over the demo: each of its states is said, and nothing of another porteur is drawn."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bilan.synthese.compose import compose_synthese
from bilan.synthese.write import synthese
from dashboard.pages.year.synthese import document
from dashboard.visit.visitor import Visitor
from socle.paths import DataFolder
from tests.support.dashboard import open_page, unmarked, visitor_of
from warehouse.open import open_current
from warehouse.scope import LOCAL, Scope

YEAR, FIRST, NOT_ADOPTED = "2019-2020", "2014-2015", "2024-2025"
PASSERELLES = "p45-001"


@pytest.fixture(autouse=True)
def no_journal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The demo is read only: what would be journaled is kept aside."""
    told: list[str] = []
    monkeypatch.setattr(Visitor, "record", lambda self, action, objet="": told.append(f"{action} {objet}"))
    return told


def opened(folder: DataFolder, year: str, porteur: str = PASSERELLES) -> AppTest:
    page = open_page("synthese", visitor_of(folder, "porteur", "45", porteur), 60, annee=year)
    assert not page.exception and not page.error
    return page


def text(page: AppTest) -> str:
    kinds = (page.title, page.header, page.subheader, page.markdown, page.info, page.warning)
    shown = [unmarked(element.value) for kind in kinds for element in kind]
    html = [
        unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", one.proto.body, flags=re.S)) for one in page.get("html")
    ]
    return re.sub(r"\s+", " ", " ".join([*shown, *html]))


def a_porteur(folder: DataFolder, condition: str) -> tuple[str, str]:
    """(porteur, campagne) of an adopted year, the porteur and year being such."""
    with open_current(folder, LOCAL) as warehouse:
        found = warehouse.records(
            "select c.porteur_id, c.campagne from core.porteur_campagne as c inner join marts.campagne_etat as k "
            f"on c.campagne = k.campagne where k.etat = 'arretee' and c.departement = '45' and {condition} "
            "order by c.campagne desc, c.porteur_id limit 1"
        )
    assert found, condition
    return found[0]["porteur_id"], found[0]["campagne"]


def test_ten_rows_the_year_before_the_departement_and_france(adopted_demo: DataFolder, no_journal: list[str]) -> None:
    page = opened(adopted_demo, YEAR)
    said = text(page)
    table = next(one.proto.body for one in page.get("html") if "clas-synthese" in one.proto.body)
    assert table.count('role="rowheader"') == 10
    for head in ("Vous", "Vous, 2018-2019", "Loiret", "Base", "France, 2019-2020"):
        assert f'scope="col">{head}<' in table
        assert f'data-label="{head}"' in table
    assert "39 (soit 13,0 par action)" in said
    assert "Ce relevé reprend vos réponses" in said
    assert "Vos actions, une par une" in said
    assert no_journal == [f"consultation synthèse {YEAR}"]
    page.run()
    assert len(no_journal) == 1
    for english in ("None", " nan ", "<NA>", "{"):
        assert english not in said


def test_a_year_not_adopted_shows_the_last_one_that_is(adopted_demo: DataFolder, no_journal: list[str]) -> None:
    said = text(opened(adopted_demo, NOT_ADOPTED))
    assert f"La synthèse {NOT_ADOPTED} sera disponible après l'examen du bilan par le comité." in said
    assert "Synthèse Clas 2023-2024" in said
    assert no_journal == ["consultation synthèse 2023-2024"]


def test_who_sent_nothing_reads_the_departement_with_its_own_column_empty(adopted_demo: DataFolder) -> None:
    porteur, year = a_porteur(adopted_demo, "c.retour = 'attendu'")
    page = opened(adopted_demo, year, porteur)
    said = text(page)
    assert f"Nous n'avons pas reçu votre bilan {year}" in said
    table = next(one.proto.body for one in page.get("html") if "clas-synthese" in one.proto.body)
    own = re.findall(r'<td role="cell" class="vous[^"]*" data-label="Vous">(.*?)</td>', table)
    assert len(own) == 10 and set(own) == {"<span></span>"}


def test_the_first_year_has_no_year_before(adopted_demo: DataFolder) -> None:
    porteur, year = a_porteur(adopted_demo, f"c.retour = 'recu' and c.campagne = '{FIRST}'")
    said = text(opened(adopted_demo, year, porteur))
    assert "C'est votre première synthèse." in said
    assert "Vous, 2013-2014" not in said


def test_too_few_alike_are_not_compared(adopted_demo: DataFolder) -> None:
    porteur, year = a_porteur(adopted_demo, "c.retour = 'recu' and c.type_structure = 'ccas'")
    assert "Trop peu de porteurs de ce type" in text(opened(adopted_demo, year, porteur))


def test_why_there_is_no_france_is_said(adopted_demo: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    # Every year of the demo has national figures; bilan's own tests hold when the sentence is there.
    found = synthese(adopted_demo, Scope("porteur", "45", PASSERELLES), YEAR, "45")
    sentence = f"Aucun chiffre national n'est publié pour {YEAR}."
    without = replace(found, no_france=sentence)
    monkeypatch.setattr("dashboard.pages.year.synthese.read", lambda *_, **__: without)
    monkeypatch.setattr("dashboard.pages.year.synthese._chosen", lambda _: (YEAR, "45"))
    assert sentence in text(opened(adopted_demo, YEAR))


def test_the_page_is_of_porteurs_alone(adopted_demo: DataFolder) -> None:
    for role in ("agent", "comite", "analyste"):
        page = open_page("synthese", visitor_of(adopted_demo, role, "45"))
        assert len(page.exception) == 1
        assert "Ma synthèse" in page.exception[0].message
        assert not page.title


def test_its_document_is_its_own_and_is_made_when_it_is_asked_for(
    adopted_demo: DataFolder, no_journal: list[str], tmp_path: Path
) -> None:
    page = opened(adopted_demo, YEAR)
    labels = [button.proto.label for button in page.get("download_button")]
    assert "Ma synthèse en PDF, à imprimer" in labels
    assert not [line for line in no_journal if line.startswith("telechargement")]
    own = visitor_of(adopted_demo, "porteur", "45", PASSERELLES)
    path = tmp_path / "synthese.pdf"
    path.write_bytes(document(own, compose_synthese(synthese(adopted_demo, own.scope, YEAR, "45"))))
    said = " ".join(subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout.split())
    with open_current(adopted_demo, LOCAL) as warehouse:
        named = warehouse.records("select porteur_id, raison_sociale from core.porteur")
    assert [one["porteur_id"] for one in named if one["raison_sociale"] in said] == [PASSERELLES]
    assert no_journal[-1] == "telechargement synthese-clas-2019-2020-association-les-passerelles-fictif.pdf"
