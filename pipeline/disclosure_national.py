"""The decisions of each département -> which national figures can stand beside them, in a build of every département.

France less the départements shown is what the others make together: it is a line as any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.disclosure import SENSITIVE, Cell, Decision, Figure, Held, Series, Thresholds, too_few, total
from pipeline.disclosure_algebra import Row, isolated

FRANCE = "france"
_GIVEN_UP = 3
"""How many départements may be hidden for the sake of the national figure; beyond, it is hidden itself."""


def decide_france(
    series: Sequence[Series],
    figures: Mapping[str, Mapping[str, Figure]],
    decisions: Mapping[str, Decision],
    rule: Thresholds,
    before: Held | None = None,
) -> Decision:
    """Return which national figures are shown; a département's figures may be moved to its hidden ones.

    `figures` gives, by series id and département, the département's figure whether or not it is shown.
    """
    held = before.copy() if before else Held()
    national = Decision()
    for one in series:
        place = Cell(one.id, FRANCE, "")
        whole = _whole(place, figures.get(one.id, {}).values())
        apart = _not_exact(one, figures.get(one.id, {}), decisions)
        given_up = _given_up(one, apart, figures.get(one.id, {}), decisions, held, rule)
        why = _own_fault(one, whole, rule)
        if why or given_up is None:
            national.hidden[place] = why or "recoupement"
            continue
        for departement in given_up:
            _hide(one, decisions[departement])
        for counted, row in _left(one, [*apart, *given_up], figures.get(one.id, {})):
            held.add(counted, row)
        national.shown[place] = whole
    return national


def _whole(place: Cell, figures: Iterable[Figure]) -> Figure:
    rows = list(figures)
    numerator: Row = frozenset().union(*(figure.numerator for figure in rows))
    bases = [figure.denominator for figure in rows]
    denominator = None if any(base is None for base in bases) else frozenset().union(*(base or () for base in bases))
    return Figure(place, numerator, denominator if rows else None)


def _own_fault(series: Series, whole: Figure, rule: Thresholds) -> str | None:
    if series.diffusion == SENSITIVE and total(whole.numerator) < rule.enfants_minimum_sensible:
        return "sensible"
    return too_few(whole.numerator, rule) or too_few(whole.denominator, rule)


def _not_exact(series: Series, figures: Mapping[str, Figure], decisions: Mapping[str, Decision]) -> list[str]:
    """The départements whose sums are not held, or only through one average."""
    return [
        departement
        for departement, figure in figures.items()
        if figure.cell not in decisions[departement].shown or series.id in decisions[departement].lone
    ]


def _given_up(
    series: Series,
    apart: list[str],
    figures: Mapping[str, Figure],
    decisions: Mapping[str, Decision],
    held: Held,
    rule: Thresholds,
) -> list[str] | None:
    """Return the départements to hide too, the smallest first, so that what is left is safe; None when it never is."""
    shown = sorted(set(figures) - set(apart), key=lambda name: (len(figures[name].numerator), name))
    for number in range(min(_GIVEN_UP, len(shown)) + 1):
        names = [*apart, *shown[:number]]
        if _is_safe(series, names, figures, decisions, held, rule):
            return shown[:number]
    return None


def _is_safe(
    series: Series,
    names: list[str],
    figures: Mapping[str, Figure],
    decisions: Mapping[str, Decision],
    held: Held,
    rule: Thresholds,
) -> bool:
    for counted, row in _left(series, names, figures):
        if too_few(row, rule):
            return False
        inside = [
            sum_held
            for name in names
            for figure in decisions[name].shown.values()
            for sum_held in (figure.numerator, figure.denominator)
            if sum_held and sum_held & row
        ]
        if isolated([*held.of(counted), *inside, row], rule.porteurs_minimum):
            return False
    return True


def _left(series: Series, names: list[str], figures: Mapping[str, Figure]) -> list[tuple[str, Row]]:
    """What France less the départements shown amounts to; nothing when all of them are."""
    if not names:
        return []
    return list(_whole(Cell(series.id, FRANCE, ""), [figures[name] for name in names]).sums(series))


def _hide(series: Series, decision: Decision) -> None:
    for cell in [cell for cell in decision.shown if cell.serie == series.id]:
        decision.hidden[cell] = "complement"
        del decision.shown[cell]
