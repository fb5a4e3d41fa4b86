"""Établir le bilan: what each role may make, what it will say, the four files and the versions kept."""

from __future__ import annotations

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from bilan.frozen import LABEL, freeze
from bilan.render import KINDS
from dashboard.pages.year.bilan import content_of, part_names
from dashboard.visit.visitor import Visitor
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.dashboard import open_page, unmarked, visitor_of
from warehouse.scope import Scope

YEAR, LAST = "2019-2020", "2024-2025"


@pytest.fixture(autouse=True)
def no_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo is read only."""
    monkeypatch.setattr(Visitor, "record", lambda self, action, objet="": None)


def opened(folder: DataFolder, role: str, year: str = YEAR) -> AppTest:
    page = open_page("bilan", visitor_of(folder, role, "45"), 60, annee=year)
    assert not page.exception and not page.error
    return page


def labels(page: AppTest) -> list[str]:
    return [button.proto.label for button in page.get("download_button")]


def parts(page: AppTest) -> list[str]:
    return [unmarked(name) for name in page.table[-1].value["Partie"]]


@pytest.mark.parametrize("role", ["agent", "comite"])
def test_the_four_files_and_what_they_will_say(adopted_demo: DataFolder, role: str) -> None:
    page = opened(adopted_demo, role)
    assert labels(page)[:4] == [kind.label for kind in KINDS.values()]
    said = unmarked(" ".join(str(one.value) for one in page.markdown))
    assert "a agréé 41 actions, ce qui correspond à l'accompagnement de 485 enfants et jeunes" in said
    assert parts(page)[:2] == ["L'essentiel", "1. Le dispositif et le comité"]
    assert page.radio(key="bilan_edition").options == [
        "À diffuser\u202f: ce que chacun peut lire",
        "Du comité\u202f: usage interne, avec ce que déclare chaque action",
    ]


def test_parts_may_be_left_out(adopted_demo: DataFolder) -> None:
    page = opened(adopted_demo, "agent")
    page.multiselect(key="bilan_parties_diffusion").set_value(["essentiel", "enfants"]).run()
    assert parts(page) == ["L'essentiel", "4. Les enfants et les jeunes"]
    page.multiselect(key="bilan_parties_diffusion").set_value([]).run()
    assert [one.value for one in page.warning] == ["Choisissez au moins une partie."]
    assert labels(page) == []


def test_a_provisional_year_is_for_the_committee_alone(adopted_demo: DataFolder) -> None:
    page = opened(adopted_demo, "agent", LAST)
    assert "n'est pas arrêtée" in page.info[0].value
    assert len(page.radio(key="bilan_edition").options) == 1
    assert "Provisoire" in content_of(adopted_demo, Scope("agent", "45"), LAST, "45", "comite", ()).watermark


@pytest.mark.parametrize("role", ["analyste", "porteur"])
def test_it_is_for_the_agent_and_the_committee(adopted_demo: DataFolder, role: str) -> None:
    page = open_page("bilan", visitor_of(adopted_demo, role, "45", "p45-001" if role == "porteur" else None), 60)
    assert "n'est pas ouverte à votre compte" in str(page.exception[0].message)


def test_another_territory_is_refused(adopted_demo: DataFolder) -> None:
    with pytest.raises(Refusal):
        content_of(adopted_demo, Scope("comite", "18"), YEAR, "45", "diffusion", ())


def test_every_part_has_a_name(adopted_demo: DataFolder) -> None:
    names = part_names(adopted_demo, Scope("comite", "45"), "comite")
    assert [part for part, name in names.items() if part == name] == []


def test_a_version_that_was_kept_is_there_in_its_four_files(
    adopted_demo: DataFolder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = DataFolder(tmp_path_factory.mktemp("gels") / "data")
    shutil.copytree(adopted_demo.curated, folder.curated)
    assert "Aucune version de 2019-2020 n'est gardée." in [one.value for one in opened(folder, "agent").info]
    freeze(folder, YEAR, "45", "Comité du Loiret")
    page = opened(folder, "comite")
    assert "par Comité du Loiret, version" in page.text[-1].value
    assert [label.split()[0] for label in labels(page)[4:]] == ["PDF", "DOCX", "XLSX", "PPTX"]
    (folder.gels / freeze(folder, YEAR, "45", "").nom / LABEL).write_bytes(b"{")
    page = open_page("bilan", visitor_of(folder, "comite", "45"), 60, annee=YEAR)
    assert not page.exception
    assert ["a été modifiée depuis" in one.value for one in page.error] == [True]
    assert len(labels(page)) == 4
