"""What each porteur declared -> which figures may be shown to porteurs and to the public. The whole rule is here.

1. A figure rests on at least five porteurs, and none of them makes more than 85 % of it (`_too_few`).
2. No combination of the sums shown is about fewer than five porteurs: two readers who put their own figures in are left
   with three others at least (disclosure_algebra).
3. What is left of a département once the lines shown are taken away is a line as any other: it obeys 1.
4. Of shares that make up a whole, what is left of the whole obeys 1 too, unless rounding blurs it enough.
5. No value is enclosed within 20 %, even for two readers (disclosure_bounds).

Shares and averages are rounded and shown without their sums; the rule protects these as if they were shown.
What was shown once cannot be taken back: it counts among the sums that readers hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.disclosure_algebra import Row, isolated
from pipeline.disclosure_bounds import enclosed

DEPARTEMENT, TYPE, ZONE, EPCI = "departement", "type_structure", "zonage", "epci"
BREAKDOWNS = (TYPE, ZONE, EPCI)
SENSITIVE = "X"


@dataclass(frozen=True)
class Thresholds:
    """The numbers of the rule, declared in definitions/diffusion.yml."""

    porteurs_minimum: int = 5
    part_maximale: float = 0.85
    marge: float = 0.20
    enfants_minimum_sensible: int = 11
    porteurs_minimum_quartiles: int = 12
    arrondi_des_parts: float = 0.01


class Contribution(NamedTuple):
    """What one porteur declared for one action, in one series."""

    porteur: str
    action: str
    type_structure: str | None
    zonage: str | None
    epci: str | None
    numerateur: float
    denominateur: float | None


@dataclass(frozen=True)
class Series:
    """A protected series, as far as the rule looks at it."""

    id: str
    serie_de: str
    diffusion: str
    """E, F or X."""
    unite: str
    compte: str
    """What its numerator counts: two series that count the same thing bear the same name here."""
    base: str | None
    """What its denominator counts; None without one, or when that is public anyway."""
    breakdowns: tuple[str, ...] = (TYPE, ZONE)


class Cell(NamedTuple):
    """The place of one figure in its département."""

    serie: str
    niveau: str
    code: str


@dataclass
class Held:
    """The sums that readers hold of each thing counted, in one département and campagne."""

    sums: dict[str, dict[Row, None]] = field(default_factory=dict)
    """{what is counted: sums}, in the order in which they came."""
    lone: dict[str, tuple[Row, Row]] = field(default_factory=dict)
    """{what is counted: (numerator, denominator)} where it is only known through one average: see `_lone`."""

    def of(self, counted: str) -> list[Row]:
        """Return the sums held of one thing."""
        return list(self.sums.get(counted, ()))

    def add(self, counted: str, row: Row) -> None:
        """Hold one more sum."""
        self.sums.setdefault(counted, {})[row] = None

    def copy(self) -> Held:
        """Return another that can be added to."""
        return Held({counted: dict(rows) for counted, rows in self.sums.items()}, dict(self.lone))


@dataclass(frozen=True)
class Figure:
    """One figure of a département with the parts of its sums."""

    cell: Cell
    numerator: Row
    denominator: Row | None
    """None where there is none or it is public."""

    def sums(self, series: Series) -> Iterator[tuple[str, Row]]:
        """Yield (what is counted, its sum)."""
        yield series.compte, self.numerator
        if series.base is not None and self.denominator is not None:
            yield series.base, self.denominator


@dataclass
class Decision:
    """What the rule says of one département."""

    shown: dict[Cell, Figure] = field(default_factory=dict)
    hidden: dict[Cell, str] = field(default_factory=dict)
    """Why: peu_de_porteurs, domination, sensible, recoupement, complement or encadrement."""
    lone: set[str] = field(default_factory=set)
    """Series shown as one average, that holds nothing exact."""


def decide(
    series: Sequence[Series],
    contributions: Mapping[str, Sequence[Contribution]],
    rule: Thresholds,
    before: Held | None = None,
) -> Decision:
    """Return which figures of one département and campagne are shown, those that matter most being chosen first.

    `series` are in that order; `contributions` are given by series id; `before` is what was already shown of them.
    """
    held = before.copy() if before else Held()
    decision = Decision()
    for one in series:
        if declared := contributions.get(one.id):
            _choose(one, list(figures_of(one, declared)), rule, held, decision)
    _complete_wholes(series, decision, rule)
    _free_enclosed(series, decision, rule, before or Held())
    return decision


def too_few(parts: Row | None, rule: Thresholds) -> str | None:
    """Return why a sum says too much of one porteur by itself; None when it does not."""
    if parts is None:
        return None
    totals: dict[str, float] = {}
    for porteur, _, value in parts:
        totals[porteur] = totals.get(porteur, 0.0) + abs(value)
    if len(totals) < rule.porteurs_minimum:
        return "peu_de_porteurs"
    whole = sum(totals.values())
    return "domination" if whole and max(totals.values()) > rule.part_maximale * whole else None


def total(parts: Row) -> float:
    """Return the sum of its parts."""
    return sum(value for _, _, value in parts)


def figures_of(series: Series, contributions: Sequence[Contribution]) -> Iterator[Figure]:
    """Yield the département's figure, then those of its breakdowns, the largest first."""
    yield _figure(series, Cell(series.id, DEPARTEMENT, ""), contributions)
    for niveau in series.breakdowns:
        groups: dict[str, list[Contribution]] = {}
        for one in contributions:
            code = getattr(one, niveau)
            if code is not None:
                groups.setdefault(code, []).append(one)
        for code, group in sorted(groups.items(), key=lambda item: (-len({c.porteur for c in item[1]}), item[0])):
            yield _figure(series, Cell(series.id, niveau, code), group)


