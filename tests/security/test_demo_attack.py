"""The same attacker on the demo's own files, as `clas export` writes them."""

from __future__ import annotations

import csv
import random
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.main import main
from pipeline.marts.calculation import by_source, long_sql
from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from tests.support.attacker import Answer, Attacker, Question
from tests.support.demo import LAST, build_of
from tests.support.exports import codebook
from tests.support.joint_attacker import JointAttacker

NUMBERS = ("valeur", "numerateur", "denominateur")


@pytest.fixture(scope="module")
def exported(adopted_demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """chiffres.csv."""
    target = tmp_path_factory.mktemp("export") / "donnees-ouvertes"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAS_DATA", str(adopted_demo.root))
        assert main(["export", "--out", str(target)]) == 0
    return read(target / "chiffres.csv")


def read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    for row in rows:
        row |= {name: float(row[name]) if row[name] else None for name in NUMBERS}
    return rows


@pytest.fixture(scope="module")
def answered(adopted_demo: DataFolder) -> dict[str, dict[str, list[Answer]]]:
    """{campagne: {indicator: who answered}}, of the protected ones."""
    parts = [
        long_sql(f"marts.calcul_{source.split('.')[-1]}", [one for one in found if one.diffusion != "L"])
        for source, found in by_source(codebook().indicators)
        if any(one.diffusion != "L" for one in found)
    ]
    found: dict[str, dict[str, list[Answer]]] = {}
    with duckdb.connect(str(build_of(adopted_demo) / WAREHOUSE), read_only=True) as connection:
        rows = connection.execute(
            "select campagne, indicateur, porteur_id, action_id, type_structure, zonage, sum(numerateur)::double, "
            f"sum(denominateur)::double from ({' union all by name '.join(parts)}) group by all order by all"
        ).fetchall()
    for campagne, indicateur, porteur, action, kind, zone, above, below in rows:
        answer = Answer(porteur, action, {"type_structure": kind, "zonage": zone}, above, below)
        found.setdefault(campagne, {}).setdefault(indicateur, []).append(answer)
    return found


def questions() -> list[Question]:
    by_id = {one.id: one for one in codebook().indicators}
    return [
        Question(
            one.id,
            one.unite,
            one.numerateur,
            None if one.base_publique else (by_id[one.base_comme].numerateur if one.base_comme else one.denominateur),
            one.base_publique,
            one.serie_de,
        )
        for one in codebook().indicators
        if one.diffusion != "L"
    ]


def years(adopted: DataFolder) -> list[str]:
    return sorted(path.name for path in adopted.raw.iterdir() if path.is_dir() and path.name != LAST)


def someone(campagne: str, exported: list[dict[str, Any]], answered: dict[str, dict[str, list[Answer]]]) -> Attacker:
    attacker = Attacker()
    attacker.read(questions(), answered.get(campagne, {}), rows_of(campagne, exported))
    return attacker


def rows_of(campagne: str, exported: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is shown of a campagne."""
    return [
        row | {"code": "" if row["niveau"] == "departement" else row["code"]}
        for row in exported
        if row["campagne"] == campagne and row["statut"] == "diffusable" and row["origine"] == "fictif"
    ]


def test_the_year_that_is_not_adopted_is_not_in_the_files(exported: list[dict[str, Any]]) -> None:
    assert {row["campagne"] for row in exported if row["origine"] != "publie"} == {
        year for year in {row["campagne"] for row in exported} if year not in (LAST, "2010-2011")
    }


def test_nothing_is_found_in_what_is_exported(
    adopted_demo: DataFolder, exported: list[dict[str, Any]], answered: dict[str, dict[str, list[Answer]]]
) -> None:
    known = 0
    for campagne in years(adopted_demo):
        attacker = someone(campagne, exported, answered)
        known += sum(len(sums) for sums in attacker.known.values())
        assert [*attacker.combine(), *attacker.recompute(), *attacker.bound()] == []
    assert known > 400


def test_nor_by_two_porteurs_who_talk(
    adopted_demo: DataFolder, exported: list[dict[str, Any]], answered: dict[str, dict[str, list[Answer]]]
) -> None:
    """Every pair against the first year that has returns; some of them against each of the others."""
    draw = random.Random(45)
    for campagne in years(adopted_demo):
        attacker = someone(campagne, exported, answered)
        names = sorted({answer.porteur for rows in answered.get(campagne, {}).values() for answer in rows})
        pairs = list(combinations(names, 2))
        assert list(attacker.project([*((name,) for name in names), *pairs])) == []
        for pair in draw.sample(pairs, min(4, len(pairs))):
            others = [name for name in names if name not in pair]
            assert list(attacker.bound(pair, draw.sample(others, 3))) == []


def test_nor_in_all_of_it_at_once(
    adopted_demo: DataFolder, exported: list[dict[str, Any]], answered: dict[str, dict[str, list[Answer]]]
) -> None:
    """The joint attacker: lines that domination hides, and some porteurs, in some of the things counted."""
    draw = random.Random(46)
    learned = []
    for campagne in years(adopted_demo):
        attacker = JointAttacker()
        attacker.read(questions(), answered.get(campagne, {}), rows_of(campagne, exported))
        hidden = sorted(attacker.hidden.items(), key=lambda line: line[1])
        attacker.hidden = dict(draw.sample(hidden, min(25, len(hidden))))
        learned += [(campagne, finding) for finding in attacker.recompute()]
        names = sorted({atom[0] for _, atom in attacker.columns})
        counted = sorted({name for name, _ in attacker.columns})
        for _ in range(12 if names else 0):
            target, first, second = draw.sample(names, 3)
            thing = draw.choice(counted)
            for pair in ((), (first, second)):
                learned += [(campagne, finding) for finding in attacker.enclosed(target, pair, thing)]
    assert learned == []


def test_nor_the_lyceens_that_one_porteur_has(
    exported: list[dict[str, Any]], answered: dict[str, dict[str, list[Answer]]]
) -> None:
    """Hidden for domination; the two other shares, of the département and of its lines, leave 8 or 9 of them."""
    attacker = JointAttacker()
    attacker.read(questions(), answered["2021-2022"], rows_of("2021-2022", exported))
    attacker.hidden = {line: label for line, label in attacker.hidden.items() if "niveau__lycee/" in label}
    assert attacker.hidden
    assert list(attacker.recompute()) == []


def test_last_year_adds_nothing(
    adopted_demo: DataFolder, exported: list[dict[str, Any]], answered: dict[str, dict[str, list[Answer]]]
) -> None:
    """Taken for the same questions asked twice: a porteur whose answers did not change is in both years' sums."""
    both = years(adopted_demo)[-2:]
    attacker = Attacker()
    for campagne in both:
        one = someone(campagne, exported, answered)
        for counted, sums in one.known.items():
            attacker.known.setdefault(counted, []).extend(sums)
    assert [finding for finding in attacker.combine() if finding.how == "difference"] == []


def test_a_porteur_of_the_warehouse_would_be_found(
    adopted_demo: DataFolder, answered: dict[str, dict[str, list[Answer]]]
) -> None:
    """The same attacker on what the committee reads: hiding nothing would tell."""
    with duckdb.connect(str(build_of(adopted_demo) / WAREHOUSE), read_only=True) as connection:
        found = connection.execute(
            "select * from marts.indicateur_valeur_agregee where niveau in ('departement', 'type_structure', 'zonage') "
            "and statut = 'diffusable' and origine = 'fictif' and nb_porteurs is not null"
        )
        names = [column[0] for column in found.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    attacker = someone("2019-2020", rows, answered)
    assert {finding.how for finding in attacker.combine()} == {"difference"}
