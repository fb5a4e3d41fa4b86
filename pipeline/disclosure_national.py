"""The decisions of each département -> which national figures can stand beside them, in a build of every département.

France less the départements shown is what the others make together: it is a line as any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.disclosure import SENSITIVE, Cell, Decision, Figure, Held, Series, Thresholds, too_few, total
from pipeline.disclosure_algebra import Row, isolated

FRANCE = "france"
_GIVEN_UP = 3
"""How many départements may be hidden for the sake of a national figure; beyond, it is hidden itself."""
Figures = Mapping[str, Mapping[str, Figure]]
"""By series id and département, the département's figure, whether or not it is shown."""


def decide_france(
    series: Sequence[Series],
    figures: Figures,
    decisions: Mapping[str, Decision],
    rule: Thresholds,
    before: Held | None = None,
) -> Decision:
    """Return which national figures are shown; for their sake, figures of a département may come to be hidden."""
    country = _Country(series, figures, decisions, rule, before or Held())
    for one in series:
        country.choose(one)
    return country.decision


@dataclass
class _Country:
    series: Sequence[Series]
    figures: Figures
    decisions: Mapping[str, Decision]
    rule: Thresholds
    before: Held
    decision: Decision = field(default_factory=Decision)
    shown: list[Series] = field(default_factory=list)

    def choose(self, series: Series) -> None:
        place = Cell(series.id, FRANCE, "")
        whole = _whole(place, self.figures.get(series.id, {}).values())
        related = {other.id for other in self.series if _things(other) & _things(series)}
        why = self._own_fault(series, whole)
        given_up = None if why else self._given_up(series, related)
        if given_up is None:
            self.decision.hidden[place] = why or "recoupement"
            return
        for departement in given_up:
            self._hide(departement, related)
        self.decision.shown[place] = whole
        self.shown.append(series)

    def _own_fault(self, series: Series, whole: Figure) -> str | None:
        if series.diffusion == SENSITIVE and total(whole.numerator) < self.rule.enfants_minimum_sensible:
            return "sensible"
        return too_few(whole.numerator, self.rule) or too_few(whole.denominator, self.rule)

    def _given_up(self, series: Series, related: Collection[str]) -> list[str] | None:
        """Return the départements to hide, the smallest first, so that what is left is safe; None when it never is."""
        own = self.figures.get(series.id, {})
        shown = sorted(set(own) - set(self._apart(series)), key=lambda name: (len(own[name].numerator), name))
        for number in range(min(_GIVEN_UP, len(shown)) + 1):
            if self._is_safe(series, related, shown[:number]):
                return shown[:number]
        return None

    def _is_safe(self, series: Series, related: Collection[str], given_up: Collection[str]) -> bool:
        """Whether what every national figure leaves would be, were those départements hidden too."""
        left: dict[str, list[Row]] = {}
        for one in (*self.shown, series):
            apart = self._apart(one, given_up if one.id in related else ())
            for counted, row in _left(one, apart, self.figures.get(one.id, {})):
                left.setdefault(counted, []).append(row)
        for counted in _things(series):
            rows = left.get(counted, [])
            inside = list(self._inside(frozenset().union(*rows), related, given_up))
            if any(too_few(row, self.rule) for row in rows):
                return False
            # Beside an earlier diffusion, the figure itself: what changed is what one less the other tells.
            earlier = [*self.before.of(counted), *self._of(series, counted)] if self.before.of(counted) else []
            if isolated([*earlier, *inside, *rows], self.rule.porteurs_minimum):
                return False
        return True

    def _of(self, series: Series, counted: str) -> list[Row]:
        whole = _whole(Cell(series.id, FRANCE, ""), self.figures.get(series.id, {}).values())
        return [row for name, row in whole.sums(series) if name == counted]

    def _apart(self, series: Series, given_up: Collection[str] = ()) -> list[str]:
        """The départements whose sums are not held, or only through one average."""
        return [
            departement
            for departement, figure in self.figures.get(series.id, {}).items()
            if figure.cell not in self.decisions[departement].shown
            or series.id in self.decisions[departement].lone
            or departement in given_up
        ]

    def _inside(self, left: Row, related: Collection[str], given_up: Collection[str]) -> Iterator[Row]:
        """The sums of départements that are still held of what is left."""
        for departement, decision in self.decisions.items():
            for cell, figure in decision.shown.items():
                if departement not in given_up or cell.serie not in related:
                    yield from (
                        row for row in (figure.numerator, figure.denominator) if row and not row.isdisjoint(left)
                    )

    def _hide(self, departement: str, related: Collection[str]) -> None:
        """Hide a département in every series that counts the same things: any of them would tell its sum."""
        decision = self.decisions[departement]
        for cell in [cell for cell in decision.shown if cell.serie in related]:
            decision.hidden[cell] = "complement"
            del decision.shown[cell]


def _things(series: Series) -> set[str]:
    return {counted for counted in (series.compte, series.base) if counted is not None}


def _whole(place: Cell, figures: Iterable[Figure]) -> Figure:
    rows = list(figures)
    numerator: Row = frozenset().union(*(figure.numerator for figure in rows))
    bases = [figure.denominator for figure in rows]
    denominator = None if any(base is None for base in bases) else frozenset().union(*(base or () for base in bases))
    return Figure(place, numerator, denominator if rows else None)


def _left(series: Series, names: list[str], figures: Mapping[str, Figure]) -> list[tuple[str, Row]]:
    """What France less the départements shown amounts to; nothing when all of them are."""
    if not names:
        return []
    return list(_whole(Cell(series.id, FRANCE, ""), [figures[name] for name in names]).sums(series))
