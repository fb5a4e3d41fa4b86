"""An agent of one département adopts, reopens and renews in it, and sees no other; an agent of all chooses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboard.pages.management.arreter import adopt_year, reopen_year
from dashboard.visit.places import EVERY
from pipeline.adopt import run_adoption
from pipeline.run import run_build
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.builds import build_with, quick_codebook, silent
from tests.support.dashboard import open_page, unmarked, visitor_of
from tests.support.two_departements import LOIRET, VAR, YEAR, two_departements


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A year of two départements, adopted in the Loiret alone."""
    made = two_departements(tmp_path_factory.mktemp("deux") / "data")
    with pytest.MonkeyPatch.context() as patch:
        build_with(patch, quick_codebook())
        run_build(made, Settings(), silent)
        run_adoption(made, Settings(), silent, {YEAR: "2020-11-12"}, "Zoé", LOIRET)
    return made


@pytest.fixture(autouse=True)
def data(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAS_DATA", str(folder.root))


def words(page: Any) -> str:
    shown = [str(getattr(element, "value", "")) for element in page.main]
    return unmarked("\n".join([*shown, *(table.value.to_csv() for table in page.table)]))


def options(page: Any, key: str) -> list[str]:
    return [unmarked(option) for box in page.selectbox if box.key == key for option in box.options]


def test_an_agent_of_a_departement_is_offered_it_alone(folder: DataFolder) -> None:
    page = open_page("arreter", visitor_of(folder, territoire=VAR))
    assert not page.exception
    assert list(page.table[0].value["Département"]) == [VAR]
    assert options(page, "arreter_annee") == [YEAR]
    assert options(page, "arreter_departement") == options(page, "rouvrir_annee") == []
    assert "Aucune année n'est arrêtée." in words(page)
    assert "12/11/2020" not in words(page)  # the history of the other
    assert "Aucune année n'est arrêtée." in words(open_page("regles", visitor_of(folder, territoire=VAR)))


def test_an_agent_of_the_adopted_one_may_reopen_it(folder: DataFolder) -> None:
    page = open_page("arreter", visitor_of(folder, territoire=LOIRET))
    assert not page.exception
    assert "Aucune année ne peut être arrêtée maintenant" in words(page)
    assert options(page, "rouvrir_annee") == [f"{YEAR} ({LOIRET}), arrêtée le 12/11/2020"]
    rules = open_page("regles", visitor_of(folder, territoire=LOIRET))
    assert not rules.exception
    assert options(rules, "regles_annee") == [f"{YEAR} ({LOIRET})"]


def test_an_agent_of_all_chooses(folder: DataFolder) -> None:
    page = open_page("arreter", visitor_of(folder))
    assert not page.exception
    assert sorted(page.table[0].value["Département"]) == [LOIRET, VAR]
    assert options(page, "arreter_departement") == [f"département {VAR}"]
    assert options(page, "rouvrir_annee") == [f"{YEAR} ({LOIRET}), arrêtée le 12/11/2020"]


@pytest.mark.parametrize("place", [LOIRET, EVERY])
def test_what_was_not_offered_is_refused_whatever_the_browser_sends(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr("dashboard.loading.child.run", lambda *_: pytest.fail("a command was run"))
    forger = visitor_of(folder, territoire=VAR)
    with pytest.raises(Refusal, match="pas dans votre territoire"):
        adopt_year(forger, YEAR, place, date(2020, 11, 12), "Zoé")
    with pytest.raises(Refusal, match="pas dans votre territoire"):
        reopen_year(forger, YEAR, place, "Un motif")
