"""A view marts.calcul_* -> the SELECT of its series at every level within a département: itself, EPCI, type, zone.

What stands above a département is made of these: pipeline/marts/wholes.py. The series are side by side, then long: a
row per row and series would be a hundred times as many to group. Porteurs are counted apart, from one line of booleans
each: one may act in two territories, and is counted once at each level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.codebook.model import Indicator
from pipeline.marts.calculation import DIMENSIONS, UNREAD, denominator, numerator, set_aside
from pipeline.sql.steps import Step, in_steps
from socle.files.sqltext import identifier, literal

_LEVELS = ("epci", "type_structure", "zonage")
"""Within a département; each is a column."""
_KEYS = {"departement": ("departement",), **{level: ("departement", level) for level in _LEVELS}}
"""niveau -> the columns that it groups by, campagne apart."""


def aggregate_sql(view: str, series: Sequence[Indicator]) -> str:
    """Return the SELECT of series at every level; a count of porteurs is counted again at each, never summed."""
    levels = [step for niveau in _KEYS for step in _porteurs_of(niveau, series)]
    return in_steps(
        _answers(view, series),
        *levels,
        _porteurs(series),
        _sums(view, series),
        _lines(series),
        _aggregate(series),
    )


def _answers(view: str, series: Sequence[Indicator]) -> Step:
    """For each series: did the porteur answer, and does it count in a numerator or denominator of porteurs?"""
    flags = ", ".join(f"bool_or({flag}) as {name}" for i in series for name, flag in flags_of(i).items())
    dimensions = ", ".join(DIMENSIONS[:-1])
    return Step("reponses", f"select campagne, {dimensions}, {flags} from {view} group by all", kept=True)


def flags_of(indicator: Indicator) -> dict[str, str]:
    """Return {column: SQL} of what a row says of its porteur: it answered; it counts above, below."""
    flags = {answered(indicator): f"{numerator(indicator)} is not null"}
    if indicator.distinct:
        flags |= {
            numerator(indicator): f"{numerator(indicator)} > 0",
            denominator(indicator): f"{_denominator_or_null(indicator)} > 0",
        }
    return flags


def _porteurs_of(niveau: str, series: Sequence[Indicator]) -> Iterator[Step]:
    """Each porteur once in each place of a level; then how many there are, the series side by side."""
    keys = ", ".join(("campagne", *_KEYS[niveau]))
    names = [name for i in series for name in flags_of(i)]
    once = ", ".join(f"bool_or({name}) as {name}" for name in names)
    yield Step(
        f"chaque_porteur_{niveau}",
        f"select {keys}, porteur_id, {once} from reponses where porteur_id is not null group by all",
    )
    counts = ", ".join(f"count_if({name}) as {name}" for name in names)
    yield Step(
        f"porteurs_{niveau}",
        f"select campagne, {literal(niveau)} as niveau, {_KEYS[niveau][-1]} as code, departement, "
        f"{counts} from chaque_porteur_{niveau} group by {keys}",
    )


def _porteurs(series: Sequence[Indicator]) -> Step:
    """The porteurs that answered each series and, where porteurs are what is counted, those that count."""
    none = ", ".join(
        f"null::bigint as {name}" for i in series if not i.distinct for name in (numerator(i), denominator(i))
    )
    levels = " union all by name ".join(f"from porteurs_{niveau}" for niveau in _KEYS)
    triples = ", ".join(f"({answered(i)}, {numerator(i)}, {denominator(i)}) as {literal(i.id)}" for i in series)
    return Step(
        "porteurs",
        f"from (select *{', ' + none if none else ''} from ({levels})) "
        f"unpivot include nulls ((nb_porteurs, comptes, sur) for indicateur in ({triples}))",
    )


def _sums(view: str, series: Sequence[Indicator]) -> Step:
    """One line a place, the series side by side."""
    sums = ", ".join(
        f"sum({numerator(i)}) as {numerator(i)}, sum({_denominator_or_null(i)}) as {denominator(i)}, "
        f"count({numerator(i)}) as {answered(i)}, count({set_aside(i)}) as {set_aside(i)}, "
        f"count_if({set_aside(i)} = {UNREAD}) as {_unread(i)}"
        for i in series
    )
    sets = ", ".join(f"({', '.join(('campagne', *keys))})" for keys in _KEYS.values())
    return Step("sommes", f"select campagne, {_PLACE}, {sums} from {view} group by grouping sets ({sets})")


_PLACE = (
    f"case {' '.join(f'when grouping({level}) = 0 then {literal(level)}' for level in _LEVELS)} "
    "else 'departement' end as niveau, "
    f"case {' '.join(f'when grouping({level}) = 0 then {level}' for level in _LEVELS)} "
    "else departement end as code, departement"
)


def _lines(series: Sequence[Indicator]) -> Step:
    """One line a place and series that somebody answered there, were it by an answer that is set aside."""
    sums = ", ".join(
        f"({numerator(i)}, {denominator(i)}, {answered(i)}, {set_aside(i)}, {_unread(i)}) as {literal(i.id)}"
        for i in series
    )
    return Step(
        "lignes",
        "from sommes unpivot include nulls ((numerateur, denominateur, nb_repondants, nb_ecartees, nb_illisibles) "
        f"for indicateur in ({sums})) where nb_repondants > 0 or nb_ecartees > 0",
    )


def _aggregate(series: Sequence[Indicator]) -> Step:
    return Step(
        "indicateur_agrege",
        f"select l.campagne, l.indicateur, l.niveau, l.code, l.departement, {_totals(series)}, "
        "l.nb_repondants::integer as nb_repondants, coalesce(p.nb_porteurs, 0)::integer as nb_porteurs, "
        "l.nb_ecartees::integer as nb_ecartees, l.nb_illisibles::integer as nb_illisibles "
        "from lignes as l left join porteurs as p on l.campagne = p.campagne and l.indicateur = p.indicateur "
        "and l.niveau = p.niveau and l.code = p.code and l.departement = p.departement "
        "where l.code is not null and l.departement is not null",
    )


def _totals(series: Sequence[Indicator]) -> str:
    """The sums, or how many porteurs where porteurs are what is counted."""
    counted = ", ".join(literal(indicator.id) for indicator in series if indicator.distinct)
    if not counted:
        return "l.numerateur::double as numerateur, l.denominateur::double as denominateur"
    return ", ".join(
        f"case when l.indicateur not in ({counted}) then l.{column}::double "
        f"when l.{column} is not null then p.{porteurs}::double end as {column}"
        for column, porteurs in (("numerateur", "comptes"), ("denominateur", "sur"))
    )


def answered(indicator: Indicator) -> str:
    """Return the column that says, or counts, who answered the series."""
    return identifier(f"{indicator.id}.c")


def _unread(indicator: Indicator) -> str:
    return identifier(f"{indicator.id}.i")


def _denominator_or_null(indicator: Indicator) -> str:
    return denominator(indicator) if indicator.denominateur else "null::decimal(24, 6)"
