"""What each porteur declared -> which figures may be shown to porteurs and to the public. The whole rule is here.

1. Primary suppression (primary.py). A figure rests on at least five porteurs (minimum frequency), and none of them has
   more than 85 % of it (dominance, an (n, k) rule with n = 1).
2. Disclosive combinations (combinations.py). No combination of the sums shown is about fewer than five porteurs: two
   readers who put their own figures in are left with three others at least.
3. Complementary suppression. What is left of a département once the lines shown are taken away obeys 1 as a line does.
4. Shares that make up a whole are shown together, in the same lines; those of them that are hidden are hidden in all,
   and what they make together obeys 1 as one share more.
5. Interval disclosure (intervals.py). No value is known within 20 %, even to two readers; and nobody can tell that a
   porteur has at most its value and 18 % more, which is what 85 % of a line means.

Sources: Hundepool et al., Statistical Disclosure Control (Wiley, 2012), chapter 4, for the names and for rules 1, 3 and
5; Insee's rules for tables of enterprises for the 85 %; rules 2 and 4 are ours, docs/methodology.md says why.

Shares and averages are rounded and shown without their sums; the rule protects these as if they were shown.
What was shown once cannot be taken back: it counts among the sums that readers hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.codebook.diffusion import DisclosureThresholds
from pipeline.disclosure.combinations import Row, disclosive_combination
from pipeline.disclosure.intervals import interval_disclosed, margins
from pipeline.disclosure.model import (
    BREAKDOWNS,
    DEPARTEMENT,
    EPCI,
    TYPE,
    ZONE,
    CandidateLine,
    Contribution,
    Decision,
    ProtectedSeries,
    PublishedSums,
    Sums,
)
from pipeline.disclosure.primary import families, figures_of, hidden_shares, left_of, primary_suppression, why_hidden


def decide(
    series: Sequence[ProtectedSeries],
    contributions: Mapping[str, Sequence[Contribution]],
    rule: DisclosureThresholds,
    before: PublishedSums | None = None,
) -> Decision:
    """Return which figures of one département and campagne are shown, those that matter most being chosen first.

    `series` are in that order; `contributions` are given by series id; `before` is what was already shown of them.
    """
    published = before.copy() if before else PublishedSums()
    decision = Decision()
    lines: list[CandidateLine] = []
    for rank, family in enumerate(families(series, contributions)):
        figures = {serie.id: list(figures_of(serie, contributions[serie.id])) for serie in family}
        hidden = hidden_shares(family, figures, rule)
        for serie in family:
            if why := hidden.get(serie.id):
                decision.hidden |= {figure.cell: why for figure in figures[serie.id]}
        candidates = list(_lines(rank, [serie for serie in family if serie.id not in hidden], family, figures))
        lines += _choose(candidates, rule, published, decision)
    lines = _free_intervals(
        lines, _suppressed_sums(decision, series, contributions, rule), decision, rule, before or PublishedSums()
    )
    decision.shown |= {figure.cell: figure for line in lines for _, figure in line.figures}
    return decision


def _lines(
    rank: int,
    shown: Sequence[ProtectedSeries],
    family: Sequence[ProtectedSeries],
    figures: Mapping[str, Sequence[Sums]],
) -> Iterator[CandidateLine]:
    """Yield the département's line, then those of its breakdowns, the largest first; none if all shares are hidden."""
    places = [figure.cell[1:] for figure in figures[shown[0].id]] if shown else []
    hidden = [serie for serie in family if serie not in shown]
    at = {(serie.id, *figure.cell[1:]): figure for serie in family for figure in figures[serie.id]}
    for niveau, code in places:
        left = left_of([at[serie.id, niveau, code] for serie in hidden]) if hidden else None
        yield CandidateLine(
            rank,
            niveau,
            code,
            tuple((serie, at[serie.id, niveau, code]) for serie in shown),
            (f"{family[0].serie_de} (reste)", left) if left else None,
        )


def _choose(
    candidates: Sequence[CandidateLine], rule: DisclosureThresholds, published: PublishedSums, decision: Decision
) -> list[CandidateLine]:
    """Return the lines of a family that are shown; without its département's, the others would not be read."""
    kept: list[CandidateLine] = []
    for line in candidates:
        why = _alone(line, rule)
        if why is None and not (kept or line.niveau == DEPARTEMENT):
            why = "recoupement"
        if why is None and not _is_safe(line, rule, published):
            why = "recoupement"
            if line.niveau == DEPARTEMENT and _is_ratio_only(line, published):
                decision.shown |= {figure.cell: figure for _, figure in line.figures}
                decision.ratio_only |= {series.id for series, _ in line.figures}
                continue
        if why is None:
            kept.append(line)
            for counted, row in line.sums:
                published.add(counted, row)
        else:
            _hide(line, why, decision)
    for line in _beside_what_is_left(kept, rule):
        kept.remove(line)
        _hide(line, "complement", decision)
    return kept


def _hide(line: CandidateLine, why: str, decision: Decision) -> None:
    decision.hidden |= {figure.cell: why for _, figure in line.figures}


