"""Sums that readers hold -> the porteur or the hidden line that they enclose too closely, if any: linear programming.

A value is enclosed when no set of answers that gives the same sums, none of them negative, makes it a fifth larger or
smaller. Most values are free at once: another porteur has parts in just the same sums, and what one has more the other
has less. Only what stands nearly alone in its place has to be looked at. One other set of answers frees a value for all
the readers whose own parts it can leave as they are: exchanges between four places first, then what a programme finds.

Interval disclosure and the audit of a table: Hundepool et al., Statistical Disclosure Control (Wiley, 2012), chapter 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

from pipeline.codebook.diffusion import DisclosureThresholds
from pipeline.disclosure.combinations import Part, Row

READERS = 2
"""How many porteurs may put together what they know."""
UP, DOWN = 1, -1
_ROUNDING = 1e-7
_Places = Mapping[int, Mapping[str, float]]
"""{sums that parts are in, as bits: {porteur: what it has in just these}}."""
_Move = Mapping[int, float]
"""{place: by how much what the porteurs have there changes}, the target apart."""
_ANY = ""
"""Target that is nobody's in particular: a line."""


@dataclass(frozen=True)
class IntervalDisclosed:
    """Whose value is known too closely, and to whom."""

    porteur: str
    """Empty for a hidden line."""
    readers: frozenset[str]


@dataclass(frozen=True)
class Margins:
    """How far a value must be free to move, as ratios of it."""

    either: float
    """Up or down, whatever two readers know."""
    up: float = 0.0
    """Up, for who knows nothing of its own: the same for a combination as 85 % is for a line."""


def margins(rule: DisclosureThresholds) -> Margins:
    """Return how far a value must be free to move under a rule."""
    return Margins(rule.marge, 1 / rule.part_maximale - 1)


@dataclass(frozen=True)
class _Target:
    porteur: str
    places: Mapping[int, float]
    """What moves, in each place."""
    others: _Places
    """All the rest."""

    @property
    def value(self) -> float:
        return sum(self.places.values())


