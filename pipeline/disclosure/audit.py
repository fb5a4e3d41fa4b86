"""diffusion.duckdb as written -> nothing, or a Refusal naming the figure and the readers it would tell too much.

Nothing of the choice is trusted: what is shown is read back from the file, its sums are made again from what porteurs
declared, and the rule is applied to all of them together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb

from pipeline.codebook.diffusion import DisclosureThresholds
from pipeline.disclosure.combinations import Row, disclosive_combination
from pipeline.disclosure.intervals import READERS, interval_disclosed, margins
from pipeline.disclosure.model import (
    DEPARTEMENT,
    SENSITIVE,
    Contribution,
    FigurePlace,
    ProtectedSeries,
    PublishedSums,
    Sums,
)
from pipeline.disclosure.primary import families, figures_of, left_of, primary_suppression, total
from socle.words.refusal import Refusal

TABLE = "marts.indicateur_valeur"
_SHOWN = f"""
select indicateur, niveau, if(niveau = 'departement', '', code)
from {TABLE}
where campagne = ? and departement = ? and statut = 'diffusable' and origine in ('calcule', 'fictif')
"""
_SHOWN_WHOLE = f"""
select indicateur, code
from {TABLE}
where campagne = ? and niveau in ('departement', 'france') and statut = 'diffusable'
    and origine in ('calcule', 'fictif') and nb_porteurs is not null
"""
_SHOWN_ABOVE = f"""
select campagne, indicateur, niveau, code
from {TABLE}
where departement is null and niveau <> 'france' and statut = 'diffusable' and origine in ('calcule', 'fictif')
order by all
"""


def audit(
    diffusion: Path,
    series: Sequence[ProtectedSeries],
    contributions: Mapping[tuple[str, str], Mapping[str, Sequence[Contribution]]],
    rule: DisclosureThresholds,
    before: Mapping[tuple[str, str], PublishedSums],
    national: Mapping[str, Mapping[str, frozenset[str]]],
) -> None:
    """Raise Refusal when a figure of the file, alone or with others, is about fewer porteurs than the rule asks for.

    `national` gives by campagne and series the départements that a figure of France rests on.
    """
    with duckdb.connect(str(diffusion), read_only=True) as connection:
        for key, declared in contributions.items():
            shown = set(connection.execute(_SHOWN, list(key)).fetchall())
            _check_one(key, series, declared, shown, rule, before.get(key, PublishedSums()))
        for campagne in sorted({campagne for campagne, _ in contributions}):
            own = {key: declared for key, declared in contributions.items() if key[0] == campagne}
            _check_france(connection, campagne, series, own, rule, national.get(campagne, {}))
        _check_unproved(connection, {name for declared in contributions.values() for name in declared})


def _check_france(
    connection: duckdb.DuckDBPyConnection,
    campagne: str,
    series: Sequence[ProtectedSeries],
    contributions: Mapping[tuple[str, str], Mapping[str, Sequence[Contribution]]],
    rule: DisclosureThresholds,
    national: Mapping[str, frozenset[str]],
) -> None:
    """France minus the départements shown must obey the rule as any line does."""
    shown = set(connection.execute(_SHOWN_WHOLE, [campagne]).fetchall())
    for serie in series:
        if (serie.id, "FR") not in shown:
            continue
        left = [
            declared[serie.id]
            for (_, departement), declared in contributions.items()
            if departement in national.get(serie.id, ())
            and serie.id in declared
            and (serie.id, departement) not in shown
        ]
        if left:
            figure = next(figures_of(serie, [part for parts in left for part in parts]))
            if primary_suppression(figure.numerator, rule) or primary_suppression(figure.denominator, rule):
                raise _leak((campagne, "FR"), figure, frozenset(porteur for porteur, _, _ in figure.numerator))


def _check_unproved(connection: duckdb.DuckDBPyConnection, protected: Collection[str]) -> None:
    """Raise Refusal when a protected figure of a région, or of a type, a zone or an EPCI above départements, is shown.

    No rule says yet what they would tell together with France and the départements.
    """
    for campagne, indicateur, niveau, code in connection.execute(_SHOWN_ABOVE).fetchall():
        if indicateur in protected:
            raise _refusal((campagne, code), FigurePlace(indicateur, niveau, code), (), ())


def _check_one(
    key: tuple[str, str],
    series: Sequence[ProtectedSeries],
    declared: Mapping[str, Sequence[Contribution]],
    shown: set[tuple[str, str, str]],
    rule: DisclosureThresholds,
    before: PublishedSums,
) -> None:
    sums: dict[str, list[Row]] = {}
    averages: list[tuple[ProtectedSeries, Sums]] = []
    for serie in series:
        for figure in figures_of(serie, declared.get(serie.id, ())):
            if tuple(figure.cell) not in shown:
                continue
            _check_alone(key, serie, figure, rule)
            _hold(key, serie, figure, sums, before, averages, rule)
    for serie, figure in averages:
        if sums.get(serie.compte) or before.sums.get(serie.compte):
            bases = [*before.of(serie.base or ""), *sums.get(serie.base or "", ()), figure.denominator or frozenset()]
            raise _leak(key, figure, disclosive_combination(bases, rule.porteurs_minimum))
    _check_intervals(key, series, sums, rule, before)
    _check_wholes(key, series, declared, shown, rule)


def _check_intervals(
    key: tuple[str, str],
    series: Sequence[ProtectedSeries],
    sums: Mapping[str, list[Row]],
    rule: DisclosureThresholds,
    before: PublishedSums,
) -> None:
    for serie in series:
        earlier = before.of(serie.compte)
        disclosed = interval_disclosed(sums[serie.compte], margins(rule), earlier) if serie.compte in sums else None
        if disclosed is not None and interval_disclosed((), margins(rule), earlier) is None:
            raise _refusal(key, FigurePlace(serie.id, DEPARTEMENT, ""), sorted(disclosed.readers), [disclosed.porteur])


def _check_wholes(
    key: tuple[str, str],
    series: Sequence[ProtectedSeries],
    declared: Mapping[str, Sequence[Contribution]],
    shown: set[tuple[str, str, str]],
    rule: DisclosureThresholds,
) -> None:
    """Of shares that make up a whole, the same are shown in every line, and what is left is no porteur's."""
    for family in families(series, declared):
        hidden: dict[tuple[str, str], list[Sums]] = {}
        for serie in family if len(family) > 1 else ():
            for figure in figures_of(serie, declared[serie.id]):
                hidden.setdefault((figure.cell.niveau, figure.cell.code), [])
                if tuple(figure.cell) not in shown:
                    hidden[figure.cell.niveau, figure.cell.code].append(figure)
        partly = {place: figures for place, figures in hidden.items() if len(figures) < len(family)}
        if len({frozenset(figure.cell.serie for figure in figures) for figures in partly.values()}) > 1:
            raise _leak(key, next(figures[0] for figures in partly.values() if figures), None)
        for figures in partly.values():
            if figures and primary_suppression(left_of(figures), rule):
                raise _leak(key, figures[0], frozenset(porteur for porteur, _, _ in figures[0].numerator))


