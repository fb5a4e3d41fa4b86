"""One table of values, bases, units and states: commands, pages and documents write each of them alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bilan.exhibits.cells import card_cell, table_cell
from bilan.words.numbers import Quantity
from bilan.words.reading import Reading, read
from bilan.words.terms import speaker
from cli.demo import demo
from cli.figures import explain as command
from cli.words.difference_text import show_difference
from dashboard.exhibits import provenance
from dashboard.loading import comparing
from pipeline.builds.difference import Difference
from socle.paths import DataFolder
from tests.support.builds import plain
from warehouse.open import open_current
from warehouse.origins.explain import Explanation, Origin
from warehouse.origins.explain import explain as explain_figure
from warehouse.origins.figure_name import resolve
from warehouse.scope import LOCAL

YEAR = "2019-2020"
NAME = "part_actions_4_axes"
VALUES = [
    # value, numerator, denominator, unit, state -> in a sentence, in a table
    (0.25, 3, 12, "pct", "diffusable", "3 sur 12", "3 sur 12"),
    (18 / 43, 18, 43, "pct", "diffusable", "42 % (18 sur 43)", "41,9 %"),
    (0.625, 75, 120, "pct", "diffusable", "63 %", "62,5 %"),
    (0.998, 499, 500, "pct", "diffusable", "plus de 99 %", "99,8 %"),
    (0.0004, 1, 2500, "pct", "diffusable", "moins de 1 %", "moins de 0,1 %"),
    (0.998, None, None, "pct", "diffusable", "plus de 99 %", "plus de 99 %"),
    (0.42, None, None, "pct", "diffusable", "42 %", "42 %"),
    (1.0, 30, 30, "pct", "diffusable", "100 % (30 sur 30)", "100,0 %"),
    (0.0, None, None, "n", "diffusable", "0", "0"),
    (4312.0, None, None, "n", "diffusable", "4 312", "4 312"),
    (11.0, 22, 2, "ratio", "diffusable", "11", "11,0"),
    (448.4, 44840, 100, "eur", "diffusable", "448 €", "448 €"),
    (None, None, None, "pct", "secret", *["non diffusé : trop peu de porteurs"] * 2),
    (0.5, 1, 2, "pct", "secret", *["non diffusé : trop peu de porteurs"] * 2),
    (None, None, None, "n", "non_demande", *[f"non demandé en {YEAR}"] * 2),
    (None, None, None, "h", "non_calculable", *["non calculable : la donnée n'existe pas par action"] * 2),
    (None, None, None, "pct", "non_renseigne", *["non renseigné"] * 2),
]
Row = tuple[float | None, float | None, float | None, str, str, str, str]
Say = Callable[[str], str]


@pytest.fixture(scope="module")
def known(adopted_demo: DataFolder) -> tuple[Reading, Explanation]:
    reading = read(adopted_demo, LOCAL, YEAR, "45")
    with open_current(adopted_demo) as warehouse:
        return reading, explain_figure(warehouse, resolve(warehouse, f"{NAME}/{YEAR}/45"))


def doors(row: Row, reading: Reading, told: Explanation, printed: Say) -> Iterator[tuple[str, bool, str]]:
    """Yield (door, whether it is a table, what it writes)."""
    value, above, below, unit, state, _, _ = row
    figure = replace(
        reading.figures[NAME], valeur=value, numerateur=above, denominateur=below, unite=unit, statut=state
    )
    # Nobody left it blank: how many did is told where returns are counted, and has its own test.
    years = {name: replace(year, nb_reponses=0) for name, year in reading.years.items()}
    reading = replace(reading, figures={**reading.figures, NAME: figure}, years=years)
    series, rules = reading.catalogue[NAME], reading.rules
    yield "page and document, card", False, card_cell(reading, NAME).text
    yield "page and document, table", True, table_cell(reading, NAME, reading.quantity(NAME), YEAR).text
    if Quantity(value, unit, above, below, state).said:
        yield "page and document, sentence", False, speaker(reading, NAME).fragment(["{x:part}"])
    yield "clas demo", False, demo._own(figure, series, rules)
    origin = Origin(value, above, below, 10, 10, 0, state, False, "calcule", "une source", None)
    told = replace(told, unite=unit, origins=(origin,))
    yield "clas explain", False, command._value(told, origin, rules).partition(" —")[0]
    yield "where a figure comes from", True, provenance._lines(told, rules)[0]["Chiffre"]
    change: dict[str, Any] = {
        "campagne": YEAR, "niveau": "departement", "code": "45", "libelle": "Actions", "unite": unit,
        "relation": series.relation, "valeur": value, "numerateur": above, "denominateur": below, "statut": state,
        "valeur_avant": None, "numerateur_avant": None, "denominateur_avant": None, "statut_avant": None,
    }  # fmt: skip
    yield "what a load changes", True, comparing._figure(change, rules)["Après"]
    show_difference(Difference("avant", "apres", chiffres=[change]), rules, 1)
    yield "clas build --essai", True, printed("absent, puis ")


@pytest.mark.parametrize("row", VALUES, ids=lambda row: f"{row[5]} ({row[4]})")
def test_every_door_writes_a_value_alike(
    row: Row, known: tuple[Reading, Explanation], capsys: pytest.CaptureFixture[str]
) -> None:
    def printed(after: str) -> str:
        return capsys.readouterr().out.partition(after)[2].strip()

    said = list(doors(row, *known, printed))
    assert {name: plain(text) for name, _, text in said} == {name: row[6 if table else 5] for name, table, _ in said}
    assert len(said) >= 7


def test_the_thresholds_are_those_of_the_build(
    known: tuple[Reading, Explanation], capsys: pytest.CaptureFixture[str]
) -> None:
    reading, told = known
    reading = replace(reading, rules=replace(reading.rules, base_minimale=50, base_pourcentage_seul=60))
    row = (18 / 43, 18, 43, "pct", "diffusable", "", "")
    said = doors(row, reading, told, lambda after: capsys.readouterr().out.partition(after)[2].strip())
    assert {plain(text) for _, _, text in said} == {"18 sur 43"}
