"""L'essentiel cut into screens: nothing is lost, no screen holds more than it can show."""

from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilan.model.content import KeyFigure
from bilan.model.exhibit import ExhibitCell
from bilan.parts.essentiel import Essentiel
from bilan.parts.look_first import LookFirst
from dashboard.exhibits.projection import screen
from dashboard.exhibits.slides import LETTERS, LINES, Slide, at, slides


def essentiel(**parts: object) -> Essentiel:
    card = KeyFigure("nb", "Familles", ExhibitCell("428", 428.0), "", "40 actions", "405 en 2018-2019", "32 849")
    whole: dict[str, object] = {
        "title": "Bilan", "made_by": "la Caf", "marks": ("DONNÉES FICTIVES",), "warning": None, "agreed": ("Agréé.",),
        "collected": ("Reçu.",), "context": (), "key_figures": (card,), "sentences": ("Une phrase.",),
        "look_first": LookFirst((), (), None, None), "word": None, "how_to_read": ("Un porteur.",), "foot": "Pied.",
    }  # fmt: skip
    return Essentiel(**{**whole, **parts})  # type: ignore[arg-type]


def test_each_part_has_its_screen_and_an_empty_one_has_none() -> None:
    titles = [slide.title for slide in slides(essentiel())]
    assert titles == ["Agrément et collecte", "Chiffres clés", "Ce que déclarent les porteurs", "Lire ce bilan"]


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=4000))
def test_a_long_word_of_the_committee_is_cut_between_screens_and_nothing_of_it_is_lost(word: str) -> None:
    cut = [slide for slide in slides(essentiel(word=word)) if slide.title == "Le mot du comité"]
    said = "".join(text for slide in cut for text in slide.paragraphs)
    assert "".join(said.split()) == "".join(word.split())
    for slide in cut:
        assert sum(ceil(len(text) / LETTERS) for text in slide.paragraphs) <= LINES


@pytest.mark.parametrize(("asked", "place"), [(None, 1), ("2", 2), ("0", 1), ("99", 4), ("-1", 1), ("x", 1), ("²", 1)])
def test_an_address_that_names_no_screen_shows_the_nearest(asked: str | None, place: int) -> None:
    assert at(slides(essentiel()), asked) == place


def test_a_screen_says_that_data_are_fictitious_and_runs_nothing_that_is_written_in_it() -> None:
    shown = screen(essentiel(), Slide("Titre", ("<script>alert(1)</script>",)))
    assert "DONNÉES FICTIVES" in shown
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
