"""The demo's documents as PDF: what the content says is what a reader finds, on pages that hold it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bilan.content import Content
from bilan.pdf import render_pdf
from socle.paths import DataFolder
from tests.support.documents import demo_bilan, figure_texts, loose, pages_of, words_of
from tests.support.pdf_rules import faults


@pytest.fixture(scope="module")
def bilan(adopted_demo: DataFolder) -> Content:
    return demo_bilan(adopted_demo)


@pytest.fixture(scope="module")
def made(bilan: Content) -> bytes:
    return render_pdf(bilan)


def test_the_first_page_says_what_was_agreed_and_where_it_comes_from(made: bytes, tmp_path: Path) -> None:
    first = loose(pages_of(made, tmp_path)[0])
    assert loose("a agréé 41 actions, ce qui correspond à l'accompagnement de 485 enfants et jeunes") in first
    assert loose("(Source : Note de cadrage Clas du Loiret 2021-2022.)") in first
    assert loose("DONNÉES FICTIVES") in first


def test_it_says_every_figure_of_its_content(bilan: Content, made: bytes, tmp_path: Path) -> None:
    said = loose(" ".join(pages_of(made, tmp_path)))
    told = [text for one in bilan.figures() for text in figure_texts(one)]
    assert len(told) > 1000
    assert [text for text in told if loose(text) not in said] == []


@pytest.mark.parametrize("campagne", ["2014-2015", "2019-2020", "2020-2021", "2024-2025"])
def test_every_year_keeps_the_rules_and_the_margins(adopted_demo: DataFolder, campagne: str, tmp_path: Path) -> None:
    made = render_pdf(demo_bilan(adopted_demo, campagne))
    assert faults(made) == []
    (width, height), words = words_of(made, tmp_path)
    within = [word for word in words if word.left > 40 and word.right < width - 40 and word.top > 0]
    turned = {word.text for word in words} - {word.text for word in within}
    assert all(word.bottom < height for word in words) and turned <= set("Donéesfictiv·Prvo")
