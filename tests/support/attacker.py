"""Someone who wants to know what a porteur declared, from what is published and what one or two porteurs know.

Written apart from the product: nothing of pipeline/disclosure* is used here. The attacker has the published rows as
exported, knows who answered what, and the exact rows of its accomplices; it adds, subtracts, and bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

import numpy as np
from scipy.optimize import linprog

Atom = tuple[str, str, float]
"""Porteur, action, value: an answer that changed between two publications is another unknown."""
STEPS = {"pct": 0.01, "ratio": 0.1, "h": 1.0, "eur": 1.0}
CLOSE = 0.2


@dataclass(frozen=True)
class Answer:
    """One line of who answered what; the two numbers are only looked at for accomplices, and to tell a success."""

    porteur: str
    action: str
    lines: Mapping[str, str | None]
    """{type_structure, zonage: code}."""
    numerateur: float
    denominateur: float | None


@dataclass(frozen=True)
class Question:
    """An indicator as its sheet describes it."""

    id: str
    unite: str
    compte: str
    base: str | None
    """None when the base is public, or when there is none."""
    base_publique: bool = False
    serie_de: str = ""


@dataclass(frozen=True)
class Known:
    """A sum known within bounds (equal when it is exact)."""

    label: str
    atoms: frozenset[Atom]
    low: float
    high: float

    @property
    def exact(self) -> bool:
        return self.high - self.low < 1e-6


@dataclass(frozen=True)
class Finding:
    """What the attacker learned."""

    how: str
    counted: str
    accomplices: tuple[str, ...]
    target: str
    detail: str


@dataclass
class Attacker:
    """All that was ever published of one campagne and département."""

    known: dict[str, list[Known]] = field(default_factory=dict)
    """{what is counted: sums}."""
    primary: dict[str, list[Known]] = field(default_factory=dict)
    """Lines that were not published: what they hold, to tell whether it was found again."""

    def read(
        self,
        questions: Sequence[Question],
        answers: Mapping[str, Sequence[Answer]],
        published: Iterable[Mapping[str, Any]],
    ) -> None:
        """Take in one publication: `published` has the columns of chiffres.csv."""
        shown = {(row["indicateur"], row["niveau"], row["code"]): row for row in published}
        cells = []
        for question in questions:
            for niveau, code, group in groups(answers.get(question.id, ())):
                row = shown.get((question.id, niveau, code))
                cells.append((question, f"{question.id}/{niveau}/{code}", row, group))
        for question, label, row, group in cells:
            if row is not None and question.base is None and not question.base_publique:
                self._add(question.compte, label, atoms(group), float(row["valeur"]), float(row["valeur"]))
        # Twice: a numerator worked out from one share serves as the base of another.
        for _ in range(2):
            for question, label, row, group in cells:
                if row is not None and (question.base is not None or question.base_publique):
                    self._quotient(question, label, group, float(row["valeur"]))
        for question, label, row, group in cells:
            if row is None:
                value = sum(answer.numerateur for answer in group)
                self.primary.setdefault(question.compte, []).append(Known(label, atoms(group), value, value))

    def _add(self, counted: str, label: str, parts: frozenset[Atom], low: float, high: float) -> None:
        """Of two that say the same sum, the narrower is kept."""
        sums = self.known.setdefault(counted, [])
        same = next((one for one in sums if one.atoms == parts), None)
        if same is None:
            sums.append(Known(label, parts, low, high))
        elif high - low < same.high - same.low:
            sums[sums.index(same)] = Known(label, parts, low, high)

    def _quotient(self, question: Question, label: str, group: Sequence[Answer], value: float) -> None:
        """One of the two sums, when the other is known."""
        half = STEPS[question.unite] / 2
        above, below = atoms(group), atoms(group, base=True)
        if question.base_publique:
            total = sum(answer.denominateur or 0.0 for answer in group)
            self._add(question.compte, label, above, max(0.0, value - half) * total, (value + half) * total)
            return
        base = self._total(question.base or "", below)
        if base is not None:
            self._add(question.compte, label, above, max(0.0, value - half) * base[0], (value + half) * base[1])
        top = self._total(question.compte, above)
        if top is not None and value > half:
            self._add(question.base or "", label, below, top[0] / (value + half), top[1] / (value - half))

    def _total(self, counted: str, parts: frozenset[Atom]) -> tuple[float, float] | None:
        found = [(one.high - one.low, one.low, one.high) for one in self.known.get(counted, ()) if one.atoms == parts]
        return min(found)[1:] if found else None

    def combine(self, accomplices: int = 2) -> Iterator[Finding]:
        """Add and subtract up to three sums: what is left, less the accomplices', is about fewer than three others."""
        for counted, sums in self.known.items():
            for chosen in (c for size in (1, 2, 3) for c in combinations(sums, size)):
                for signs in product((1, -1), repeat=len(chosen) - 1):
                    yield from self._about(counted, chosen, (1, *signs), accomplices)

    def _about(
        self, counted: str, chosen: Sequence[Known], signs: Sequence[int], accomplices: int
    ) -> Iterator[Finding]:
        weights: dict[Atom, int] = {}
        for one, sign in zip(chosen, signs, strict=True):
            for atom in one.atoms:
                weights[atom] = weights.get(atom, 0) + sign
        left = {atom: weight for atom, weight in weights.items() if weight}
        porteurs = sorted({porteur for porteur, _, _ in left})
        if not porteurs or len(porteurs) > accomplices + 2:
            return
        # A rounded share blurs what is left: it tells nothing when the blur is as large.
        blur = sum(one.high - one.low for one in chosen) / 2
        size = max(abs(sum(weight * a[2] for a, weight in left.items() if a[0] == porteur)) for porteur in porteurs)
        if size > 0 and blur < CLOSE * size:
            label = " ".join(f"{'+' if s > 0 else '-'} {one.label}" for one, s in zip(chosen, signs, strict=True))
            yield Finding("difference", counted, tuple(porteurs[:accomplices]), porteurs[-1], label)

    def project(self, groups_tried: Iterable[Sequence[str]]) -> Iterator[Finding]:
        """Linear algebra: is there a combination of the exact sums about these porteurs only? Rank tells."""
        tried = [frozenset(group) for group in groups_tried]
        for counted, sums in self.known.items():
            exact = [one for one in sums if one.exact]
            columns = sorted({atom for one in exact for atom in one.atoms})
            if not exact:
                continue
            matrix = np.array([[atom in one.atoms for atom in columns] for one in exact], dtype=float)
            rank = np.linalg.matrix_rank(matrix)
            for group in tried:
                kept = [position for position, atom in enumerate(columns) if atom[0] not in group]
                if len(kept) < len(columns) and (np.linalg.matrix_rank(matrix[:, kept]) if kept else 0) < rank:
                    names = sorted(group)
                    yield Finding("rank", counted, tuple(names[:2]), names[-1], f"{len(exact)} sums")

    def bound(self, accomplices: Sequence[str] = (), targets: Iterable[str] | None = None) -> Iterator[Finding]:
        """Linear programming: the least and the most that a porteur may have declared, all sums being what they are."""
        for counted, sums in self.known.items():
            columns = sorted({atom for one in sums for atom in one.atoms})
            index = {atom: position for position, atom in enumerate(columns)}
            above = np.zeros((2 * len(sums), len(columns)))
            limits = np.zeros(2 * len(sums))
            for line, one in enumerate(sums):
                for atom in one.atoms:
                    above[2 * line, index[atom]], above[2 * line + 1, index[atom]] = 1, -1
                limits[2 * line], limits[2 * line + 1] = one.high, -one.low
            scale = max(float(np.abs(limits).max()), 1.0)
            bounds = [(a[2] / scale, a[2] / scale) if a[0] in accomplices else (0, None) for a in columns]
            for porteur in sorted({atom[0] for atom in columns} - set(accomplices)):
                if targets is not None and porteur not in targets:
                    continue
                truth = sum(atom[2] for atom in columns if atom[0] == porteur) / scale
                if truth <= 0:
                    continue
                aim = np.array([float(atom[0] == porteur) for atom in columns])
                least, most = (self._extreme(sign * aim, above, limits / scale, bounds) for sign in (1, -1))
                if least is None or most is None:
                    continue
                if least > (1 - CLOSE) * truth + 1e-7 and -most < (1 + CLOSE) * truth - 1e-7:
                    detail = f"{least * scale:g} to {-most * scale:g}, {truth * scale:g} in truth"
                    yield Finding("bounds", counted, tuple(accomplices), porteur, detail)

    @staticmethod
    def _extreme(aim: Any, above: Any, limits: Any, bounds: Any) -> float | None:
        result = linprog(aim, A_ub=above, b_ub=limits + 1e-9, bounds=bounds, method="highs")
        return float(result.fun) if result.status == 0 else None

    def recompute(self, minimum: int = 5, share: float = 0.85) -> Iterator[Finding]:
        """Find again a line that may not be shown by itself, from up to three others."""
        for counted, hidden in self.primary.items():
            sums = self.known.get(counted, [])
            for line in hidden:
                totals: dict[str, float] = {}
                for porteur, _, value in line.atoms:
                    totals[porteur] = totals.get(porteur, 0.0) + value
                if line.low <= 0 or (len(totals) >= minimum and max(totals.values()) <= share * line.low):
                    continue
                for chosen in (c for size in (1, 2, 3) for c in combinations(sums, size)):
                    first, others = chosen[0].atoms, [one.atoms for one in chosen[1:]]
                    apart = sum(map(len, others)) == len(frozenset().union(*others))
                    blur = sum(one.high - one.low for one in chosen) / 2
                    if apart and blur < CLOSE * line.low and first - frozenset().union(*others) == line.atoms:
                        yield Finding("recomputed", counted, (), line.label, " - ".join(one.label for one in chosen))


def groups(answers: Sequence[Answer]) -> Iterator[tuple[str, str, list[Answer]]]:
    """Yield (niveau, code, answers) of the département and of each of its lines."""
    if answers:
        yield "departement", "", list(answers)
    for niveau in ("type_structure", "zonage"):
        codes = sorted({code for answer in answers if (code := answer.lines[niveau]) is not None})
        yield from ((niveau, code, [a for a in answers if a.lines[niveau] == code]) for code in codes)


def atoms(group: Sequence[Answer], base: bool = False) -> frozenset[Atom]:
    """The unknowns of a sum."""
    values = ((a.porteur, a.action, a.denominateur if base else a.numerateur) for a in group)
    return frozenset((porteur, action, round(value or 0.0, 6)) for porteur, action, value in values)
