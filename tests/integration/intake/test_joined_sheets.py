"""A figure made from several sheets names each one that it rests on, and what was corrected or found there."""

from __future__ import annotations

from pathlib import Path

from socle.paths import DataFolder
from tests.support.builds import quick_build
from tests.support.exports import write_csv
from tests.support.families import YEARS, answers, collectifs, sheets, write_campaign
from warehouse.open import open_current
from warehouse.origins.explain import explain
from warehouse.origins.figure_name import resolve

YEAR = YEARS["elan-2021"]
CORRECTION = """
- fichier: Activite.csv
  ligne: 2
  variable: nb_enfants
  attendu: "20"
  valeur: "21"
  motif: Confirmé par téléphone
  par: Agent
  date: 2022-10-01
"""


def one_csv_a_sheet(folder: Path, family: str) -> list[Path]:
    """The sheets of an export saved one by one."""
    (book,) = sheets(family, answers(YEAR), collectifs(YEAR)).values()
    return [write_csv(folder / f"{name}.csv", lines) for name, lines in book.items()]


def test_a_figure_names_the_sheets_that_ask_what_it_counts_and_their_corrections(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    write_campaign(folder.raw / YEAR, "elan-2021", one_csv_a_sheet)
    (folder.raw / YEAR / "corrections.yml").write_text(CORRECTION, encoding="utf-8")
    quick_build(folder)
    with open_current(folder) as warehouse:
        found = explain(warehouse, resolve(warehouse, f"nb_enfants_accueillis/{YEAR}/45"))
    assert found.origins[0].valeur == 31
    assert {file.fichier: file.lignes for file in found.files} == {"Activite.csv": (2, 3), "Dossiers.csv": (2, 3)}
    assert [(own.fichier, own.ancienne_valeur, own.nouvelle_valeur) for own in found.corrections] == [
        ("Activite.csv", "20", "21")
    ]
