"""Primary suppression: what a figure, or the rest of a whole, says too much of by itself. Rules 1 and 4 of `decide`.

Minimum frequency and dominance: Hundepool et al., Statistical Disclosure Control (Wiley, 2012), chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.codebook.diffusion import DisclosureThresholds
from pipeline.disclosure.combinations import Row
from pipeline.disclosure.model import DEPARTEMENT, SENSITIVE, Contribution, FigurePlace, ProtectedSeries, Sums

_CENT = 0.011
"""Amounts are told to the cent, and shares of them are rounded."""


def families(
    series: Sequence[ProtectedSeries], contributions: Mapping[str, Sequence[Contribution]]
) -> Iterator[list[ProtectedSeries]]:
    """Yield the series that were answered, one by one, but shares that make up a whole together."""
    answered = [serie for serie in series if contributions.get(serie.id)]
    already: set[str] = set()
    for serie in answered:
        if serie.id not in already:
            members = [other for other in answered if other.serie_de == serie.serie_de]
            family = members if _is_whole(members, contributions) else [serie]
            already.update(member.id for member in family)
            yield family


def _is_whole(members: Sequence[ProtectedSeries], contributions: Mapping[str, Sequence[Contribution]]) -> bool:
    """Whether the shares of one question always make up their base."""
    left: dict[tuple[str, str], float] = {}
    for serie in members:
        for c in contributions[serie.id]:
            if c.denominateur is None:
                return False
            left[c.porteur, c.action] = left.get((c.porteur, c.action), c.denominateur) - c.numerateur
    same = len({frozenset((c.porteur, c.action) for c in contributions[serie.id]) for serie in members}) == 1
    return len(members) > 1 and same and all(abs(value) < _CENT for value in left.values())


def hidden_shares(
    family: Sequence[ProtectedSeries], figures: Mapping[str, Sequence[Sums]], rule: DisclosureThresholds
) -> dict[str, str]:
    """Return why shares of a whole are hidden everywhere: one that may not be shown, and as many as protect it."""
    if len(family) < 2:
        return {}
    wholes = {serie.id: figures[serie.id][0] for serie in family}
    hidden = {serie.id: why for serie in family if (why := why_hidden(serie, wholes[serie.id], rule))}
    shown = sorted(
        (serie.id for serie in family if serie.id not in hidden), key=lambda name: total(wholes[name].numerator)
    )
    while hidden and shown and primary_suppression(left_of([wholes[name] for name in hidden]), rule):
        hidden[shown.pop(0)] = "complement"
    return hidden


def left_of(hidden: Sequence[Sums]) -> Row:
    """Return the sum of some shares of a whole."""
    values: dict[tuple[str, str], float] = {}
    for figure in hidden:
        for porteur, action, value in figure.numerator:
            values[porteur, action] = values.get((porteur, action), 0.0) + value
    return frozenset((*place, round(value, 6)) for place, value in values.items())


def primary_suppression(parts: Row | None, rule: DisclosureThresholds) -> str | None:
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


def figures_of(series: ProtectedSeries, contributions: Sequence[Contribution]) -> Iterator[Sums]:
    """Yield the département's figure, then those of its breakdowns, the largest first."""
    yield _figure(series, FigurePlace(series.id, DEPARTEMENT, ""), contributions)
    for niveau in series.breakdowns:
        groups: dict[str, list[Contribution]] = {}
        for contribution in contributions:
            code = getattr(contribution, niveau)
            if code is not None:
                groups.setdefault(code, []).append(contribution)
        for code, group in sorted(groups.items(), key=lambda item: (-len({c.porteur for c in item[1]}), item[0])):
            yield _figure(series, FigurePlace(series.id, niveau, code), group)


def _figure(series: ProtectedSeries, cell: FigurePlace, contributions: Iterable[Contribution]) -> Sums:
    declared = list(contributions)
    base = series.base is not None and all(contribution.denominateur is not None for contribution in declared)
    return Sums(
        cell,
        frozenset((c.porteur, c.action, round(c.numerateur, 6)) for c in declared),
        frozenset((c.porteur, c.action, round(c.denominateur or 0.0, 6)) for c in declared) if base else None,
    )


def why_hidden(series: ProtectedSeries, figure: Sums, rule: DisclosureThresholds) -> str | None:
    """Return why a figure is not shown, whatever else is."""
    if series.diffusion == SENSITIVE:
        if figure.cell.niveau != DEPARTEMENT:
            return "sensible"
        if total(figure.numerator) < rule.enfants_minimum_sensible:
            return "sensible"
    return primary_suppression(figure.numerator, rule) or primary_suppression(figure.denominator, rule)
