"""What the joint attacker (tests/support/joint_attacker.py) finds, minimised: a test fails as long as its leak is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.attacker import Finding
from tests.support.departements import Declared, answers, held, published, questions
from tests.support.joint_attacker import JointAttacker
from tests.support.planted import (
    family_across_lines,
    late_porteurs,
    left_unanswered,
    share_hidden_last,
    two_actions_one_corrected,
    whole_children,
    zone_made_of_types,
    zone_within_a_type,
)

PLANTED = (
    zone_made_of_types, zone_within_a_type, family_across_lines, whole_children, share_hidden_last, left_unanswered,
)  # fmt: skip


def learned(someone: JointAttacker) -> list[Finding]:
    """What anyone learns of hidden lines and of each porteur."""
    found = list(someone.recompute())
    for name in sorted({atom[0] for _, atom in someone.columns}):
        found += someone.enclosed(name)
    return found


@pytest.mark.parametrize("planted", PLANTED)
def test_nothing_is_found_in_what_is_shown(planted: Callable[[], Declared]) -> None:
    found = planted()
    someone = JointAttacker()
    someone.read(questions(), answers(found), published(found)[0])
    assert learned(someone) == []


@pytest.mark.parametrize("planted", (late_porteurs, two_actions_one_corrected))
def test_nothing_is_found_across_two_publications(planted: Callable[[], tuple[Declared, Declared]]) -> None:
    first, second = planted()
    someone = JointAttacker()
    rows, decision = published(first)
    someone.read(questions(), answers(first), rows)
    someone.read(questions(), answers(second), published(second, before=held(decision))[0])
    assert learned(someone) == []
