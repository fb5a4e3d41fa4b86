"""Sums that readers hold -> the porteur whose value they enclose too closely, if there is one: linear programming.

A value is enclosed when no set of answers that gives the same sums, none of them negative, makes it a fifth larger or
smaller. Another porteur whose parts are in just the same sums is enough to free it: only what stands nearly alone in
its place, where two breakdowns cross, has to be looked at. Most of that is freed by an exchange with three others, two
of one line and two of another; linear programming (scipy) settles the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.disclosure_algebra import Row

READERS = 2
"""How many porteurs may put together what they know."""
_ROUNDING = 1e-7


@dataclass(frozen=True)
class Enclosed:
    """A porteur, and the readers who would know its value closely."""

    porteur: str
    readers: frozenset[str]


@dataclass(frozen=True)
class _Column:
    """What one porteur has in the same sums."""

    porteur: str
    mask: int
    value: float


def enclosed(rows: Iterable[Row], margin: float, readers: int = READERS) -> Enclosed | None:
    """Return a porteur whose value the sums enclose within `margin`, a ratio, for so many readers; None if none is."""
    return _enclosed(tuple(dict.fromkeys(rows)), margin, readers)


@lru_cache(maxsize=10_000)
def _enclosed(held: tuple[Row, ...], margin: float, readers: int) -> Enclosed | None:
    columns = _columns(held)
    for target in _nearly_alone(columns, readers):
        for own in _targets(columns, target):
            if _apart(_exchanges(columns, own, margin), readers + 1):
                continue
            found = _known_to(columns, len(held), own, frozenset(), margin, readers, set())
            if found is not None:
                return Enclosed(target, found)
    return None


def _columns(rows: Sequence[Row]) -> list[_Column]:
    masks: dict[tuple[str, str, float], int] = {}
    for bit, row in enumerate(rows):
        for part in row:
            masks[part] = masks.get(part, 0) | 1 << bit
    values: dict[tuple[str, int], float] = {}
    for (porteur, _, value), mask in sorted(masks.items()):
        values[porteur, mask] = values.get((porteur, mask), 0.0) + value
    return [_Column(porteur, mask, value) for (porteur, mask), value in values.items()]


def _nearly_alone(columns: Sequence[_Column], readers: int) -> list[str]:
    """The porteurs of the patterns that no more than `readers` others are in."""
    holders: dict[int, set[str]] = {}
    for column in columns:
        holders.setdefault(column.mask, set()).add(column.porteur)
    return sorted({name for names in holders.values() if len(names) <= readers + 1 for name in names})


def _targets(columns: Sequence[_Column], porteur: str) -> list[frozenset[int]]:
    """The positions of a porteur's columns: all of them, and each apart. A zero has no fifth to be guessed within."""
    own = [position for position, column in enumerate(columns) if column.porteur == porteur]
    apart = [frozenset({position}) for position in own] if len(own) > 1 else []
    return [target for target in (frozenset(own), *apart) if sum(columns[c].value for c in target) > 0]


def _apart(witnesses: Iterator[set[str]], number: int) -> bool:
    """Whether so many of these sets have nobody in common: no smaller number of readers is in all of them."""
    seen: set[str] = set()
    for witness in witnesses:
        if not witness & seen:
            seen |= witness
            number -= 1
            if not number:
                return True
    return False


def _exchanges(columns: Sequence[_Column], target: frozenset[int], margin: float) -> Iterator[set[str]]:
    """Yield the porteurs whose values change, no sum doing so, when one of the target's moves by the margin.

    It goes down with `after`, and `left` and `right` go up by as much; or the other way round.
    """
    step = margin * sum(columns[position].value for position in target)
    others = [column for column in columns if column.porteur not in {columns[p].porteur for p in target}]
    places: dict[int, list[_Column]] = {}
    for column in others:
        places.setdefault(column.mask, []).append(column)
    for position in sorted(target):
        own = columns[position]
        for same in places.get(own.mask, ()):
            if own.value >= step or same.value >= step:
                yield {same.porteur}
        for after, left, right in _crossings(own.mask, sorted(places)):
            for a in places[left]:
                for b in places[right]:
                    up = a.value >= step and b.value >= step
                    for c in places[after] if up or own.value >= step else ():
                        if up or c.value >= step:
                            yield {a.porteur, b.porteur, c.porteur}


def _crossings(mask: int, masks: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the places whose sums balance: `mask` and the first on one side, the two others on the other."""
    known = {_spread(other): other for other in masks}
    for left in masks:
        for right in masks:
            after = known.get(_spread(left) + _spread(right) - _spread(mask))
            if after is not None and left < right and mask not in (left, right):
                yield after, left, right


def _spread(mask: int) -> int:
    """The bits far enough apart for two masks to be added as lists of sums."""
    return int(f"{mask:b}", 4)


def _known_to(
    columns: Sequence[_Column],
    size: int,
    target: frozenset[int],
    readers: frozenset[str],
    margin: float,
    left: int,
    seen: set[frozenset[str]],
) -> frozenset[str] | None:
    """Return the readers to whom the target is enclosed, starting from `readers` and adding `left` more at most.

    Answers found to fit the sums also fit for readers whose own part they leave as it is: only the others matter.
    """
    if readers in seen:
        return None
    seen.add(readers)
    moved = _another_answer(columns, size, target, readers, margin)
    if moved is None:
        return readers
    if left:
        for porteur in sorted(moved - {columns[position].porteur for position in target}):
            found = _known_to(columns, size, target, readers | {porteur}, margin, left - 1, seen)
            if found is not None:
                return found
    return None


def _another_answer(
    columns: Sequence[_Column], size: int, target: frozenset[int], readers: frozenset[str], margin: float
) -> set[str] | None:
    """Return the porteurs whose parts differ in a set of answers that moves the target enough; None when none does."""
    from scipy.optimize import linprog

    own = {columns[position].porteur for position in target}
    truth = sum(columns[position].value for position in target)
    free = [c for c, column in enumerate(columns) if column.porteur not in readers or column.porteur in own]
    # Unknown: by how much each value differs from the true one; all sums are unchanged.
    equal = [[float(columns[c].mask >> bit & 1) for c in free] for bit in range(size)]
    bounds = [(-columns[c].value / truth, None) for c in free]
    for sign in (1.0, -1.0):
        result = linprog(
            [sign if c in target else 0.0 for c in free],
            A_eq=equal,
            b_eq=[0.0] * size,
            bounds=bounds,
            method="highs",
        )
        if result.status == 3:  # nothing bounds it
            return set()
        if result.status != 0:
            raise RuntimeError(f"linear programme not solved: {result.message}")
        if -result.fun >= margin - _ROUNDING:
            share = min(1.0, margin / -result.fun)
            return {
                columns[c].porteur for c, moved in zip(free, result.x, strict=True) if abs(moved * share) > _ROUNDING
            }
    return None
