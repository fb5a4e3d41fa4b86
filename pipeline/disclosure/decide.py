"""What each porteur declared -> which figures may be shown to porteurs and to the public. The whole rule is here.

1. A figure rests on at least five porteurs, and none of them makes more than 85 % of it (`_too_few`).
2. No combination of the sums shown is about fewer than five porteurs: two readers who put their own figures in are left
   with three others at least (disclosure_algebra).
3. What is left of a département once the lines shown are taken away is a line as any other: it obeys 1.
4. Shares that make up a whole are shown together, in the same lines; those of them that are hidden are hidden in all,
   and what they make together obeys 1 as one share more.
5. No value is enclosed within 20 %, even for two readers; and nobody can tell that a porteur has at most its value and
   18 % more, which is what 85 % of a line means (disclosure_bounds).

Shares and averages are rounded and shown without their sums; the rule protects these as if they were shown.
What was shown once cannot be taken back: it counts among the sums that readers hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.codebook.diffusion import Thresholds
from pipeline.disclosure.combinations import Row, isolated
from pipeline.disclosure.intervals import enclosed, margins

DEPARTEMENT, TYPE, ZONE, EPCI = "departement", "type_structure", "zonage", "epci"
BREAKDOWNS = (TYPE, ZONE, EPCI)
SENSITIVE = "X"
_CENT = 0.011
"""Amounts are told to the cent, and shares of them are rounded."""


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

    def has(self, counted: str, row: Row) -> bool:
        """Whether that sum is held already."""
        return row in self.sums.get(counted, ())


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


@dataclass(frozen=True)
class Line:
    """The figures of one place that are shown or hidden together: one, or the shares of a whole."""

    rank: int
    """Of its family: those that matter most first."""
    niveau: str
    code: str
    figures: tuple[tuple[Series, Figure], ...]
    left: tuple[str, Row] | None
    """What the hidden shares make together, and a name for it."""

    @property
    def sums(self) -> list[tuple[str, Row]]:
        """(What is counted, its sum), each once."""
        found = [pair for series, figure in self.figures for pair in figure.sums(series)]
        return list(dict.fromkeys([*found, *([self.left] if self.left else [])]))


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
    lines: list[Line] = []
    for rank, family in enumerate(families(series, contributions)):
        figures = {one.id: list(figures_of(one, contributions[one.id])) for one in family}
        hidden = _hidden_shares(family, figures, rule)
        for one in family:
            if why := hidden.get(one.id):
                decision.hidden |= {figure.cell: why for figure in figures[one.id]}
        candidates = list(_lines(rank, [one for one in family if one.id not in hidden], family, figures))
        lines += _choose(candidates, rule, held, decision)
    lines = _free_enclosed(
        lines, _too_few_alone(decision, series, contributions, rule), decision, rule, before or Held()
    )
    decision.shown |= {figure.cell: figure for line in lines for _, figure in line.figures}
    return decision


def families(series: Sequence[Series], contributions: Mapping[str, Sequence[Contribution]]) -> Iterator[list[Series]]:
    """Yield the series that were answered, one by one, but shares that make up a whole together."""
    answered = [one for one in series if contributions.get(one.id)]
    told: set[str] = set()
    for one in answered:
        if one.id not in told:
            members = [other for other in answered if other.serie_de == one.serie_de]
            family = members if _is_whole(members, contributions) else [one]
            told.update(member.id for member in family)
            yield family


def _is_whole(members: Sequence[Series], contributions: Mapping[str, Sequence[Contribution]]) -> bool:
    """Whether the shares of one question always make up their base."""
    left: dict[tuple[str, str], float] = {}
    for one in members:
        for c in contributions[one.id]:
            if c.denominateur is None:
                return False
            left[c.porteur, c.action] = left.get((c.porteur, c.action), c.denominateur) - c.numerateur
    same = len({frozenset((c.porteur, c.action) for c in contributions[one.id]) for one in members}) == 1
    return len(members) > 1 and same and all(abs(value) < _CENT for value in left.values())


def _hidden_shares(
    family: Sequence[Series], figures: Mapping[str, Sequence[Figure]], rule: Thresholds
) -> dict[str, str]:
    """Return why shares of a whole are hidden everywhere: one that may not be shown, and as many as protect it."""
    if len(family) < 2:
        return {}
    wholes = {one.id: figures[one.id][0] for one in family}
    hidden = {one.id: why for one in family if (why := _primary(one, wholes[one.id], rule))}
    shown = sorted((one.id for one in family if one.id not in hidden), key=lambda name: total(wholes[name].numerator))
    while hidden and shown and too_few(left_of([wholes[name] for name in hidden]), rule):
        hidden[shown.pop(0)] = "complement"
    return hidden


def left_of(hidden: Sequence[Figure]) -> Row:
    """Return what some shares of a whole make together."""
    values: dict[tuple[str, str], float] = {}
    for figure in hidden:
        for porteur, action, value in figure.numerator:
            values[porteur, action] = values.get((porteur, action), 0.0) + value
    return frozenset((*place, round(value, 6)) for place, value in values.items())


def _lines(
    rank: int, shown: Sequence[Series], family: Sequence[Series], figures: Mapping[str, Sequence[Figure]]
) -> Iterator[Line]:
    """Yield the département's line, then those of its breakdowns, the largest first; none if all shares are hidden."""
    places = [figure.cell[1:] for figure in figures[shown[0].id]] if shown else []
    hidden = [one for one in family if one not in shown]
    at = {(one.id, *figure.cell[1:]): figure for one in family for figure in figures[one.id]}
    for niveau, code in places:
        left = left_of([at[one.id, niveau, code] for one in hidden]) if hidden else None
        yield Line(
            rank,
            niveau,
            code,
            tuple((one, at[one.id, niveau, code]) for one in shown),
            (f"{family[0].serie_de} (reste)", left) if left else None,
        )


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