def _figure(series: Series, cell: Cell, contributions: Iterable[Contribution]) -> Figure:
    held = list(contributions)
    base = series.base is not None and all(one.denominateur is not None for one in held)
    return Figure(
        cell,
        frozenset((c.porteur, c.action, round(c.numerateur, 6)) for c in held),
        frozenset((c.porteur, c.action, round(c.denominateur or 0.0, 6)) for c in held) if base else None,
    )


def _primary(series: Series, figure: Figure, rule: Thresholds) -> str | None:
    """Return why a figure is not shown, whatever else is."""
    if series.diffusion == SENSITIVE:
        if figure.cell.niveau != DEPARTEMENT:
            return "sensible"
        if total(figure.numerator) < rule.enfants_minimum_sensible:
            return "sensible"
    return too_few(figure.numerator, rule) or too_few(figure.denominator, rule)


def _choose(series: Series, figures: list[Figure], rule: Thresholds, held: Held, decision: Decision) -> None:
    """Decide on the figures of one series; without its département's figure, the others would not be read."""
    kept: list[Figure] = []
    for figure in figures:
        why = _primary(series, figure, rule)
        if why is None and not _is_safe(series, figure, rule, held):
            why = "recoupement"
        if why is None and figure.cell.niveau != DEPARTEMENT and not kept:
            why = "recoupement"
        if why is None:
            kept.append(figure)
            for counted, row in figure.sums(series):
                held.add(counted, row)
        elif why == "recoupement" and figure.cell.niveau == DEPARTEMENT and _lone(series, figure, held):
            decision.shown[figure.cell] = figure
            decision.lone.add(series.id)
        else:
            decision.hidden[figure.cell] = why
    for figure in _beside_what_is_left(kept, figures[0], rule):
        kept.remove(figure)
        decision.hidden[figure.cell] = "complement"
    decision.shown |= {figure.cell: figure for figure in kept}


def _is_safe(series: Series, figure: Figure, rule: Thresholds, held: Held) -> bool:
    """Whether the sums of a figure can be held beside the others: rule 2."""
    if any(counted in held.lone for counted, _ in figure.sums(series)):
        return False
    return all(
        row in held.sums.get(counted, ()) or isolated([*held.of(counted), row], rule.porteurs_minimum) is None
        for counted, row in figure.sums(series)
    )


