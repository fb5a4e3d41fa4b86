"""What belongs here: someone tries to get at what is not theirs. In this file, from what is published alone.

The attacker (tests/support/attacker.py) knows the published rows, who answered what, and what one or two porteurs
know of themselves. It uses none of the product's code. It finds nothing; it does as soon as a part of the rule is
taken away.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import pipeline.disclosure.decide as product
import pipeline.disclosure.primary as primary
from pipeline.codebook.diffusion import DisclosureThresholds
from pipeline.disclosure.model import Contribution, PublishedSums
from tests.support.attacker import Attacker, Finding
from tests.support.departements import RULE, Declared, Profile, attacker, declared, held, published

SIZES, FEW, DEPARTEMENTS, CHUNK = 58, 20, 200, 10
"""One size in three at each `make test`; each size, several times, at `make test-long`."""
Patch = pytest.MonkeyPatch


def porteurs(found: Declared) -> list[str]:
    return sorted({c.porteur for contributions in found.values() for c in contributions})


def neighbours(found: Declared, target: str) -> list[str]:
    """Those of its type and zones: their own figures say the most of it."""
    places = {(c.type_structure, c.zonage) for rows in found.values() for c in rows if c.porteur == target}
    return sorted({c.porteur for rows in found.values() for c in rows if (c.type_structure, c.zonage) in places})


def pairs(found: Declared, draw: random.Random, number: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Targets, each with nobody, two neighbours, or two of any."""
    everyone = porteurs(found)
    for target in draw.sample(everyone, min(number, len(everyone))):
        near = [name for name in neighbours(found, target) if name != target]
        far = [name for name in everyone if name != target]
        yield target, tuple(draw.sample(near, min(2, len(near))))
        yield target, tuple(draw.sample(far, min(2, len(far))))