@dataclass
class _Sums:
    """What is held, seen from its places."""

    rows: tuple[Row, ...]
    masks: dict[Part, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for bit, row in enumerate(self.rows):
            for part in row:
                self.masks[part] = self.masks.get(part, 0) | 1 << bit

    def target(self, porteur: str, parts: Collection[Part]) -> _Target:
        places: dict[int, float] = {}
        others: dict[int, dict[str, float]] = {}
        for part, mask in self.masks.items():
            if part in parts:
                places[mask] = places.get(mask, 0.0) + part[2]
            else:
                declared = others.setdefault(mask, {})
                declared[part[0]] = declared.get(part[0], 0.0) + part[2]
        return _Target(porteur, places, others)


def interval_disclosed(
    rows: Iterable[Row],
    margins: Margins,
    earlier: Iterable[Row] = (),
    lines: Iterable[Row] = (),
    readers: int = READERS,
) -> IntervalDisclosed | None:
    """Return a porteur, or one of the hidden `lines`, that `rows` and those shown `earlier` enclose; None if none."""
    return _interval_disclosed(
        tuple(dict.fromkeys(rows)), margins, tuple(dict.fromkeys(earlier)), tuple(dict.fromkeys(lines)), readers
    )


@lru_cache(maxsize=10_000)
def _interval_disclosed(
    rows: tuple[Row, ...], margins: Margins, earlier: tuple[Row, ...], lines: tuple[Row, ...], readers: int
) -> IntervalDisclosed | None:
    sums = _Sums(tuple(dict.fromkeys((*earlier, *rows))))
    for porteur, publications in sorted(_declared(rows, earlier).items()):
        for parts in publications:
            target = sums.target(porteur, parts)
            if target.value > 0 and not _can_move(target, margins.up, (UP,), len(sums.rows)):
                return IntervalDisclosed(porteur, frozenset())
    for porteur in _nearly_alone(sums, readers):
        for parts in _pieces(sums, porteur, _declared(rows, earlier)[porteur]):
            target = sums.target(porteur, parts)
            readers_found = _known_to(target, len(sums.rows), margins.either, readers) if target.value > 0 else None
            if readers_found is not None:
                return IntervalDisclosed(porteur, readers_found)
    for line in lines:
        target = sums.target(_ANY, line & sums.masks.keys())
        if target.value > 0 and not _can_move(target, margins.either, (UP, DOWN), len(sums.rows)):
            return IntervalDisclosed(_ANY, frozenset())
    return None


def _declared(rows: Iterable[Row], earlier: Iterable[Row]) -> dict[str, list[frozenset[Part]]]:
    """What each porteur declared, one set a publication: a correction gives two."""
    by_porteur: dict[str, list[frozenset[Part]]] = {}
    for publication in (rows, earlier):
        whole: dict[str, set[Part]] = {}
        for row in publication:
            for part in row:
                whole.setdefault(part[0], set()).add(part)
        for porteur, parts in whole.items():
            by_porteur.setdefault(porteur, []).append(frozenset(parts))
    return {porteur: list(dict.fromkeys(publications)) for porteur, publications in by_porteur.items()}


def _nearly_alone(sums: _Sums, readers: int) -> list[str]:
    """The porteurs who share a place with at most `readers` others."""
    holders: dict[int, set[str]] = {}
    for (porteur, _, _), mask in sums.masks.items():
        holders.setdefault(mask, set()).add(porteur)
    return sorted({name for names in holders.values() if len(names) <= readers + 1 for name in names})


def _pieces(sums: _Sums, porteur: str, publications: Sequence[frozenset[Part]]) -> list[frozenset[Part]]:
    """What a porteur declared: each publication, then each place."""
    places: dict[int, set[Part]] = {}
    for part, mask in sums.masks.items():
        if part[0] == porteur:
            places.setdefault(mask, set()).add(part)
    return list(dict.fromkeys([*publications, *(frozenset(parts) for parts in places.values())]))


def _known_to(target: _Target, size: int, margin: float, readers: int) -> frozenset[str] | None:
    """Return the smallest group that can enclose the target; None when there is none."""
    porteurs = sorted({name for declared in target.others.values() for name in declared} - {target.porteur})
    moves = list(_exchanges(target, margin, (UP, DOWN)))
    for number in sorted({0, min(readers, len(porteurs))}):
        for group in combinations(porteurs, number):
            if any(_leaves(move, target.others, group) for move in moves):
                continue
            move = _other_answers(target, size, margin, (UP, DOWN), group)
            if move is None:
                return frozenset(group)
            moves.insert(0, move)
    return None


def _can_move(target: _Target, margin: float, ways: Collection[int], size: int) -> bool:
    """Whether, to an outside reader, the target can move by the margin in one of these directions."""
    if any(_leaves(move, target.others, ()) for move in _exchanges(target, margin, ways)):
        return True
    return _other_answers(target, size, margin, ways, ()) is not None


def _exchanges(target: _Target, margin: float, ways: Collection[int]) -> Iterator[_Move]:
    """Yield changes of other places that offset one of the target: two go down and one up, or the reverse."""
    step = margin * target.value
    for own, value in target.places.items():
        if target.others.get(own):
            if UP in ways:
                yield {own: -step}
            if DOWN in ways and value >= step:
                yield {own: step}
    known = {_spread(mask): mask for mask, declared in target.others.items() if declared}
    for own, value in target.places.items():
        for left, right in combinations(sorted(known), 2):
            after = known.get(left + right - _spread(own))
            if after is None or own in (known[left], known[right]):
                continue
            if UP in ways:
                yield {known[left]: -step, known[right]: -step, after: step}
            if DOWN in ways and value >= step:
                yield {known[left]: step, known[right]: step, after: -step}


def _spread(mask: int) -> int:
    """The bits far enough apart for two masks to be added as lists of sums."""
    return int(f"{mask:b}", 4)


def _leaves(move: _Move, others: _Places, group: Collection[str]) -> bool:
    """Whether the porteurs outside the group can absorb the change."""
    for mask, change in move.items():
        free = [value for name, value in others[mask].items() if name not in group]
        if not free or sum(free) + change < -_ROUNDING:
            return False
    return True


def _other_answers(
    target: _Target, size: int, margin: float, ways: Collection[int], group: Collection[str]
) -> _Move | None:
    """Return changes of the others that keep every sum while the target moves by the margin."""
    from scipy.optimize import linprog

    truth = target.value
    free = {
        m: [value for name, value in declared.items() if name not in group] for m, declared in target.others.items()
    }
    places = [mask for mask, values in free.items() if values]
    columns = [*target.places, *places]
    equal = [[float(mask >> bit & 1) for mask in columns] for bit in range(size)]
    least = [-value / truth for value in target.places.values()] + [-sum(free[mask]) / truth for mask in places]
    for way in ways:
        result = linprog(
            [-float(way)] * len(target.places) + [0.0] * len(places),
            A_eq=equal,
            b_eq=[0.0] * size,
            # The margin is all that is looked for; without this, a direction may have no end.
            bounds=[(low, 1.0) if column < len(target.places) else (low, None) for column, low in enumerate(least)],
            method="highs",
        )
        if result.status != 0:
            raise RuntimeError(f"linear programme not solved: {result.message}")
        if -result.fun >= margin - _ROUNDING:
            moved = result.x[len(target.places) :] * truth * min(1.0, margin / max(-result.fun, _ROUNDING))
            return {mask: change for mask, change in zip(places, moved, strict=True) if abs(change) > _ROUNDING}
    return None
