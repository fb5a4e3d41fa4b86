"""The demo's documents as PDF: what the content says is what a reader finds, on pages that hold it."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from bilan.compose import compose
from bilan.model.content import COMITE, DIFFUSION, Content
from bilan.print.pdf import render_pdf
from bilan.synthese.all import all_syntheses
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from tests.support.builds import quick_build
from tests.support.contents import texts
from tests.support.documents import beyond_margins, figure_texts, loose, pages_of
from tests.support.exports import codebook
from tests.support.pdf_rules import faults

ADOPTED, PROVISIONAL = "2019-2020", "2024-2025"


@pytest.fixture(scope="module")
def bilan(adopted_demo: DataFolder) -> Content:
    return compose(adopted_demo, ADOPTED, "45", COMITE)


@pytest.fixture(scope="module")
def made(bilan: Content) -> bytes:
    return render_pdf(bilan)


@pytest.fixture(scope="module")
def provisional(adopted_demo: DataFolder) -> bytes:
    return render_pdf(compose(adopted_demo, PROVISIONAL, "45", COMITE))


def test_the_first_page_says_what_was_agreed_and_where_it_comes_from(made: bytes, tmp_path: Path) -> None:
    first = loose(pages_of(made, tmp_path)[0])
    assert loose("a agréé 41 actions, ce qui correspond à l'accompagnement de 485 enfants et jeunes") in first
    assert loose("(Source : Note de cadrage Clas du Loiret 2021-2022.)") in first
    assert loose("DONNÉES FICTIVES") in first
    assert loose("Lire ce bilan") in first  # the page is whole


def test_it_says_every_text_of_its_content(bilan: Content, made: bytes, tmp_path: Path) -> None:
    said = loose(" ".join(pages_of(made, tmp_path)))
    told = [text for one in bilan.figures() for text in figure_texts(one)]
    told += [text for part in bilan.sections for block in part.blocks for text in texts(getattr(block, "text", ""))]
    assert len(told) > 1500
    assert [text for text in told if loose(text) not in said] == []


@pytest.mark.parametrize(
    ("campagne", "edition"),
    [("2014-2015", DIFFUSION), (ADOPTED, DIFFUSION), ("2020-2021", COMITE)],
)
def test_every_year_keeps_the_rules_and_the_margins(
    adopted_demo: DataFolder, campagne: str, edition: str, tmp_path: Path
) -> None:
    made = render_pdf(compose(adopted_demo, campagne, "45", edition))
    assert faults(made) == []
    assert beyond_margins(made, tmp_path) == []


def test_a_provisional_year_keeps_the_rules_and_the_margins(provisional: bytes, tmp_path: Path) -> None:
    assert faults(provisional) == []
    assert beyond_margins(provisional, tmp_path) == []


def test_provisional_and_internal_cross_every_page(provisional: bytes, tmp_path: Path) -> None:
    pages = pages_of(provisional, tmp_path)
    assert len(pages) > 20
    assert all(loose(page).startswith("Donnéesfictives·Provisoire·Usageinterne") for page in pages)


def test_a_part_of_it_is_a_document_too(adopted_demo: DataFolder, tmp_path: Path) -> None:
    made = render_pdf(compose(adopted_demo, ADOPTED, "45", sections=("perspectives", "enfants")))
    assert faults(made) == []
    assert loose("Les enfants et les jeunes") in loose(" ".join(pages_of(made, tmp_path)))


def test_each_synthese_is_one_sheet_that_names_no_other(adopted_demo: DataFolder, tmp_path: Path) -> None:
    every = dict(all_syntheses(adopted_demo, ADOPTED, "45", "Caf du Loiret, clas@caf.example"))
    names = {porteur: content.title.partition(" — ")[2] for porteur, content in every.items()}
    assert len(every) > 20
    for porteur, content in every.items():
        made = render_pdf(content)
        assert faults(made) == []
        assert beyond_margins(made, tmp_path, 40) == []
        pages = pages_of(made, tmp_path)
        said = loose(" ".join(pages))
        assert len(pages) <= 2, names[porteur]
        assert [text for one in content.figures() for text in figure_texts(one) if loose(text) not in said] == []
        assert {name for name in names.values() if loose(name) in said} == {names[porteur]}


@pytest.mark.parametrize("porteurs", [1, 3])
def test_a_first_year_of_few_porteurs_without_any_national_figure(tmp_path: Path, porteurs: int) -> None:
    folder = _few(DataFolder(tmp_path / "data"), porteurs)
    content = compose(folder, "2016-2017", "45", COMITE)
    made = render_pdf(content)
    assert faults(made) == [] and beyond_margins(made, tmp_path) == []
    pages = pages_of(made, tmp_path)
    assert loose("a agréé 1 action," if porteurs == 1 else f"a agréé {porteurs} actions,") in loose(pages[0])
    assert loose("1 porteur sur 1 sont") not in loose(" ".join(pages))
    assert loose("Aucun chiffre national n'est publié") in loose(" ".join(pages))
    for _, one in all_syntheses(folder, "2016-2017", "45"):
        assert faults(render_pdf(one)) == []


def _few(folder: DataFolder, porteurs: int) -> DataFolder:
    """One year of the demo, one action of so many porteurs: its only year, not adopted yet."""
    source, year = PROJECT_ROOT / "data" / "raw", "2016-2017"
    (folder.raw / year).mkdir(parents=True)
    shutil.copy(source / "porteurs.csv", folder.raw)
    shutil.copy(source / year / "campagne.yml", folder.raw / year)
    roster, returns = (_table(source / year, name) for name in ("agrements", "questionnaire"))
    firsts = {line[2]: line for line in reversed(roster[1:])}
    kept = [firsts[porteur] for porteur in sorted(firsts)[:porteurs]]
    actions = {line[1] for line in kept}
    told = [line for line in returns[1:] if len(line) > 6 and line[6] in actions]
    for name, lines in (("agrements", [roster[0], *kept]), ("questionnaire", [returns[0], *told])):
        with (folder.raw / year / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(lines)
    quick_build(folder, definitions=codebook())  # every indicator; what is told comes from figures, not from rules
    return folder


def _table(folder: Path, name: str) -> list[list[str]]:
    with next(folder.glob(f"{name}-*.csv")).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))