def _choose(candidates: Sequence[Line], rule: Thresholds, held: Held, decision: Decision) -> list[Line]:
    """Return the lines of a family that are shown; without its département's, the others would not be read."""
    kept: list[Line] = []
    for line in candidates:
        why = _alone(line, rule)
        if why is None and not (kept or line.niveau == DEPARTEMENT):
            why = "recoupement"
        if why is None and not _is_safe(line, rule, held):
            why = "recoupement"
            if line.niveau == DEPARTEMENT and _lone(line, held):
                decision.shown |= {figure.cell: figure for _, figure in line.figures}
                decision.lone |= {series.id for series, _ in line.figures}
                continue
        if why is None:
            kept.append(line)
            for counted, row in line.sums:
                held.add(counted, row)
        else:
            _hide(line, why, decision)
    for line in _beside_what_is_left(kept, rule):
        kept.remove(line)
        _hide(line, "complement", decision)
    return kept


def _hide(line: Line, why: str, decision: Decision) -> None:
    decision.hidden |= {figure.cell: why for _, figure in line.figures}


def _alone(line: Line, rule: Thresholds) -> str | None:
    """Return why a line is not shown, whatever others are."""
    found = next((why for series, figure in line.figures if (why := _primary(series, figure, rule))), None)
    return found or (too_few(line.left[1], rule) and "complement" if line.left else None)


def _is_safe(line: Line, rule: Thresholds, held: Held) -> bool:
    """Whether the sums of a line can be held beside the others: rule 2."""
    if any(counted in held.lone for counted, _ in line.sums):
        return False
    return all(
        held.has(counted, row) or isolated([*held.of(counted), row], rule.porteurs_minimum) is None
        for counted, row in line.sums
    )


def _lone(line: Line, held: Held) -> bool:
    """Whether averages can be shown though their denominator cannot: nothing else may then be held of their numerators.

    One average of two unknown sums tells neither; the numerator is about all the porteurs of the figure.
    """
    pairs = {}
    for series, figure in line.figures:
        if series.base is None or figure.denominator is None or held.sums.get(series.compte):
            return False
        pairs[series.compte] = (figure.numerator, figure.denominator)
        if series.base in held.lone or held.lone.get(series.compte, pairs[series.compte]) != pairs[series.compte]:
            return False
    held.lone |= pairs
    return True


def _beside_what_is_left(kept: Sequence[Line], rule: Thresholds) -> list[Line]:
    """Return the lines to give up so that what no line shows obeys the rule as a line does: rule 3."""
    given_up: list[Line] = []
    for niveau in BREAKDOWNS:
        lines = [line for line in kept if line.niveau == niveau]
        while lines and _leaves_too_few(kept[0], lines, rule):
            given_up.append(lines.pop())
    return given_up


def _leaves_too_few(whole: Line, lines: Sequence[Line], rule: Thresholds) -> bool:
    """Each sum of the département, less those of the lines: they are in the same order."""
    for position, (_, row) in enumerate(_ordered(whole)):
        left = row.difference(*(_ordered(line)[position][1] for line in lines))
        if left and too_few(left, rule):
            return True
    return False


def _ordered(line: Line) -> list[tuple[str, Row]]:
    found = [pair for series, figure in line.figures for pair in figure.sums(series)]
    return [*found, *([line.left] if line.left else [])]


def _too_few_alone(
    decision: Decision,
    series: Sequence[Series],
    contributions: Mapping[str, Sequence[Contribution]],
    rule: Thresholds,
) -> dict[str, list[Row]]:
    """The sums of lines that say too much by themselves, by what they count: they are not to be found again."""
    found: dict[str, list[Row]] = {}
    for one in series:
        for figure in figures_of(one, contributions.get(one.id, ())):
            if decision.hidden.get(figure.cell) in ("peu_de_porteurs", "domination"):
                for counted, row in figure.sums(one):
                    if too_few(row, rule):
                        found.setdefault(counted, []).append(row)
    return found


def _free_enclosed(
    lines: list[Line],
    secret: Mapping[str, Sequence[Row]],
    decision: Decision,
    rule: Thresholds,
    before: Held,
) -> list[Line]:
    """Return the lines that are left when nothing is enclosed any more: rule 5."""
    for counted in dict.fromkeys(name for line in lines for name, _ in line.sums):
        while True:
            concerned = [line for line in lines if any(name == counted for name, _ in line.sums)]
            rows = [row for line in concerned for name, row in line.sums if name == counted]
            if not rows or enclosed(rows, margins(rule), before.of(counted), secret.get(counted, ())) is None:
                break
            lines = _without(max(concerned, key=_last), counted, lines, decision)
    return lines


_GIVEN_UP_LAST = (DEPARTEMENT, TYPE, EPCI, ZONE)


def _last(line: Line) -> tuple[int, int, int]:
    """A breakdown is given up before the département, what matters least first, a small line before a large one."""
    return _GIVEN_UP_LAST.index(line.niveau), line.rank, -len(line.figures[0][1].numerator)


def _without(given_up: Line, counted: str, lines: Sequence[Line], decision: Decision) -> list[Line]:
    """Give up a line, whatever else holds the same sum, and the lines of a département that is given up."""
    told = {row for name, row in given_up.sums if name == counted}
    gone = [line for line in lines if any(name == counted and row in told for name, row in line.sums)]
    ranks = {line.rank for line in gone if line.niveau == DEPARTEMENT}
    gone += [line for line in lines if line.rank in ranks and line not in gone]
    for line in gone:
        _hide(line, "encadrement", decision)
    return [line for line in lines if line not in gone]
