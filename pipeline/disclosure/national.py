"""The decisions of each département -> which national figures can stand beside them.

A figure of France is the sum of those of the départements that give it, all or not. France less the départements shown
is what the others make together: a line as any other, that no other sum may cut up. A national share or average is
rounded: it is shown where the rounding alone is larger than any one porteur.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.codebook.diffusion import DisclosureThresholds
from pipeline.disclosure.combinations import Row
from pipeline.disclosure.model import SENSITIVE, Decision, FigurePlace, ProtectedSeries, PublishedSums, Sums
from pipeline.disclosure.primary import primary_suppression, total

FRANCE = "france"
_GIVEN_UP = 3
"""How many départements may be hidden for the sake of a national figure; beyond, it is hidden itself."""
Figures = Mapping[str, Mapping[str, Sums]]
"""By series id and département, the département's figure, whether or not it is shown."""


def decide_france(
    series: Sequence[ProtectedSeries],
    figures: Figures,
    decisions: Mapping[str, Decision],
    rule: DisclosureThresholds,
    steps: Mapping[str, float],
    before: PublishedSums | None = None,
) -> Decision:
    """Return which national figures are shown; for their sake, figures of a département may come to be hidden.

    `steps` gives for each unit what a share or an average is rounded to.
    """
    country = _Country(series, figures, decisions, rule, steps, before or PublishedSums())
    for serie in series:
        if figures.get(serie.id):
            country.choose(serie)
    return country.decision


@dataclass
class _Country:
    series: Sequence[ProtectedSeries]
    figures: Figures
    decisions: Mapping[str, Decision]
    rule: DisclosureThresholds
    steps: Mapping[str, float]
    before: PublishedSums
    decision: Decision = field(default_factory=Decision)
    exact: dict[str, Row] = field(default_factory=dict)
    """{what is counted: the one national sum that is held of it}."""

    def choose(self, series: ProtectedSeries) -> None:
        whole = _whole(FigurePlace(series.id, FRANCE, ""), self.figures[series.id].values())
        why = self._own_fault(series, whole)
        if why is None and not (self._is_blurred(series, whole) or self._exact(series, whole)):
            why = "recoupement"
        if why is None:
            self.decision.shown[whole.cell] = whole
        else:
            self.decision.hidden[whole.cell] = why

    def _own_fault(self, series: ProtectedSeries, whole: Sums) -> str | None:
        if series.diffusion == SENSITIVE and total(whole.numerator) < self.rule.enfants_minimum_sensible:
            return "sensible"
        return primary_suppression(whole.numerator, self.rule) or primary_suppression(whole.denominator, self.rule)

    def _is_blurred(self, series: ProtectedSeries, whole: Sums) -> bool:
        """Whether rounding a quotient hides even the largest contribution to its numerator."""
        if whole.denominator is None:
            return False
        return self.steps[series.unite] / 2 * total(whole.denominator) >= _largest(whole.numerator)

    def _exact(self, series: ProtectedSeries, whole: Sums) -> bool:
        """Whether the exact sums of a figure may be known; hides départements if it must."""
        sums = list(whole.sums(series))
        if any(self.exact.get(counted, row) != row or not self._as_before(counted, row) for counted, row in sums):
            return False
        related = {other.id for other in self.series if _things(other) & _things(series)}
        given_up = self._given_up(series, related)
        if given_up is None:
            return False
        for departement in given_up:
            self._hide(departement, related)
        self.exact |= dict(sums)
        return True

    def _as_before(self, counted: str, row: Row) -> bool:
        """Whether what changed since the figures already shown is nothing, or obeys the rule as any line does.

        A département that answers later is such a change: the two figures of France tell its sum.
        """
        changes = (_change(row, earlier) for earlier in self.before.of(counted))
        return all(not change or primary_suppression(change, self.rule) is None for change in changes)

    def _given_up(self, series: ProtectedSeries, related: Collection[str]) -> list[str] | None:
        """Return the départements to hide, the smallest first, so that what is left is safe; None when it never is."""
        own = self.figures[series.id]
        apart = [name for name in own if self._is_apart(series, name)]
        shown = sorted(set(own) - set(apart), key=lambda name: (len(own[name].numerator), name))
        for number in range(min(_GIVEN_UP, len(shown)) + 1):
            if self._is_safe(series, related, [*apart, *shown[:number]], shown[:number]):
                return shown[:number]
        return None

    def _is_apart(self, series: ProtectedSeries, departement: str) -> bool:
        """Whether readers know no sum of the département, or one average only."""
        decision = self.decisions[departement]
        return self.figures[series.id][departement].cell not in decision.shown or series.id in decision.ratio_only

    def _is_safe(
        self, series: ProtectedSeries, related: Collection[str], names: Sequence[str], given_up: Collection[str]
    ) -> bool:
        """Whether the départements with no known sum have enough porteurs: every combination includes them."""
        if not names:
            return True
        figures = [self.figures[series.id][name] for name in names]
        whole = [figure for figure, name in zip(figures, names, strict=True) if self._is_whole(name, related, given_up)]
        return all(
            not primary_suppression(row, self.rule)
            for part in (figures, whole)
            for row in _rows(_whole(figures[0].cell, part))
        ) and bool(whole)

    def _is_whole(self, departement: str, related: Collection[str], given_up: Collection[str]) -> bool:
        decision = self.decisions[departement]
        if departement in given_up:
            return True
        return not any(cell.serie in related and cell.serie not in decision.ratio_only for cell in decision.shown)

    def _hide(self, departement: str, related: Collection[str]) -> None:
        """Hide a département in every series that counts the same things: any of them would tell its sum."""
        decision = self.decisions[departement]
        for cell in [cell for cell in decision.shown if cell.serie in related]:
            decision.hidden[cell] = "complement"
            del decision.shown[cell]


def _change(row: Row, earlier: Row) -> Row:
    """What each porteur adds or takes away from one sum to the other; those of whom nothing changed are not there."""
    added: dict[str, float] = {}
    for sign, parts in ((1, row - earlier), (-1, earlier - row)):
        for porteur, _, value in parts:
            added[porteur] = added.get(porteur, 0.0) + sign * value
    return frozenset((porteur, "", round(value, 6)) for porteur, value in added.items() if round(value, 6))


def _things(series: ProtectedSeries) -> set[str]:
    return {counted for counted in (series.compte, series.base) if counted is not None}


def _whole(place: FigurePlace, figures: Iterable[Sums]) -> Sums:
    rows = list(figures)
    numerator: Row = frozenset().union(*(figure.numerator for figure in rows))
    bases = [figure.denominator for figure in rows]
    denominator = None if any(base is None for base in bases) else frozenset().union(*(base or () for base in bases))
    return Sums(place, numerator, denominator if rows else None)


def _rows(figure: Sums) -> list[Row]:
    return [figure.numerator] if figure.denominator is None else [figure.numerator, figure.denominator]


def _largest(parts: Row) -> float:
    totals: dict[str, float] = {}
    for porteur, _, value in parts:
        totals[porteur] = totals.get(porteur, 0.0) + abs(value)
    return max(totals.values(), default=0.0)