def _alone(line: CandidateLine, rule: DisclosureThresholds) -> str | None:
    """Return why a line is not shown, whatever others are."""
    alone = next((why for series, figure in line.figures if (why := why_hidden(series, figure, rule))), None)
    return alone or (primary_suppression(line.left[1], rule) and "complement" if line.left else None)


def _is_safe(line: CandidateLine, rule: DisclosureThresholds, published: PublishedSums) -> bool:
    """Whether the sums of a line can be held beside the others: rule 2."""
    if any(counted in published.ratio_only for counted, _ in line.sums):
        return False
    return all(
        published.has(counted, row)
        or disclosive_combination([*published.of(counted), row], rule.porteurs_minimum) is None
        for counted, row in line.sums
    )


def _is_ratio_only(line: CandidateLine, published: PublishedSums) -> bool:
    """Whether averages can be shown without their denominator: readers must then know nothing else of the numerators.

    One average of two unknown sums tells neither; the numerator is about all the porteurs of the figure.
    """
    pairs = {}
    for series, figure in line.figures:
        if series.base is None or figure.denominator is None or published.sums.get(series.compte):
            return False
        pairs[series.compte] = (figure.numerator, figure.denominator)
        if (
            series.base in published.ratio_only
            or published.ratio_only.get(series.compte, pairs[series.compte]) != pairs[series.compte]
        ):
            return False
    published.ratio_only |= pairs
    return True


def _beside_what_is_left(kept: Sequence[CandidateLine], rule: DisclosureThresholds) -> list[CandidateLine]:
    """Return the lines to hide so that the département minus its lines obeys the rule too: rule 3."""
    given_up: list[CandidateLine] = []
    for niveau in BREAKDOWNS:
        lines = [line for line in kept if line.niveau == niveau]
        while lines and _leaves_suppressed(kept[0], lines, rule):
            given_up.append(lines.pop())
    return given_up


def _leaves_suppressed(whole: CandidateLine, lines: Sequence[CandidateLine], rule: DisclosureThresholds) -> bool:
    """Whether the département minus its lines says too much, for any of its sums."""
    for position, (_, row) in enumerate(_ordered(whole)):
        left = row.difference(*(_ordered(line)[position][1] for line in lines))
        if left and primary_suppression(left, rule):
            return True
    return False


def _ordered(line: CandidateLine) -> list[tuple[str, Row]]:
    sums = [pair for series, figure in line.figures for pair in figure.sums(series)]
    return [*sums, *([line.left] if line.left else [])]


def _suppressed_sums(
    decision: Decision,
    series: Sequence[ProtectedSeries],
    contributions: Mapping[str, Sequence[Contribution]],
    rule: DisclosureThresholds,
) -> dict[str, list[Row]]:
    """The sums hidden by primary suppression, by what they count: no combination may give them back."""
    by_counted: dict[str, list[Row]] = {}
    for serie in series:
        for figure in figures_of(serie, contributions.get(serie.id, ())):
            if decision.hidden.get(figure.cell) in ("peu_de_porteurs", "domination"):
                for counted, row in figure.sums(serie):
                    if primary_suppression(row, rule):
                        by_counted.setdefault(counted, []).append(row)
    return by_counted


def _free_intervals(
    lines: list[CandidateLine],
    secret: Mapping[str, Sequence[Row]],
    decision: Decision,
    rule: DisclosureThresholds,
    before: PublishedSums,
) -> list[CandidateLine]:
    """Return the lines that are left when nothing is enclosed any more: rule 5."""
    for counted in dict.fromkeys(name for line in lines for name, _ in line.sums):
        while True:
            concerned = [line for line in lines if any(name == counted for name, _ in line.sums)]
            rows = [row for line in concerned for name, row in line.sums if name == counted]
            if not rows or interval_disclosed(rows, margins(rule), before.of(counted), secret.get(counted, ())) is None:
                break
            lines = _without(max(concerned, key=_last), counted, lines, decision)
    return lines


_GIVEN_UP_LAST = (DEPARTEMENT, TYPE, EPCI, ZONE)


def _last(line: CandidateLine) -> tuple[int, int, int]:
    """A breakdown is given up before the département, what matters least first, a small line before a large one."""
    return _GIVEN_UP_LAST.index(line.niveau), line.rank, -len(line.figures[0][1].numerator)


def _without(
    given_up: CandidateLine, counted: str, lines: Sequence[CandidateLine], decision: Decision
) -> list[CandidateLine]:
    """Hide a line and all that hold the same sum; a hidden département hides its lines as well."""
    taken_away = {row for name, row in given_up.sums if name == counted}
    gone = [line for line in lines if any(name == counted and row in taken_away for name, row in line.sums)]
    ranks = {line.rank for line in gone if line.niveau == DEPARTEMENT}
    gone += [line for line in lines if line.rank in ranks and line not in gone]
    for line in gone:
        _hide(line, "encadrement", decision)
    return [line for line in lines if line not in gone]
