"""The joint attacker on random départements, and on départements made by hand from which a part of the rule is taken.

What it finds against the rule as it is stands in test_leaks_found.py.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

import pipeline.disclosure.decide as product
import pipeline.disclosure.primary as primary
from pipeline.codebook.diffusion import DisclosureThresholds
from tests.support.attacker import Finding
from tests.support.departements import RULE, Declared, answers, declared, held, published, questions
from tests.support.joint_attacker import JointAttacker
from tests.support.planted import crossed, dominated, few, left_over, third_share, two_differences

NOBODY = ((),)
Viewers = Sequence[tuple[str, ...]]


def found_in(found: Declared, target: str, viewers: Viewers = NOBODY, rule: DisclosureThresholds = RULE) -> set[str]:
    """How the attacker gets at a porteur or a hidden line."""
    someone = JointAttacker()
    someone.read(questions(), answers(found), published(found, rule)[0])
    return {one.how for one in everything(someone, target, viewers)}


def everything(someone: JointAttacker, target: str, viewers: Viewers = NOBODY) -> list[Finding]:
    return [*someone.recompute(), *(one for pair in viewers for one in someone.enclosed(target, pair))]


@pytest.mark.parametrize("chunk", [0, *(pytest.param(chunk, marks=pytest.mark.long) for chunk in (1, 2, 3, 4))])
def test_nothing_is_found_in_random_departements(chunk: int) -> None:
    for seed in range(8 * chunk, 8 * (chunk + 1)):
        draw = random.Random(seed)
        number = draw.randint(6, 40)
        found = declared(seed, number)
        someone = JointAttacker()
        someone.read(questions(), answers(found), published(found)[0])
        first, second, target = draw.sample([f"p{rank:02d}" for rank in range(1, number)], 3)
        assert everything(someone, "p00", [(), (first, second)]) + list(someone.enclosed(target)) == []


@pytest.mark.parametrize("minimum", [1, 2, 3])
def test_it_finds_one_of_three(minimum: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four, two readers only learn what the two others make: that is for the first attacker to count."""
    pair, weak = [("p1", "p2")], replace(RULE, porteurs_minimum=minimum)
    # The search of enclosed values sees it too.
    assert found_in(few(), "p0", pair, weak) == set()
    monkeypatch.setattr(product, "interval_disclosed", lambda *_: None)
    assert found_in(few(), "p0", pair) == set()
    assert "bounds" in found_in(few(), "p0", pair, weak)


WEAKENED: dict[str, tuple[Callable[[], Declared], str, Viewers, str]] = {
    "_beside_what_is_left": (left_over, "gros", NOBODY, "recomputed"),
    "left_of": (third_share, "gros", NOBODY, "recomputed"),
    "interval_disclosed": (crossed, "s0", NOBODY, "bounds"),
    "disclosive_combination": (two_differences, "un", [("deux",)], "bounds"),
}


@pytest.mark.parametrize("part", WEAKENED)
def test_it_finds_what_a_part_of_the_rule_protects(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    planted, target, viewers, how = WEAKENED[part]
    assert found_in(planted(), target, viewers) == set()
    for module in (product, primary):
        monkeypatch.setattr(module, part, lambda *_: [] if part == "_beside_what_is_left" else None, raising=False)
    if part in (
        "disclosive_combination",
        "_beside_what_is_left",
    ):  # what they let through is enclosed: rule 5 sees it too
        monkeypatch.setattr(product, "interval_disclosed", lambda *_: None)
    assert how in found_in(planted(), target, viewers)


def test_it_finds_the_third_of_three_for_two_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = [("s1", "s2")]
    assert found_in(crossed(3), "s0", pair) == set()
    monkeypatch.setattr(product, "interval_disclosed", lambda *_: None)
    assert found_in(crossed(3), "s0") == set()
    assert found_in(crossed(3), "s0", pair) == {"bounds"}


def test_it_finds_the_one_that_makes_a_total() -> None:
    assert found_in(dominated(), "gros") == set()
    assert "upper" in found_in(dominated(), "gros", rule=replace(RULE, part_maximale=1.0))


@pytest.mark.parametrize("forgotten", [False, True])
def test_it_finds_who_came_late_where_what_was_shown_is_forgotten(forgotten: bool) -> None:
    second = two_differences()
    first = {serie: [one for one in rows if one.porteur != "un"] for serie, rows in second.items()}
    rows, decision = published(first)
    someone = JointAttacker()
    someone.read(questions(), answers(first), rows)
    again, _ = published(second, before=None if forgotten else held(decision))
    someone.read(questions(), answers(second), again)
    assert {one.how for one in someone.enclosed("un")} == ({"bounds"} if forgotten else set())
