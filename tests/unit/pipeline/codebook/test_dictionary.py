"""The dictionary says everything that is declared, and the committed one is up to date."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pipeline.codebook.dictionary import render
from pipeline.codebook.model import Codebook
from socle.settings import PROJECT_ROOT
from tests.support.exports import codebook as shipped


@pytest.fixture(scope="module")
def text() -> str:
    return render(shipped())


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return shipped()


def part(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def entry(text: str, name: str) -> str:
    """The entry of a variable or an indicator of this name: `text` is a part, since both may bear the same."""
    found = re.search(rf"#### `{name}` .*?(?=\n#|\Z)", text, re.DOTALL)
    assert found, name
    return found[0]


def test_the_committed_dictionary_is_up_to_date(text: str) -> None:
    committed = (PROJECT_ROOT / "docs" / "dictionary.md").read_text(encoding="utf-8")
    assert committed == text, "lancez « make docs »"


def test_every_variable_and_every_indicator_has_one_entry(text: str, codebook: Codebook) -> None:
    for title, declared in (
        ("Variables", {variable.id for variable in codebook.variables}),
        ("Indicateurs", {indicator.serie_de for indicator in codebook.indicators}),
    ):
        assert sorted(re.findall(r"^#### `(\w+)`", part(text, title), re.MULTILINE)) == sorted(declared)


def test_every_series_and_every_formula_is_there(text: str, codebook: Codebook) -> None:
    described = part(text, "Indicateurs")
    for indicator in codebook.indicators:
        assert f"`{indicator.id}`" in described
        if not indicator.modalite:
            assert f"`{indicator.numerateur}`" in entry(described, indicator.id)


def test_every_wording_that_a_format_asks_is_there(text: str, codebook: Codebook) -> None:
    variable = next(v for v in codebook.variables if v.id == "nb_enfants")
    wordings = [c.entete for f in codebook.formats for c in f.colonnes if c.variable == variable.id]
    assert [wording for wording in wordings if wording not in entry(part(text, "Variables"), variable.id)] == []


def test_bounds_unit_and_years_are_said(text: str) -> None:
    described = entry(part(text, "Variables"), "nb_enfants")
    assert "(enfant)" in described
    assert "Possible : de 0 à" in described
    assert "Demandé : depuis 2016-2017" in described


def test_each_year_has_its_wording_wherever_the_export_asks_it(text: str) -> None:
    asked = entry(part(text, "Variables"), "type_structure")
    spans = ["2014-2015 à 2015-2016", "2016-2017 à 2019-2020", "2020-2021", "2021-2022 à 2023-2024", "depuis 2024-2025"]
    found = re.findall(r"^\* Intitulé, (.*?) : «", asked, re.MULTILINE)
    assert found[: len(spans)] == spans  # a new kind of export comes after them
    of_a_collectif = entry(part(text, "Variables"), "inscrits")
    assert "Demandé : depuis 2020-2021" in of_a_collectif
    assert "Intitulé, 2021-2022 à 2023-2024 : « " in of_a_collectif


def test_a_file_that_is_no_return_is_named_beside_its_wording(text: str) -> None:
    assert "Intitulé, Liste des actions agréées par le comité : « " in entry(part(text, "Variables"), "statut_agrement")


def test_personal_data_is_marked(text: str, codebook: Codebook) -> None:
    for variable in codebook.variables:
        assert ("donnée personnelle" in entry(part(text, "Variables"), variable.id)) == variable.personnel


def test_a_changed_label_changes_the_dictionary(text: str, codebook: Codebook) -> None:
    first, *others = codebook.variables
    changed = replace(codebook, variables=(replace(first, libelle="Tout autre chose"), *others))
    assert render(changed) != text


def test_a_pipe_in_a_table_comment_does_not_break_its_row(text: str) -> None:
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert rows
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {3}
