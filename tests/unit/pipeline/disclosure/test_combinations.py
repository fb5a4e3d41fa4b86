"""Which porteurs a combination of sums is about, against an enumeration of every group of porteurs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.disclosure.combinations import Row, disclosive_combination
from pipeline.disclosure.intervals import Margins, interval_disclosed


def row(*porteurs: str, value: float = 10) -> Row:
    return frozenset((porteur, "a", value) for porteur in porteurs)


def test_a_sum_of_five_singles_nobody_out() -> None:
    assert disclosive_combination([row(*"abcde")], 5) is None
    assert disclosive_combination([row(*"abcd")], 5) == frozenset("abcd")


def test_a_difference_is_found() -> None:
    assert disclosive_combination([row(*"abcdefgh"), row(*"abcdefg")], 5) == frozenset("h")
    assert disclosive_combination([row(*"abcdefghij"), row(*"abcde")], 5) is None


def test_a_difference_of_several_sums_is_found() -> None:
    assert disclosive_combination([row(*"abcdefghijkl"), row(*"abcdef"), row(*"ghijk")], 5) == frozenset("l")


def test_an_answer_that_changed_is_another_part() -> None:
    before, after = row(*"abcdef"), row(*"abcde") | row("f", value=11)
    assert disclosive_combination([before, after], 5) == frozenset("f")


def smallest(rows: list[Row], minimum: int) -> bool:
    """Whether some group smaller than `minimum` is singled out: its columns alone lower the rank."""
    parts = sorted({part for one in rows for part in one})
    matrix = np.array([[part in one for part in parts] for one in rows], dtype=float)
    rank = np.linalg.matrix_rank(matrix)
    for size in range(1, minimum):
        for group in combinations(sorted({part[0] for part in parts}), size):
            kept = [column for column, part in enumerate(parts) if part[0] not in group]
            if (np.linalg.matrix_rank(matrix[:, kept]) if kept else 0) < rank:
                return True
    return False


@given(
    st.lists(st.sets(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("12")), min_size=1), min_size=1, max_size=4)
)
def test_it_agrees_with_every_group_tried_one_by_one(sums: list[set[tuple[str, str]]]) -> None:
    rows = [frozenset((porteur, action, 1.0) for porteur, action in one) for one in sums]
    found = disclosive_combination(rows, 4)
    assert (found is not None) == smallest(rows, 4)
    assert found is None or 0 < len(found) < 4


def test_a_porteur_alone_where_two_sums_cross_is_enclosed_by_small_neighbours() -> None:
    """x + 5 of urban = 105, x + 5 of another type = 105: x is at least 100 less what little the others can be."""
    urban, kind = frozenset({("x", "a", 100.0)}), frozenset({("x", "a", 100.0)})
    urban |= {(f"u{n}", "a", 1.0) for n in range(5)}
    kind |= {(f"k{n}", "a", 1.0) for n in range(5)}
    whole = urban | kind
    found = interval_disclosed([whole, urban, kind], Margins(0.2))
    assert found is not None
    assert (found.porteur, found.readers) == ("x", frozenset())


def test_it_is_free_among_large_ones() -> None:
    urban = frozenset({("x", "a", 10.0), *((f"u{n}", "a", 30.0) for n in range(5))})
    kind = frozenset({("x", "a", 10.0), *((f"k{n}", "a", 30.0) for n in range(5))})
    rest = frozenset((f"r{n}", "a", 30.0) for n in range(5))
    assert interval_disclosed([urban | kind | rest, urban, kind], Margins(0.2)) is None


def test_two_readers_may_enclose_what_none_does() -> None:
    """Three alone where the sums cross: to two of them, the third is what is left."""
    crossing = {("x", "a", 50.0), ("y", "a", 50.0), ("z", "a", 50.0)}
    urban = frozenset({*crossing, *((f"u{n}", "a", 1.0) for n in range(5))})
    kind = frozenset({*crossing, *((f"k{n}", "a", 1.0) for n in range(5))})
    found = interval_disclosed([urban | kind, urban, kind], Margins(0.2))
    assert found is not None
    assert len(found.readers) == 2
    assert interval_disclosed([urban | kind, urban, kind], Margins(0.2), readers=1) is None