def findings(someone: Attacker, found: Declared, seed: int, number: int = 3) -> list[Finding]:
    """Everything the attacker tries."""
    learned = [*someone.combine(), *someone.recompute()]
    groups = [group for size in (2, 3, 4) for group in combinations(porteurs(found)[:8], size)]
    learned += someone.project([*((name,) for name in porteurs(found)), *groups[:: max(1, len(groups) // 30)]])
    for target, accomplices in pairs(found, random.Random(seed), number):
        learned += someone.bound(accomplices, [target])
    return learned


def size(seed: int) -> int:
    """From 3 to 60 porteurs."""
    return 3 + seed * 7 % SIZES


def attack(seeds: range) -> None:
    for seed in seeds:
        found = declared(seed, size(seed))
        rows, _ = published(found)
        assert findings(attacker((found, rows)), found, seed) == []


def test_the_sizes_go_from_three_porteurs_to_sixty() -> None:
    assert sorted(map(size, range(SIZES))) == list(range(3, 61))
    few = sorted(map(size, range(FEW)))
    assert max(larger - smaller for smaller, larger in pairwise([3, *few, 60])) <= 5


@pytest.mark.parametrize("first", range(0, FEW, CHUNK))
def test_nothing_is_found_in_a_departement_of_one_size_in_three(first: int) -> None:
    attack(range(first, first + CHUNK))


@pytest.mark.long
@pytest.mark.parametrize("first", range(FEW, DEPARTEMENTS, CHUNK))
def test_nothing_is_found_in_two_hundred_departements(first: int) -> None:
    attack(range(first, first + CHUNK))


def one_changed(found: Declared, draw: random.Random) -> Declared:
    """A value is corrected, in every series that counts the same."""
    name = draw.choice(porteurs(found))
    factor = draw.choice((2, 3))

    def corrected(one: Contribution, serie: str) -> Contribution:
        if one.porteur != name or not serie.startswith(("nb_enfants", "part_enfants_qpv", "enfants_par")):
            return one
        base = one.denominateur * factor if one.denominateur and serie == "part_enfants_qpv" else one.denominateur
        return one._replace(numerateur=one.numerateur * factor, denominateur=base)

    return {serie: [corrected(one, serie) for one in rows] for serie, rows in found.items()}


def one_withdrawn(found: Declared, draw: random.Random) -> Declared:
    name = draw.choice(porteurs(found))
    return {serie: [one for one in rows if one.porteur != name] for serie, rows in found.items()}


def one_moved(found: Declared, draw: random.Random) -> Declared:
    """A porteur turns out to be of another type."""
    name = draw.choice(porteurs(found))
    return {
        serie: [one._replace(type_structure="t0") if one.porteur == name else one for one in rows]
        for serie, rows in found.items()
    }


CHANGES = {change.__name__: change for change in (one_changed, one_withdrawn, one_moved)}


@pytest.mark.parametrize(
    "first_seed", [300, *(pytest.param(n, marks=pytest.mark.long) for n in (302, 304, 306, 308, 310))]
)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_is_found_across_two_publications(
    change: Callable[[Declared, random.Random], Declared], first_seed: int
) -> None:
    for seed in range(first_seed, first_seed + 2):
        draw = random.Random(seed)
        first = declared(seed, draw.randint(8, 40))
        second = change(first, draw)
        for before, after in ((first, second), (second, first)):
            rows, decision = published(before)
            again, _ = published(after, before=held(decision))
            assert findings(attacker((before, rows), (after, again)), before, seed, 2) == []


def test_what_did_not_change_is_still_shown() -> None:
    found = declared(77, 30)
    rows, decision = published(found)
    assert published(found, before=held(decision))[0] == rows
    corrected = one_changed(found, random.Random(1))
    again, _ = published(corrected, before=held(decision))
    families = {row["niveau"] + row["code"] for row in rows if row["indicateur"] == "nb_familles"}
    assert families
    assert {row["niveau"] + row["code"] for row in again if row["indicateur"] == "nb_familles"} == families


def is_found(how: str, rule: DisclosureThresholds = RULE) -> bool:
    """Whether the attacker succeeds in that way against a weakened rule, in one of forty départements."""
    return any(how in ways_found(seed, rule) for seed in range(400, 440))


def ways_found(seed: int, rule: DisclosureThresholds) -> set[str]:
    found = declared(seed, 6 + seed % 25)
    rows, _ = published(found, rule)
    return {finding.how for finding in findings(attacker((found, rows)), found, seed)}


@pytest.mark.parametrize("minimum", [1, 2, 3, 4])
def test_it_finds_fewer_than_five_porteurs(minimum: int) -> None:
    assert is_found("difference", replace(RULE, porteurs_minimum=minimum))


def test_it_finds_differences_where_combinations_are_not_looked_at(monkeypatch: Patch) -> None:
    monkeypatch.setattr(product, "disclosive_combination", lambda *_: None)
    assert is_found("difference")
    # A type and a zone that differ by one porteur each: what the lines leave is large, their difference is not.
    places = {f"u{n}": ("t0", "z0") for n in range(6)} | {f"r{n}": (None, None) for n in range(6)}
    places |= {"un": ("t0", None), "deux": (None, "z0")}
    rows = [Contribution(name, "a", kind, zone, None, 12.0, None) for name, (kind, zone) in places.items()]
    found: Declared = {"nb_enfants_accueillis": rows}
    # To either of them the other is enclosed: that part of the rule would see it too.
    monkeypatch.setattr(product, "interval_disclosed", lambda *_: None)
    weak = attacker((found, published(found)[0]))
    assert {finding.target for finding in weak.project(combinations(places, 2))} == {"un"}
    monkeypatch.undo()
    assert list(attacker((found, published(found)[0])).project(combinations(places, 2))) == []


def dominated() -> Declared:
    """Twelve porteurs, one of which has nine children out of ten."""
    values = {f"p{n:02d}": 3.0 for n in range(11)} | {"gros": 300.0}
    rows = [Contribution(name, "a", "t0", "z0", None, value, None) for name, value in values.items()]
    return {"nb_enfants_accueillis": rows}


def test_it_finds_the_one_that_makes_a_total(monkeypatch: Patch) -> None:
    """Its two largest rivals are left with little doubt: what the others may have is small beside it."""
    found = dominated()
    assert published(found)[0] == []
    rows, _ = published(found, replace(RULE, part_maximale=1.0))
    rivals = upper_bounds(attacker((found, rows)))
    assert rivals["gros"] < 1 / RULE.part_maximale


def upper_bounds(someone: Attacker) -> dict[str, float]:
    """How much larger than the truth each porteur's value may at most be, for anyone."""
    [total] = someone.known["nb_enfants"]
    return {porteur: total.high / value for porteur, _, value in total.atoms}


def left_over() -> Declared:
    """A type is shown; what it leaves of the département is nearly all one porteur's."""
    types = {f"p{n:02d}": ("t0", 20.0) for n in range(6)} | {f"q{n}": ("t1", 1.0) for n in range(5)}
    rows = [Contribution(name, "a", kind, None, None, value, None) for name, (kind, value) in types.items()]
    return {"nb_enfants_accueillis": [*rows, Contribution("gros", "a", "t2", None, None, 60.0, None)]}


def test_it_finds_what_the_lines_leave(monkeypatch: Patch) -> None:
    found = left_over()
    assert {row["niveau"] for row in published(found)[0]} == {"departement"}
    monkeypatch.setattr(product, "_beside_what_is_left", lambda *_: [])
    # It encloses a value: that part of the rule would see it too.
    monkeypatch.setattr(product, "interval_disclosed", lambda *_: None)
    rows, _ = published(found)
    sums = {row["code"] or row["niveau"]: row["valeur"] for row in rows}
    left = sums["departement"] - sums["t0"]
    assert 60 / left > RULE.part_maximale


def crossed() -> Declared:
    """One porteur stands alone where a type and a zone cross, among small ones."""
    places = {f"u{n}": ("t0", "z0", 12.0) for n in range(6)} | {f"v{n}": ("t1", "z0", 1.0) for n in range(6)}
    places |= {f"r{n}": ("t1", "z1", 1.8) for n in range(5)} | {"seul": ("t0", "z1", 50.0)}
    rows = [Contribution(name, "a", kind, zone, None, value, None) for name, (kind, zone, value) in places.items()]
    return {"nb_enfants_accueillis": rows}


def test_it_finds_a_value_that_two_breakdowns_enclose(monkeypatch: Patch) -> None:
    found = crossed()
    someone = attacker((found, published(found)[0]))
    assert list(someone.bound()) == []
    monkeypatch.setattr(product, "interval_disclosed", lambda *_: None)
    weak = attacker((found, published(found)[0]))
    assert {(finding.target, finding.how) for finding in weak.bound()} == {("seul", "bounds")}


def test_it_finds_it_for_two_readers_only(monkeypatch: Patch) -> None:
    """Three stand where the lines cross: the rule looks at what two of them would know of the third."""
    found = crossed()
    alike = [Contribution(name, "a", "t0", "z1", None, 50.0, None) for name in ("aussi", "encore")]
    found = {"nb_enfants_accueillis": [*found["nb_enfants_accueillis"], *alike]}
    monkeypatch.setattr(product, "interval_disclosed", lambda *_: None)
    weak = attacker((found, published(found)[0]))
    assert list(weak.bound()) == []
    assert {one.target for one in weak.bound(("aussi", "encore"))} == {"seul"}
    monkeypatch.undo()
    assert list(attacker((found, published(found)[0])).bound(("aussi", "encore"))) == []


def test_it_finds_a_base_that_a_share_gives_away(monkeypatch: Patch) -> None:
    """A mean of two sums that are both known elsewhere, but for one porteur."""
    monkeypatch.setattr(product, "_is_ratio_only", lambda *_: True)
    assert is_found("difference")


def test_it_finds_what_the_other_shares_leave(monkeypatch: Patch) -> None:
    found: Declared = {}
    values = {f"p{n:02d}": (6.0, 5.0, 1.0) for n in range(12)} | {"p00": (6.0, 5.0, 100.0)}
    for position, level in enumerate(("elementaire", "college", "lycee")):
        found[f"part_enfants_niveau__{level}"] = [
            Contribution(name, "a", None, None, None, three[position], sum(three)) for name, three in values.items()
        ]
    found["nb_enfants_accueillis"] = [
        Contribution(name, "a", None, None, None, sum(three), None) for name, three in values.items()
    ]
    assert shares(published(found)[0]) == {"elementaire"}
    for module in (product, primary):
        monkeypatch.setattr(module, "left_of", lambda *_: None)
    rows, _ = published(found)
    assert shares(rows) == {"elementaire", "college"}
    value = {row["indicateur"]: row["valeur"] for row in rows}
    whole = value["nb_enfants_accueillis"]
    told = whole * (1 - value["part_enfants_niveau__elementaire"] - value["part_enfants_niveau__college"])
    assert told == pytest.approx(111, rel=0.05)


def shares(rows: list[dict[str, Any]]) -> set[str]:
    return {row["indicateur"].split("__")[1] for row in rows if "niveau" in row["indicateur"]}


def test_it_finds_a_correction_where_what_was_shown_is_forgotten() -> None:
    ways: set[str] = set()
    for seed in range(300, 306):
        found = declared(seed, 25)
        after = one_withdrawn(found, random.Random(seed))
        rows, again = published(found)[0], published(after, before=PublishedSums())[0]
        ways |= {finding.how for finding in attacker((found, rows), (after, again)).combine()}
    assert "difference" in ways


@settings(max_examples=20)
@given(st.integers(0, 200), st.integers(8, 40), st.randoms(use_true_random=False))
def test_swapping_two_others_inside_hidden_lines_changes_nothing_that_is_seen(
    seed: int, number: int, draw: random.Random
) -> None:
    """What a viewer sees does not depend on which of two others, hidden alike, declared what."""
    found = declared(seed, number, Profile(gaps=0.0))
    rows, decision = published(found)
    shown = {(cell.niveau, cell.code) for cell in decision.shown}
    places: dict[tuple[str | None, str | None], list[str]] = {}
    for name, where in single_places(found).items():
        if ("type_structure", where[0] or "") not in shown and ("zonage", where[1] or "") not in shown:
            places.setdefault(where, []).append(name)
    pairs_of = [group for group in places.values() if len(group) > 1]
    assume(pairs_of)
    first, second = draw.sample(draw.choice(pairs_of), 2)
    assert seen(published(swapped(found, first, second))[0]) == seen(rows)


def single_places(found: Declared) -> dict[str, tuple[str | None, str | None]]:
    """Porteurs of one action, and where it is: two of them can be taken for each other."""
    where: dict[str, set[tuple[str, str | None, str | None]]] = {}
    for rows in found.values():
        for one in rows:
            where.setdefault(one.porteur, set()).add((one.action, one.type_structure, one.zonage))
    return {name: next(iter(places))[1:] for name, places in where.items() if len(places) == 1}


def swapped(found: Declared, first: str, second: str) -> Declared:
    """Each declares what the other did."""
    other = {first: second, second: first}
    declared_by = {
        serie: {one.porteur: (one.numerateur, one.denominateur) for one in rows if one.porteur in other}
        for serie, rows in found.items()
    }

    def answer(serie: str, one: Contribution) -> Contribution:
        if one.porteur not in other:
            return one
        above, below = declared_by[serie][other[one.porteur]]
        return one._replace(numerateur=above, denominateur=below)

    return {serie: [answer(serie, one) for one in rows] for serie, rows in found.items()}


def seen(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((row["indicateur"], row["niveau"], row["code"], round(row["valeur"], 6)) for row in rows)
