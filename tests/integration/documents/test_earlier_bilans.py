"""Bilans kept by an earlier version of the program are read, and print the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import pytest

from bilan.frozen import frozen, frozen_content, frozen_document
from bilan.model.content import Block
from bilan.model.content_json import from_json, to_json
from bilan.render import render
from socle.paths import DataFolder
from tests.support.said import KEPT, OFFICE, SAID, said

NAMES = ("2019-2020-45-5ca7daff", "2021-2022-45-b027e26d")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    kept = DataFolder(tmp_path)
    shutil.copytree(KEPT, kept.gels)
    return kept


def test_they_are_listed_with_the_pdf_of_that_day_and_hold_every_kind_of_block(folder: DataFolder) -> None:
    assert {one.nom: one.par for one in frozen(folder, "45")} == dict.fromkeys(NAMES, "Comité de pilotage (fictif)")
    for name in NAMES:
        assert frozen_document(folder, name) == (KEPT / name / "bilan.pdf").read_bytes()
    contents = [frozen_content(folder, name) for name in NAMES]
    blocks = [block for content in contents for section in content.sections for block in section.blocks]
    assert {type(block) for block in blocks} == set(get_args(Block))


@pytest.mark.parametrize("name", NAMES)
def test_one_written_again_in_the_present_form_says_the_same(folder: DataFolder, name: str) -> None:
    content = frozen_content(folder, name)
    again = to_json(content)
    assert from_json(again) == content
    assert b'"forme": 2' in again and b'"forme"' not in (folder.gels / name / "contenu.json").read_bytes()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("suffix", OFFICE)
def test_one_drawn_again_says_word_for_word_what_it_said(folder: DataFolder, name: str, suffix: str) -> None:
    drawn = said(frozen_document(folder, name, suffix), suffix)
    assert drawn.splitlines() == (SAID / f"{name}.{suffix}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_its_pdf_drawn_again_says_what_that_of_the_day_says(folder: DataFolder, name: str) -> None:
    drawn = render(frozen_content(folder, name), "pdf")
    assert said(drawn, "pdf") == said(frozen_document(folder, name), "pdf")
