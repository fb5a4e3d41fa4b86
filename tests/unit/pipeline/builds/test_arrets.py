"""What the files of etat/arrets say, in which départements: those of a year, those of one département beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.adopt import figures_csv
from pipeline.builds.adoption import Arret, Pair, adopt, find, in_force, reopen
from pipeline.reading.campaigns import input_text, load_campaigns, of_stem
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from socle.words.states import ADOPTED
from tests.support.two_departements import LOIRET, VAR, YEAR, declare_departements

BUILD = "000001-20261130T210000Z"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A year adopted as a whole, of two départements; nothing is published."""
    made = DataFolder(tmp_path)
    (made.raw / YEAR).mkdir(parents=True)
    declare_departements(made, LOIRET, VAR)
    adopt(made, [(arret(), figures(LOIRET, VAR))])
    return made


def arret(departement: str | None = None, on: str = "2020-11-12") -> Arret:
    return Arret(YEAR, ADOPTED, BUILD, on, "Zoé", 1, departement=departement)


def figures(*codes: str) -> bytes:
    own = [("nb_actions", "departement", code, code, 1, 1, None, "diffusable") for code in codes]
    return figures_csv([*own, ("nb_actions", "france", "FR", None, 2, 2, None, "diffusable")])


def pairs(folder: DataFolder, *reopened: Pair) -> dict[str, str]:
    return {one.departement: one.arret.date for one in in_force(folder, load_campaigns(folder), reopened)}


def test_the_arret_of_a_year_counts_for_each_departement_that_it_speaks_of(folder: DataFolder) -> None:
    assert pairs(folder) == dict.fromkeys((LOIRET, VAR), "2020-11-12")
    assert pairs(folder, (YEAR, VAR)) == {LOIRET: "2020-11-12"}
    declare_departements(folder, LOIRET, "974")
    assert pairs(folder) == {LOIRET: "2020-11-12"}  # 974 was adopted by nobody
    assert find(folder, YEAR, "974") is None


def test_what_a_year_whose_folder_is_gone_adopted_is_still_told(folder: DataFolder) -> None:
    assert {one.pair for one in in_force(folder, [])} == {(YEAR, LOIRET), (YEAR, VAR)}


def test_the_file_of_a_departement_wins_adopted_or_reopened(folder: DataFolder) -> None:
    adopt(folder, [(arret(VAR, "2020-12-01"), figures(VAR))])
    assert pairs(folder) == {LOIRET: "2020-11-12", VAR: "2020-12-01"}
    found = find(folder, YEAR, VAR)
    assert found and [event["date"] for event in found.historique] == ["2020-11-12", "2020-12-01"]
    reopen(folder, YEAR, VAR, "Un motif")
    assert pairs(folder) == {LOIRET: "2020-11-12"}
    assert find(folder, YEAR, VAR) is None
    with pytest.raises(Refusal, match=r"\(83\)"):
        reopen(folder, YEAR, VAR, "Un motif")
    reopen(folder, YEAR, None, "Un motif")
    assert pairs(folder) == {}


def test_files_are_named_to_people_with_their_departement() -> None:
    assert of_stem("2021-2022-2A") == ("2021-2022", "2A")
    assert input_text("(arrêts)/2021-2022-45.figures.csv") == "chiffres arrêtés de 2021-2022 (45)"
    assert input_text("(arrêts)/2021-2022.json") == "arrêt de 2021-2022"
    assert input_text(f"(lignes)/2021-2022-974/{BUILD}") == "lignes gardées avec l'arrêt de 2021-2022 (974)"
