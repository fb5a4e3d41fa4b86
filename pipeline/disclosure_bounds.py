"""Sums that readers hold -> the porteur whose value they enclose too closely, if there is one: linear programming.

A value is enclosed when no set of answers that gives the same sums, none of them negative, makes it a fifth larger or
smaller. Another porteur whose parts are in just the same sums is enough to free it: only what stands nearly alone in
its place, where two breakdowns cross, has to be looked at. One other set of answers frees it for all the readers whose
own parts it can leave as they are: exchanges between four places first, then what a programme finds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from pipeline.disclosure_algebra import Part, Row

READERS = 2
"""How many porteurs may put together what they know."""
_ROUNDING = 1e-7
_Places = Mapping[int, Mapping[str, float]]
"""{sums that parts are in, as bits: {porteur: what it has in just these}}."""
_Move = Mapping[int, float]
"""{place: by how much what the porteurs have there changes}, the target apart."""


@dataclass(frozen=True)
class Enclosed:
    """A porteur, and the readers who would know its value closely."""

    porteur: str
    readers: frozenset[str]


def enclosed(rows: Iterable[Row], margin: float, readers: int = READERS) -> Enclosed | None:
    """Return a porteur whose value the sums enclose within `margin`, a ratio, for so many readers; None if none is."""
    return _enclosed(tuple(dict.fromkeys(rows)), margin, readers)


@lru_cache(maxsize=10_000)
def _enclosed(rows: tuple[Row, ...], margin: float, readers: int) -> Enclosed | None:
    places = _places(rows)
    alone = {name for held in places.values() if len(held) <= readers + 1 for name in held}
    for porteur in sorted(alone):
        for target in _targets(places, porteur):
            others = {
                mask: {n: v for n, v in held.items() if n != porteur or mask not in target}
                for mask, held in places.items()
            }
            found = _known_to(others, porteur, target, len(rows), margin, readers)
            if found is not None:
                return Enclosed(porteur, found)
    return None


def _places(rows: Sequence[Row]) -> dict[int, dict[str, float]]:
    masks: dict[Part, int] = {}
    for bit, row in enumerate(rows):
        for part in row:
            masks[part] = masks.get(part, 0) | 1 << bit
    places: dict[int, dict[str, float]] = {}
    for (porteur, _, value), mask in sorted(masks.items()):
        held = places.setdefault(mask, {})
        held[porteur] = held.get(porteur, 0.0) + value
    return places


def _targets(places: _Places, porteur: str) -> Iterator[dict[int, float]]:
    """Yield what a porteur has, all of it, then in each place apart. A zero has no fifth to be guessed within."""
    own = {mask: held[porteur] for mask, held in places.items() if porteur in held}
    if sum(own.values()) > 0:
        yield own
    if len(own) > 1:
        yield from ({mask: value} for mask, value in own.items() if value > 0)


def _known_to(
    others: _Places, porteur: str, target: Mapping[int, float], size: int, margin: float, readers: int
) -> frozenset[str] | None:
    """Return readers to whom the target is enclosed, the fewest; None when there are none."""
    porteurs = sorted({name for held in others.values() for name in held} - {porteur})
    moves = list(_exchanges(others, target, margin))
    for number in sorted({0, min(readers, len(porteurs))}):
        for group in combinations(porteurs, number):
            if any(_leaves(move, others, group) for move in moves):
                continue
            move = _other_answers(others, target, size, margin, group)
            if move is None:
                return frozenset(group)
            moves.insert(0, move)
    return None


def _exchanges(others: _Places, target: Mapping[int, float], margin: float) -> Iterator[_Move]:
    """Yield changes of other places that go with one of the target: two give, one takes, or the other way round."""
    step = margin * sum(target.values())
    known = {_spread(mask): mask for mask, held in others.items() if held}
    for own, value in target.items():
        for left, right in combinations(sorted(known), 2):
            after = known.get(left + right - _spread(own))
            if after is not None and own not in (known[left], known[right]):
                yield {known[left]: -step, known[right]: -step, after: step}
                if value >= step:
                    yield {known[left]: step, known[right]: step, after: -step}
        if others.get(own):
            yield {own: -step}
            if value >= step:
                yield {own: step}


def _spread(mask: int) -> int:
    """The bits far enough apart for two masks to be added as lists of sums."""
    return int(f"{mask:b}", 4)


def _leaves(move: _Move, others: _Places, group: Collection[str]) -> bool:
    """Whether the change can be borne by porteurs who are not of the group."""
    for mask, change in move.items():
        free = [value for name, value in others[mask].items() if name not in group]
        if not free or sum(free) + change < -_ROUNDING:
            return False
    return True


def _other_answers(
    others: _Places, target: Mapping[int, float], size: int, margin: float, group: Collection[str]
) -> _Move | None:
    """Return a change of the others that goes with one of the target by the margin, all sums being as they were."""
    from scipy.optimize import linprog

    truth = sum(target.values())
    free = {mask: [value for name, value in held.items() if name not in group] for mask, held in others.items()}
    places = [mask for mask, values in free.items() if values]
    columns = [*target, *places]
    equal = [[float(mask >> bit & 1) for mask in columns] for bit in range(size)]
    least = [-value / truth for value in target.values()] + [-sum(free[mask]) / truth for mask in places]
    for sign in (-1.0, 1.0):
        result = linprog(
            [sign] * len(target) + [0.0] * len(places),
            A_eq=equal,
            b_eq=[0.0] * size,
            # One fifth is all that is looked for; without this, a direction may have no end.
            bounds=[(low, 1.0) if column < len(target) else (low, None) for column, low in enumerate(least)],
            method="highs",
        )
        if result.status != 0:
            raise RuntimeError(f"linear programme not solved: {result.message}")
        if -result.fun >= margin - _ROUNDING:
            moved = result.x[len(target) :] * truth * min(1.0, margin / -result.fun)
            return {mask: change for mask, change in zip(places, moved, strict=True) if abs(change) > _ROUNDING}
    return None
