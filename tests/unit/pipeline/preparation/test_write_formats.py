"""The answers of a screen complete the draft of an export never seen, and nothing else of formats.yml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.drafting.draft import Draft
from pipeline.drafting.run import draft_file
from pipeline.preparation.write_formats import Header, HeaderAnswer, answer_draft, choices
from pipeline.staging.try_file import try_file
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.exports import codebook, make_folder, reponse, shipped_format, table, write_csv

YEAR = "2019-2020"
CHILDREN = "Combien d'enfants et de jeunes ont été accueillis pendant l'année ?"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return make_folder(tmp_path)


@pytest.fixture
def drafted(folder: DataFolder) -> Draft:
    """The draft of an export with two headers that nobody knows."""
    header, *rows = table(shipped_format("questionnaire-2016"), [reponse("a1"), reponse("a2")])
    header = ["Venus cette année-là" if text == CHILDREN else text for text in header]
    lines = [[*header, "Couleur"], *([*row, "bleu"] for row in rows)]
    path = write_csv(folder.raw / YEAR / "nouveau.csv", lines)
    found, _ = draft_file(folder, path, YEAR)
    assert isinstance(found, Draft)
    assert [column.entete for _, column in found.waiting] == ["Venus cette année-là", "Couleur"]
    return found


def answers(draft: Draft, *given: HeaderAnswer) -> Mapping[Header, HeaderAnswer]:
    return {(part, column.entete): one for (part, column), one in zip(draft.waiting, given, strict=False)}


def test_the_answers_make_the_file_readable(folder: DataFolder, drafted: Draft) -> None:
    path = folder.raw / YEAR / "nouveau.csv"
    with pytest.raises(Refusal):
        try_file(folder, path)
    given = answers(drafted, HeaderAnswer("nb_enfants"), HeaderAnswer(ignoree="  inutile\nau bilan "))
    answer_draft(folder, drafted, given, "Agent")
    (read,) = try_file(folder, path).tables
    assert "Couleur" in read.ignorees
    text = (folder.raw / YEAR / "formats.yml").read_text(encoding="utf-8")
    assert "ignoree: inutile au bilan" in text.replace('"', "")
    assert "# " in text  # why each is what it is stays written


def test_a_header_without_an_answer_is_named(folder: DataFolder, drafted: Draft) -> None:
    before = (folder.raw / YEAR / "formats.yml").read_bytes()
    for given in (HeaderAnswer(), HeaderAnswer(ignoree=" ")):
        with pytest.raises(Refusal, match="Couleur"):
            answer_draft(folder, drafted, answers(drafted, HeaderAnswer("nb_enfants"), given), "Agent")
    assert (folder.raw / YEAR / "formats.yml").read_bytes() == before


def test_two_headers_cannot_ask_the_same(folder: DataFolder, drafted: Draft) -> None:
    with pytest.raises(Refusal, match="ne peuvent pas demander la même chose"):
        answer_draft(folder, drafted, answers(drafted, HeaderAnswer("nb_enfants"), HeaderAnswer("nb_enfants")), "Agent")


def test_what_would_contradict_the_definitions_is_refused_and_not_written(folder: DataFolder, drafted: Draft) -> None:
    before = (folder.raw / YEAR / "formats.yml").read_bytes()
    with pytest.raises(Refusal, match="se contredisent"):
        answer_draft(
            folder, drafted, answers(drafted, HeaderAnswer("nb_enfants"), HeaderAnswer("inexistante")), "Agent"
        )
    assert (folder.raw / YEAR / "formats.yml").read_bytes() == before


def test_a_draft_that_is_gone_is_refused(folder: DataFolder, drafted: Draft) -> None:
    (folder.raw / YEAR / "formats.yml").write_text("[]\n", encoding="utf-8")
    given = answers(drafted, HeaderAnswer("nb_enfants"), HeaderAnswer(ignoree="inutile"))
    with pytest.raises(Refusal, match=r"n'est plus dans formats\.yml"):
        answer_draft(folder, drafted, given, "Agent")


def test_the_choices_are_those_of_such_a_table_by_their_label(drafted: Draft) -> None:
    found = choices(codebook(), drafted, None)
    assert found["nb_enfants"] == "Enfants et jeunes accueillis"
    assert "nb_enfants_agrees" not in found  # asked by a roster
    assert list(found.values()) == sorted(found.values(), key=str.casefold)