def _hold(
    key: tuple[str, str],
    serie: ProtectedSeries,
    figure: Sums,
    sums: dict[str, list[Row]],
    before: PublishedSums,
    averages: list[tuple[ProtectedSeries, Sums]],
    rule: DisclosureThresholds,
) -> None:
    """Add a figure's sums to those readers know; an average may be shown alone if neither sum is known."""
    parts = {
        counted: disclosive_combination([*before.of(counted), *sums.get(counted, ()), row], rule.porteurs_minimum)
        for counted, row in figure.sums(serie)
    }
    about = next((porteurs for porteurs in parts.values() if porteurs), None)
    if about is None:
        for counted, row in figure.sums(serie):
            sums.setdefault(counted, []).append(row)
    elif figure.cell.niveau == DEPARTEMENT and serie.base in parts and parts.get(serie.compte) is None:
        averages.append((serie, figure))
    else:
        raise _leak(key, figure, about)


def _check_alone(key: tuple[str, str], serie: ProtectedSeries, figure: Sums, rule: DisclosureThresholds) -> None:
    sensitive = serie.diffusion == SENSITIVE and (
        figure.cell.niveau != DEPARTEMENT or total(figure.numerator) < rule.enfants_minimum_sensible
    )
    if sensitive or primary_suppression(figure.numerator, rule) or primary_suppression(figure.denominator, rule):
        raise _leak(key, figure, frozenset(porteur for porteur, _, _ in figure.numerator))


def _leak(key: tuple[str, str], figure: Sums, about: frozenset[str] | None) -> Refusal:
    names = sorted(about or ())
    readers, told = names[:READERS] if len(names) > 1 else [], names[READERS:] if len(names) > READERS else names[-1:]
    return _refusal(key, figure.cell, readers, told)


def _refusal(key: tuple[str, str], cell: FigurePlace, readers: Sequence[str], told: Sequence[str]) -> Refusal:
    return Refusal(
        "diffusion_indiscrete",
        campagne=key[0],
        table=TABLE,
        chiffre="/".join((cell.serie, key[0], cell.code or key[1])),
        lecteurs=" et ".join(readers) or "n'importe quel lecteur",
        porteur=" et ".join(told) or "un porteur",
    )
