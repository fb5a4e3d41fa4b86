"""The committee of each Caf adopts its own figures: what changes in one leaves the others adopted and diffused."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipeline.adopt import run_adoption
from pipeline.codebook.model import Codebook
from socle.files.manifest import DIFFUSION, WAREHOUSE
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.alike import Rows, differences, rows_by_departement, tables
from tests.support.builds import build_with, quick_build, silent
from tests.support.cafs import CODES, LAST, SECOND
from tests.support.cafs_built import NESTED, RULES, cafs_built, few
from tests.support.demo import build_of
from tests.support.exports import codebook, write_csv
from tests.support.once import copied

YEARS = (SECOND, LAST)
ADOPTED_ON = "2022-12-05"
OF_EACH = ("marts.campagne", "marts.indicateur_valeur", "marts.distribution", "marts.territoire_couvert")
"""What diffusion.duckdb says of a département."""


def known() -> Codebook:
    """The definitions that `cafs_built` builds with."""
    return replace(few(), rules=tuple(rule for rule in codebook().rules if rule.id in RULES))


def adopt(folder: DataFolder, departement: str, years: Sequence[str] = YEARS) -> None:
    with pytest.MonkeyPatch.context() as patched:
        build_with(patched, known())
        days: dict[str, str | None] = dict.fromkeys(years, ADOPTED_ON)
        run_adoption(folder, Settings(folder.root), silent, days, "Comité", departement=departement)


@contextmanager
def database(folder: DataFolder, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(build_of(folder) / name), read_only=True) as connection:
        yield connection


def states(folder: DataFolder) -> dict[tuple[str, str], str]:
    """{(campagne, département): état}."""
    with database(folder, WAREHOUSE) as warehouse:
        found = warehouse.execute("select campagne, departement, etat from marts.campagne").fetchall()
    return {(campagne, departement): etat for campagne, departement, etat in found}


def diffused(folder: DataFolder, departement: str) -> dict[str, Rows]:
    """What is shown to porteurs of a département, table by table."""
    with database(folder, DIFFUSION) as shown:
        columns = tables(shown)
        found = {table: rows_by_departement(shown, table, columns[table]) for table in OF_EACH}
    return {table: Counter(rows.get(departement, Counter())) for table, rows in found.items()}


def change(path: Path, row: int, header: str, value: str) -> None:
    """Write one cell otherwise."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))
    lines[row][lines[0].index(header)] = value
    write_csv(path, lines)


def test_each_committee_adopts_its_own_and_one_changed_cell_leaves_the_others(
    tmp_path_factory: pytest.TempPathFactory, subtests: pytest.Subtests
) -> None:
    base = tmp_path_factory.getbasetemp()
    together = copied(cafs_built(base, NESTED), tmp_path_factory.mktemp("ensemble"))
    alone = copied(cafs_built(base, "45"), tmp_path_factory.mktemp("seule"))
    adopt(alone, "45")
    adopt(together, "45")

    with subtests.test("one is adopted, the others are not"):
        assert {pair for pair, etat in states(together).items() if etat == "arretee"} == {
            (year, "45") for year in YEARS
        }
        assert [rows.total() for rows in diffused(together, "974").values()] == [0, 0, 0, 0]
    for table, rows in diffused(alone, "45").items():
        with subtests.test(f"{table} is diffused as when alone"):
            assert rows or table != "marts.indicateur_valeur"
            assert list(differences(rows, diffused(together, "45")[table])) == []

    adopt(together, "2A", [SECOND])
    before = {code: diffused(together, code) for code in CODES}
    assert before["2A"]["marts.indicateur_valeur"]
    children = "Combien d'enfants et de jeunes ont été accueillis pendant l'année ?"
    change(together.raw / SECOND / "2A" / "retours-2A.csv", 1, children, "11")
    quick_build(together, definitions=few(), rules=RULES)
    with subtests.test("only that one is provisional again"):
        assert {pair for pair, etat in states(together).items() if etat == "arretee"} == {
            (year, "45") for year in YEARS
        }
    with subtests.test("the others are diffused as before"):
        assert diffused(together, "45") == before["45"]
    with subtests.test("what changed is not diffused"):
        assert [rows.total() for rows in diffused(together, "2A").values()] == [0, 0, 0, 0]
