"""Sums that readers hold -> the porteurs that some combination of them would single out, if there are any.

A sum is the set of its parts, a part being what one porteur declared for one action. Sums can be added, subtracted and
weighted at will; a combination says something of the porteurs whose parts do not vanish from it. That two readers know
their own parts is covered by the number asked for: three others, and those two.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

Part = tuple[str, str, float]
"""Porteur, action, value: an answer that was corrected makes another part."""
Row = frozenset[Part]
"""The parts of one sum."""
Pattern = tuple[int, frozenset[str]]
"""The sums that some parts are in, as bits, and the porteurs whose parts are in just these."""
_Basis = list[list[Fraction]]


def patterns(rows: Iterable[Row]) -> frozenset[Pattern]:
    """Return the parts of these sums, those that are always together being one pattern."""
    masks: dict[Part, int] = {}
    for bit, row in enumerate(dict.fromkeys(rows)):
        for part in row:
            masks[part] = masks.get(part, 0) | 1 << bit
    porteurs: dict[int, set[str]] = {}
    for part, mask in masks.items():
        porteurs.setdefault(mask, set()).add(part[0])
    return frozenset((mask, frozenset(names)) for mask, names in porteurs.items())


def disclosive_combination(rows: Iterable[Row], minimum: int) -> frozenset[str] | None:
    """Return fewer than `minimum` porteurs that a combination of the sums is about; None when every one has as many."""
    return _disclosive_combination(patterns(rows), minimum)


@lru_cache(maxsize=50_000)
def _disclosive_combination(patterns_of_sums: frozenset[Pattern], minimum: int) -> frozenset[str] | None:
    """The cached part: it depends only on who answered, which is the same for most indicators."""
    size = max((mask.bit_length() for mask, _ in patterns_of_sums), default=0)
    basis = [[Fraction(column == line) for column in range(size)] for line in range(size)]
    for mask, porteurs in patterns_of_sums:
        if len(porteurs) >= minimum:
            basis = _cancel(basis, mask)
    small = sorted((p for p in patterns_of_sums if len(p[1]) < minimum), key=lambda p: (-len(p[1]), p[0]))
    return _search(basis, small, frozenset(), minimum)


def _search(basis: _Basis, small: list[Pattern], about: frozenset[str], minimum: int) -> frozenset[str] | None:
    """A combination either cancels a pattern out or is about its porteurs as well: try both."""
    live = [(mask, porteurs) for mask, porteurs in small if any(_weight(vector, mask) for vector in basis)]
    outside = next(((mask, porteurs) for mask, porteurs in live if not porteurs <= about), None)
    if outside is None:
        return about if live else None
    mask, porteurs = outside
    singled_out = _search(_cancel(basis, mask), live, about, minimum)
    if singled_out is None and len(about | porteurs) < minimum:
        singled_out = _search(basis, live, about | porteurs, minimum)
    return singled_out


def _cancel(basis: _Basis, mask: int) -> _Basis:
    """Return a basis of the combinations from which the pattern vanishes."""
    weights = [_weight(vector, mask) for vector in basis]
    pivot = next((line for line, weight in enumerate(weights) if weight), None)
    if pivot is None:
        return basis
    kept = []
    for line, (vector, weight) in enumerate(zip(basis, weights, strict=True)):
        if line != pivot:
            ratio = weight / weights[pivot]
            kept.append([a - ratio * b for a, b in zip(vector, basis[pivot], strict=True)] if ratio else vector)
    return kept


def _weight(vector: list[Fraction], mask: int) -> Fraction:
    return sum((value for bit, value in enumerate(vector) if value and mask >> bit & 1), Fraction())
