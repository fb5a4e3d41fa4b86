"""bilan/definitions/*.yml are checked when they are read: what is wrong in any of them is told at once, in French."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bilan.words.definitions import DEFINITIONS, check_indicators, read_definitions
from cli.main import main
from pipeline.codebook.load import load_codebook
from socle.settings import PROJECT_ROOT
from socle.words.refusal import DefinitionError
from tests.support.builds import plain

CATALOGUE = load_codebook().indicators
FAULTS = yaml.safe_load((PROJECT_ROOT / "tests/fixtures/broken_bilan_definitions.yml").read_text(encoding="utf-8"))
ALONE, BESIDE = FAULTS["seuls"], FAULTS["catalogue"]
Fault = dict[str, str]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEFINITIONS, tmp_path / "bilan" / "definitions"))


def spoil(folder: Path, *faults: Fault) -> None:
    for fault in faults:
        path = folder / f"{fault['fichier']}.yml"
        text = path.read_text(encoding="utf-8")
        assert fault["avant"] in text
        path.write_text(text.replace(fault["avant"], fault["apres"], 1), encoding="utf-8")


def told(errors: Sequence[str], fault: Fault) -> bool:
    parts = (f"{fault['fichier']}.yml", fault["entree"], fault["dit"])
    return any(all(part in plain(error) for part in parts) for error in errors)


@pytest.mark.parametrize("fault", ALONE.values(), ids=ALONE)
def test_a_fault_is_told_with_its_file_and_entry(copy: Path, fault: Fault) -> None:
    spoil(copy, fault)
    with pytest.raises(DefinitionError) as caught:
        read_definitions(copy)
    assert told(caught.value.errors, fault), caught.value.errors


@pytest.mark.parametrize("fault", BESIDE.values(), ids=BESIDE)
def test_a_name_that_neither_the_build_nor_the_program_knows_is_told(copy: Path, fault: Fault) -> None:
    spoil(copy, fault)
    read_definitions(copy)
    with pytest.raises(DefinitionError) as caught:
        check_indicators(CATALOGUE, copy)
    assert [told([error], fault) for error in caught.value.errors] == [True]


def test_all_faults_of_all_files_are_told_together(copy: Path) -> None:
    named = ("a_word_defined_twice", "an_unknown_way_of_making", "an_unknown_noun", "a_sentence_of_no_pattern")
    faults = [*(ALONE[name] for name in named), BESIDE["an_unknown_indicator_of_a_sentence"]]
    spoil(copy, *faults)
    with pytest.raises(DefinitionError) as caught:
        check_indicators(CATALOGUE, copy)
    assert [told(caught.value.errors, fault) for fault in faults] == [True] * len(faults)


def test_what_refers_to_a_file_that_cannot_be_read_is_not_told_as_well(copy: Path) -> None:
    (copy / "phrases.yml").write_text("noms: [", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        check_indicators(CATALOGUE, copy)
    assert ["phrases.yml" in error and "ne peut pas être lu" in error for error in caught.value.errors] == [True]


def test_an_older_build_is_no_fault(copy: Path) -> None:
    check_indicators([one for one in CATALOGUE if one.id != "part_benevoles"], copy)


def test_an_indicator_of_the_data_folder_may_have_its_sentence(copy: Path) -> None:
    fault: Fault = BESIDE["a_pattern_never_said"]
    spoil(copy, {**fault, "apres": fault["apres"].replace("Rien", "{orpheline:part}")})
    check_indicators([*CATALOGUE, replace(CATALOGUE[0], id="orpheline", serie_de="orpheline")], copy)


def test_a_command_tells_every_fault(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = (ALONE["an_unknown_noun"], ALONE["a_word_defined_twice"])
    spoil(copy, *faults)
    monkeypatch.setattr("cli.building.status.status", lambda: read_definitions(copy))
    assert main(["status"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [told(lines, fault) for fault in faults] == [True, True]
