"""The second attacker: every thing counted at once, in one linear programme, rounding included.

The first one (attacker.py) looks at one thing counted at a time. This one also uses that a share is between nothing and
its base, that shares of a family make up their base, that children are whole numbers, and what several quotients say
together. It does not use the product's code either.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from tests.support.attacker import CLOSE, STEPS, Answer, Atom, Finding, Question, atoms, groups

DOMINANT, MINIMUM = 0.85, 5
_SLACK = 1e-7
Unknown = tuple[str, Atom]
"""What is counted, and whose."""
Terms = Mapping[Unknown, float]


@dataclass
class JointAttacker:
    """All that was ever published of one campagne and département, as inequalities."""

    is_whole: Callable[[str], bool] = lambda counted: "charges" not in counted and "produits" not in counted
    """Whether a thing is counted in whole numbers."""
    columns: dict[Unknown, int] = field(default_factory=dict)
    scales: dict[str, float] = field(default_factory=dict)
    inequalities: dict[tuple[tuple[Unknown, float], ...], float] = field(default_factory=dict)
    """{terms: limit}: their sum is at most the limit."""
    hidden: dict[tuple[str, frozenset[Atom]], str] = field(default_factory=dict)
    """Lines that may not be shown by themselves: to tell whether they were found again."""
    publications: list[dict[str, set[Atom]]] = field(default_factory=list)
    """For each, what porteurs declared as it then was."""
    _matrix: Any = None

    def read(
        self,
        questions: Sequence[Question],
        answers: Mapping[str, Sequence[Answer]],
        published: Iterable[Mapping[str, Any]],
    ) -> None:
        """Take in one publication: `published` has the columns of chiffres.csv."""
        shown = {(row["indicateur"], row["niveau"], row["code"]): float(row["valeur"]) for row in published}
        exact: dict[tuple[str, frozenset[Atom]], float] = {}
        quotients = []
        self.publications.append({})
        for question in questions:
            for niveau, code, group in groups(answers.get(question.id, ())):
                value = shown.get((question.id, niveau, code))
                self._know(question, group)
                if value is None:
                    self._set_aside(question, f"{question.id}/{niveau}/{code}", group)
                elif question.base is None and not question.base_publique:
                    exact[question.compte, atoms(group)] = value
                    self._between(question.compte, atoms(group), value, value)
                else:
                    quotients.append((question, group, value))
        for question, group, value in quotients:
            self._quotient(question, group, value, exact)
        self._families(questions, answers)

    def _know(self, question: Question, group: Sequence[Answer]) -> None:
        """The unknowns; a share is no more than its base."""
        for answer in group:
            one = self._unknown(question.compte, answer)
            if question.base is not None and answer.denominateur is not None:
                base = self._unknown(question.base, answer, base=True)
                if question.unite == "pct":
                    self._at_most({one: 1.0, base: -1.0}, 0.0)

    def _unknown(self, counted: str, answer: Answer, base: bool = False) -> Unknown:
        [atom] = atoms([answer], base)
        self.columns.setdefault((counted, atom), len(self.columns))
        self.publications[-1].setdefault(counted, set()).add(atom)
        self.scales[counted] = max(self.scales.get(counted, 1.0), abs(atom[2]))
        self._matrix = None
        return counted, atom

    def _quotient(
        self,
        question: Question,
        group: Sequence[Answer],
        value: float,
        exact: Mapping[tuple[str, frozenset[Atom]], float],
    ) -> None:
        half = STEPS[question.unite] / 2
        above, below = atoms(group), atoms(group, base=True)
        base = (
            sum(answer.denominateur or 0.0 for answer in group)
            if question.base_publique
            else exact.get((question.base or "", below))
        )
        if base is None:
            top = {(question.compte, atom): 1.0 for atom in above}
            for sign in (1.0, -1.0):
                bottom = {(question.base or "", atom): -(value + sign * half) for atom in below}
                self._at_most({name: sign * weight for name, weight in (top | bottom).items()}, 0.0)
            return
        low, high = max(0.0, (value - half) * base), (value + half) * base
        if self.is_whole(question.compte):
            low, high = math.ceil(low - 1e-6), math.floor(high + 1e-6)
        self._between(question.compte, above, low, high)

    def _between(self, counted: str, parts: Iterable[Atom], low: float, high: float) -> None:
        terms = {(counted, atom): 1.0 for atom in parts}
        self._at_most(terms, high)
        self._at_most(dict.fromkeys(terms, -1.0), -low)

    def _at_most(self, terms: Terms, limit: float) -> None:
        key = tuple(sorted(terms.items()))
        self.inequalities[key] = min(limit, self.inequalities.get(key, math.inf))

    def _families(self, questions: Sequence[Question], answers: Mapping[str, Sequence[Answer]]) -> None:
        """Shares that the form makes a whole of: whoever answers one answers all."""
        families: dict[str, list[Question]] = {}
        for question in questions:
            if question.unite == "pct" and question.base is not None:
                families.setdefault(question.serie_de, []).append(question)
        for members in families.values():
            told = [{(a.porteur, a.action): a for a in answers.get(one.id, ())} for one in members]
            everyone = set(told[0]).intersection(*told)
            for place in everyone if len(members) > 1 else ():
                rows = [rows[place] for rows in told]
                base = rows[0].denominateur or 0.0
                if abs(sum(row.numerateur for row in rows) - base) > 0.01:
                    continue
                terms = {self._unknown(q.compte, row): 1.0 for q, row in zip(members, rows, strict=True)}
                terms[self._unknown(members[0].base or "", rows[0], base=True)] = -1.0
                self._at_most(terms, 0.01)
                self._at_most({name: -weight for name, weight in terms.items()}, 0.01)

    def _set_aside(self, question: Question, label: str, group: Sequence[Answer]) -> None:
        parts = atoms(group)
        if parts and _is_primary(parts):
            self.hidden[question.compte, parts] = label

    def range_of(self, terms: Terms, accomplices: Sequence[str] = ()) -> tuple[float, float]:
        """The least and the most that a weighted sum of unknowns can be."""
        matrix, limits = self._system()
        bounds = [
            (atom[2] / self.scales[counted],) * 2 if atom[0] in accomplices else (0, None)
            for counted, atom in self.columns
        ]
        aim = np.zeros(len(self.columns))
        for (counted, atom), weight in terms.items():
            aim[self.columns[counted, atom]] = weight * self.scales[counted]
        ends = []
        for sign in (1, -1):
            result = linprog(sign * aim, A_ub=matrix, b_ub=limits, bounds=bounds, method="highs")
            ends.append(sign * result.fun if result.status == 0 else -sign * math.inf)
        return ends[0], ends[1]

    def _system(self) -> tuple[Any, Any]:
        if self._matrix is None:
            lines, columns, values, limits = [], [], [], []
            for line, (terms, limit) in enumerate(self.inequalities.items()):
                weights = [weight * self.scales[counted] for (counted, _), weight in terms]
                size = max(map(abs, weights))
                limits.append(limit / size + _SLACK)
                for (name, _), weight in zip(terms, weights, strict=True):
                    lines.append(line)
                    columns.append(self.columns[name])
                    values.append(weight / size)
            shape = (len(limits), len(self.columns))
            self._matrix = csr_matrix((values, (lines, columns)), shape=shape), np.array(limits)
        return self._matrix

    def enclosed(self, target: str, accomplices: Sequence[str] = (), only: str | None = None) -> Iterator[Finding]:
        """What a porteur counts, known within a fifth; or, for anyone, at most what domination allows to be known."""
        aims = {
            (counted, frozenset(atom for atom in parts if atom[0] == target))
            for publication in self.publications
            for counted, parts in publication.items()
            if only in (None, counted)
        }
        for counted, own in sorted(aims, key=lambda aim: (aim[0], sorted(aim[1]))):
            truth = sum(atom[2] for atom in own)
            if truth <= 0:
                continue
            low, high = self.range_of({(counted, atom): 1.0 for atom in own}, accomplices)
            detail = f"{low:g} to {high:g}, {truth:g} in truth"
            if low > (1 - CLOSE) * truth + 1e-4 and high < (1 + CLOSE) * truth - 1e-4:
                yield Finding("bounds", counted, tuple(accomplices), target, detail)
            elif not accomplices and high < truth / DOMINANT * (1 - 1e-4):
                yield Finding("upper", counted, (), target, detail)

    def recompute(self) -> Iterator[Finding]:
        """Lines hidden for domination or too few porteurs, found again within a fifth."""
        for (counted, parts), label in self.hidden.items():
            truth = sum(atom[2] for atom in parts)
            if truth <= 0:
                continue
            low, high = self.range_of({(counted, atom): 1.0 for atom in parts})
            if low > (1 - CLOSE) * truth + 1e-4 and high < (1 + CLOSE) * truth - 1e-4:
                yield Finding("recomputed", counted, (), label, f"{low:g} to {high:g}, {truth:g} in truth")


def _is_primary(parts: Iterable[Atom]) -> bool:
    """Whether a line may not be shown by itself."""
    totals: dict[str, float] = {}
    for porteur, _, value in parts:
        totals[porteur] = totals.get(porteur, 0.0) + value
    return len(totals) < MINIMUM or max(totals.values()) > DOMINANT * sum(totals.values())
