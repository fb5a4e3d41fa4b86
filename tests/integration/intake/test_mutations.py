"""A small export mutated a hundred times and more: a figure is the one of the answers, less exactly what is said.

Every variant is a file of its own, with its own six porteurs, in one build: the first is untouched, and the others are
compared with it, porteur by porteur.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
import yaml

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Indicator
from pipeline.marts.calculation import used_names
from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from tests.support.builds import quick_build
from tests.support.exports import codebook, declare, write_export
from tests.support.mutations import PORTEURS, Written, action, mutated, porteur, returns, roster, small_format

YEAR = "2019-2020"
MADE_OF = {
    "nb_enfants_attendus": ("nb_enfants_prevu",),
    "nb_collectifs_comptes": ("nb_collectifs",),
    "axe_retenu__enfants": ("axe__enfants",),
    "axe_retenu__parents": ("axe__parents",),
    "axe_retenu__ecole": ("axe__ecole",),
    "axe_retenu__territoire": ("axe__territoire",),
}
FILLED = {column["variable"] for column in small_format()["colonnes"]}
SERIES = [
    series
    for series in codebook().indicators
    if series.source == "core.action"
    and {name for name in series.variables if "__" not in name or name in FILLED} & FILLED
]
RULES = tuple(rule.id for rule in codebook().rules if rule.table in ("reponse", "doublon"))
Figures = Mapping[tuple[str, str], tuple[float, float | None]]
"""{(action_id, indicateur): numerator and denominator}."""


@pytest.mark.parametrize(
    ("seed", "variants"), [(1, 150), *[pytest.param(seed, 300, marks=pytest.mark.long) for seed in range(2, 12)]]
)
def test_a_figure_loses_exactly_what_is_said_to_have_left(tmp_path: Path, seed: int, variants: int) -> None:
    folder, written = DataFolder(tmp_path), {}
    write_export(folder.register, "porteurs", [porteur(v, r) for v in range(variants) for r in range(PORTEURS)])
    declare(folder, YEAR)
    (folder.raw / YEAR / "formats.yml").write_text(yaml.safe_dump([small_format()], allow_unicode=True), "utf-8")
    write_export(
        folder.raw / YEAR / "agrements.csv", "agrements", [line for v in range(variants) for line in roster(v)]
    )
    random = Random(seed)
    for variant in range(variants):
        written[variant] = mutated(variant, random)
        written[variant].write(folder.raw / YEAR / f"v{variant:04d}.csv")
    built = quick_build(
        folder, rules=RULES, definitions=replace(load_codebook((folder.root,)), indicators=tuple(SERIES))
    )
    with duckdb.connect(str(built.folder / WAREHOUSE), read_only=True) as connection:
        seen = Seen(connection)
    faults = [fault for variant, file in written.items() for fault in seen.faults(variant, file)]
    assert faults == []


class Seen:
    """What a build says of every variant."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        rows = connection.execute("select * from core.action").df().set_index("action_id")
        self.rows: set[str] = set(rows.index)
        self.figures: dict[tuple[str, str], tuple[float, float | None]] = {
            (name, indicateur): (above, below)
            for name, indicateur, above, below in connection.execute(
                "select code, indicateur, numerateur, denominateur from marts.indicateur_detail where niveau = 'action'"
            ).fetchall()
        }
        refused = connection.execute("select fichier from qualite.fichier where statut = 'refuse'").fetchall()
        self.refused = {name for (name,) in refused}
        self.said: dict[str, set[str]] = defaultdict(set)
        self.gone: dict[str, int] = defaultdict(int)
        for fichier, message in connection.execute(
            "select fichier, message from qualite.fichier where statut = 'mis_de_cote'"
        ).fetchall():
            self.gone[fichier] += _lines_named(message)
        for fichier, action_id, variable, effet in connection.execute(
            "select fichier, action_id, variable, effet from qualite.anomalie"
        ).fetchall():
            if effet == "valeur_ecartee" and variable:
                self.said[action_id or fichier].add(variable)
            self.gone[fichier] += effet in ("ligne_ecartee", "en_attente")
        self.columns = set(rows.columns)

    def faults(self, variant: int, written: Written) -> list[str]:
        """What is not as said, with what was done to the file."""
        file = f"v{variant:04d}.csv"
        what = f"{file} ({'; '.join(written.done)})"
        kept = [rank for rank in range(PORTEURS) if action(variant, rank) in self.rows]
        if file in self.refused:
            return [f"{what}: refused, and read"] if kept else []
        lost = _expected_rows(written, variant) - len(kept)
        unsaid = [f"{what}: {lost} returns gone, {self.gone[file]} said"] if lost > self.gone[file] else []
        return unsaid + [
            f"{what}: {action(variant, rank)} {series.id} {fault}"
            for rank in kept
            for series in SERIES
            if (fault := self._fault(variant, rank, series, self.said[action(variant, rank)] | self.said[file]))
        ]

    def _fault(self, variant: int, rank: int, series: Indicator, left: set[str]) -> str:
        found = self.figures.get((action(variant, rank), series.id))
        expected = self.figures.get((action(0, rank), series.id))
        out = left & self._used(series)
        if out and series.denominateur:
            expected = None
        elif out:
            expected = _without(expected, rank, out)
        return "" if _same(found, expected) else f"is {found}, not {expected} (set aside: {sorted(left)})"

    def _used(self, series: Indicator) -> set[str]:
        names = used_names((series.numerateur, series.denominateur, series.condition), self.columns)
        return {*names, *(name for made in names for name in MADE_OF.get(made, ()))}


def _lines_named(message: str) -> int:
    """How many lines « ligne 3 », « lignes 2 à 5 et 7 » names."""
    named = re.search(r"lignes? ([\d ,àet]+)", message.replace("\u202f", " "))
    ranges = re.findall(r"(\d+)(?: à (\d+))?", named[1] if named else "")
    return sum(int(last or first) - int(first) + 1 for first, last in ranges)


def _expected_rows(written: Written, variant: int) -> int:
    """How many of its returns the file still holds."""
    numbers = {cell for row in written.lines[1:] for cell in row}
    return sum(any(f"R{variant}-{rank}" == cell.strip() for cell in numbers) for rank in range(PORTEURS))


def _without(total: tuple[float, float | None] | None, rank: int, out: set[str]) -> tuple[float, float | None] | None:
    """A total less the answers that left it: none where nothing is left."""
    answers: dict[str, Any] = returns(0)[rank]
    if total is None:
        return None
    lost = sum(float(str(answers[name]).replace(",", ".")) for name in out if answers.get(name))
    return (total[0] - lost, None) if total[0] - lost else None


def _same(found: tuple[float, float | None] | None, expected: tuple[float, float | None] | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return all(
        (a is None) == (b is None) and (a is None or b is None or abs(a - b) < 1e-6)
        for a, b in zip(found, expected, strict=True)
    )