def _lone(series: Series, figure: Figure, held: Held) -> bool:
    """Whether an average can be shown though its denominator cannot: nothing else may then be held of its numerator.

    One average of two unknown sums tells neither; the numerator is about all the porteurs of the figure.
    """
    if series.base is None or figure.denominator is None or held.sums.get(series.compte):
        return False
    pair = (figure.numerator, figure.denominator)
    if held.lone.setdefault(series.compte, pair) != pair:
        return False
    return series.base not in held.lone


def _beside_what_is_left(kept: list[Figure], whole: Figure, rule: Thresholds) -> list[Figure]:
    """Return the figures to give up so that what no line shows obeys the rule as a line does: rule 3."""
    given_up: list[Figure] = []
    for niveau in BREAKDOWNS:
        lines = [figure for figure in kept if figure.cell.niveau == niveau]
        while lines and _leaves_too_few(whole, lines, rule):
            given_up.append(lines.pop())
    return given_up


def _leaves_too_few(whole: Figure, lines: list[Figure], rule: Thresholds) -> bool:
    left = whole.numerator.difference(*(line.numerator for line in lines))
    if left and too_few(left, rule):
        return True
    if whole.denominator is None:
        return False
    base = whole.denominator.difference(*(line.denominator or frozenset() for line in lines))
    return bool(base) and too_few(base, rule) is not None


def _complete_wholes(series: Sequence[Series], decision: Decision, rule: Thresholds) -> None:
    """Of shares that make up a whole, hide as many as it takes to keep secret the hidden ones: rule 4."""
    families: dict[str, list[Series]] = {}
    for one in series:
        if one.unite == "pct" and one.base is not None:
            families.setdefault(one.serie_de, []).append(one)
    for members in families.values():
        places = {cell[1:] for cell in (*decision.shown, *decision.hidden) if cell.serie == members[0].id}
        for niveau, code in sorted(places) if len(members) > 1 else ():
            _complete(members, niveau, code, decision, rule)


def _complete(members: Sequence[Series], niveau: str, code: str, decision: Decision, rule: Thresholds) -> None:
    cells = [Cell(one.id, niveau, code) for one in members]
    shown = [decision.shown[cell] for cell in cells if cell in decision.shown]
    while shown and len(shown) < len(cells):
        whole = shown[0].denominator or frozenset()
        left = _left_of(whole, shown)
        if left is None:  # they do not make up a whole
            return
        blur = len(shown) * rule.arrondi_des_parts / 2 * total(whole)
        if not total(left) or not too_few(left, rule) or blur >= rule.marge * total(left):
            return
        smallest = min(shown, key=lambda figure: (total(figure.numerator), figure.cell))
        shown.remove(smallest)
        decision.hidden[smallest.cell] = "complement"
        del decision.shown[smallest.cell]


def _left_of(whole: Row, shown: Sequence[Figure]) -> Row | None:
    """Return what the shares not shown make of the whole, part by part; None when some share is of another whole."""
    left = {(porteur, action): value for porteur, action, value in whole}
    for figure in shown:
        if figure.denominator != whole:
            return None
        for porteur, action, value in figure.numerator:
            left[porteur, action] = round(left[porteur, action] - value, 6)
    return frozenset((*key, value) for key, value in left.items())


def _free_enclosed(series: Sequence[Series], decision: Decision, rule: Thresholds, before: Held) -> None:
    """Give up lines until no value is enclosed: rule 5. A breakdown goes before the département, a small line first."""
    by_id = {one.id: one for one in series}
    for counted in dict.fromkeys(name for one in series for name in (one.compte, one.base) if name is not None):
        while True:
            lines = [
                (cell, row)
                for cell, figure in decision.shown.items()
                if cell.serie not in decision.lone
                for name, row in figure.sums(by_id[cell.serie])
                if name == counted
            ]
            if enclosed([*before.of(counted), *(row for _, row in lines)], rule.marge) is None:
                break
            order = (DEPARTEMENT, TYPE, EPCI, ZONE)
            given_up = max(lines, key=lambda line: (order.index(line[0].niveau), -len(line[1])), default=None)
            if given_up is None:
                break  # what was shown before encloses it: nothing more can be done
            for cell, row in lines:
                if row == given_up[1]:
                    decision.hidden[cell] = "encadrement"
                    del decision.shown[cell]
