"""A series of the catalogue -> the SQL of its numerator and denominator on each row, and of its porteurs and actions.

A rate is the sum of numerators over the sum of denominators of the rows that hold both; the same two expressions serve
at every level. A row of which an answer that the rate uses is set aside holds none; of a total, that answer alone
leaves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Protocol

import duckdb

from pipeline.codebook.model import Indicator
from socle.files.sqltext import identifier, literal

DIMENSIONS = ("departement", "epci", "type_structure", "zonage", "porteur_id", "action_id")
# A return per structure says nothing of each of its actions: a figure that needs an action's return is not computed.
_FILLED_PER_STRUCTURE = (
    "select (r.campagne, r.departement) from core.retour_recu as r where r.departement is not null "
    "group by r.campagne, r.departement having min(r.grain) = 'structure'"
)


UNREAD, DOUBTFUL = 2, 1
"""Of an answer set aside: it could not be read, or another one contradicts it (or it is out of bounds)."""
NEVER = "null::tinyint"


class Computed(Protocol):
    """What the SQL of a series needs: an Indicator of the codebook, or what a build keeps of it."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def numerateur(self) -> str: ...  # noqa: D102
    @property
    def denominateur(self) -> str | None: ...  # noqa: D102
    @property
    def condition(self) -> str | None: ...  # noqa: D102
    @property
    def grains(self) -> Sequence[str]: ...  # noqa: D102


def by_source(indicators: Sequence[Indicator]) -> Iterator[tuple[str, list[Indicator]]]:
    """Yield each source relation with its series."""
    ordered = sorted(indicators, key=lambda indicator: indicator.source)
    for source, series in groupby(ordered, key=lambda indicator: indicator.source):
        yield source, list(series)


def calculation_sql(source: str, series: Sequence[Computed], present: set[str]) -> str:
    """Return the SELECT giving, a row of the source, each series' numerator `id.n` and denominator `id.d`.

    And `id.e`: UNREAD or DOUBTFUL where an answer that the series uses is set aside on that row, else null.
    """
    dimensions = ", ".join(name if name in present else f"null::varchar as {name}" for name in DIMENSIONS)
    expressions = []
    for indicator in series:
        aside = aside_sql(indicator, present)
        expressions.append(f"{aside} as {set_aside(indicator)}")
        condition = " and ".join(conditions(indicator))
        if indicator.denominateur and aside != NEVER:
            condition += f" and {aside} is null"
        expressions.append(
            f"case when {condition} then ({indicator.numerateur})::decimal(24, 6) end as {numerator(indicator)}"
        )
        if indicator.denominateur:
            expressions.append(
                f"case when {condition} then ({indicator.denominateur})::decimal(24, 6) end as {denominator(indicator)}"
            )
    return f"select campagne, {dimensions}, {', '.join(expressions)} from {source}"


def aside_sql(indicator: Computed, present: set[str]) -> str:
    """Return the SQL of what is set aside of a row, for that series: UNREAD, DOUBTFUL or null."""
    names = ", ".join(
        literal(name)
        for name in used_names((indicator.numerateur, indicator.denominateur, indicator.condition), present)
    )
    if not names or "ecartees" not in present:
        return NEVER
    return (
        f"case when ecartees is null then null when list_has_any(illisibles, [{names}]) then {UNREAD} "
        f"when list_has_any(ecartees, [{names}]) then {DOUBTFUL} end::tinyint"
    )


def used_names(expressions: Iterable[str | None], present: Collection[str]) -> list[str]:
    """Return the columns that SQL uses, and their questions: a cell that holds several answers bears that name."""
    words = set(re.findall(r"[a-z0-9_]+", " ".join(filter(None, expressions))))
    used = sorted(words & set(present))
    return list(dict.fromkeys([*used, *(name.split("__")[0] for name in used)]))


def conditions(indicator: Computed) -> list[str]:
    """Return what a row must meet to count: it holds both parts, and what is below is neither false nor zero."""
    conditions = [f"({indicator.numerateur}) is not null"]
    if indicator.denominateur:
        conditions.append(f"({indicator.denominateur})::decimal(24, 6) <> 0")
    if indicator.condition:
        conditions.append(f"({indicator.condition})")
    if {"action", "collectif"} & set(indicator.grains) and indicator.source == "core.agrement":
        conditions.append(f"(campagne, departement) not in ({_FILLED_PER_STRUCTURE})")
    return conditions


def long_sql(view: str, series: Sequence[Indicator]) -> str:
    """Return the SELECT of one row per row of the view and series it counts in: its `numerateur` and `denominateur`.

    Long at once: a hundred series aggregated side by side take DuckDB half a minute to plan.
    """
    pairs = ", ".join(f"({numerator(i)}, {denominator(i)}) as {literal(i.id)}" for i in series)
    wide = ", ".join(
        f"{numerator(i)}, {denominator(i) if i.denominateur else f'null::decimal(24, 6) as {denominator(i)}'}"
        for i in series
    )
    return (
        f"select * from (select campagne, {', '.join(DIMENSIONS)}, {wide} from {view}) "
        f"unpivot include nulls ((numerateur, denominateur) for indicateur in ({pairs})) where numerateur is not null"
    )


def detail_sql(view: str, series: Sequence[Indicator], niveau: str) -> str:
    """Return the SELECT of every series for each porteur or action, from the rows themselves."""
    key = f"{niveau}_id"
    return (
        f"select campagne, indicateur, {literal(niveau)} as niveau, {key} as code, departement, "
        "sum(numerateur)::double as numerateur, sum(denominateur)::double as denominateur, "
        "count(*)::integer as nb_repondants, 1 as nb_porteurs "
        f"from ({long_sql(view, series)}) where {key} is not null group by campagne, indicateur, {key}, departement"
    )


def columns_of(connection: duckdb.DuckDBPyConnection, source: str) -> set[str]:
    """Return the columns of a table or view."""
    return {row[0] for row in connection.execute(f"describe {source}").fetchall()}


def numerator(indicator: Computed) -> str:
    """Return the column of marts.calcul_* that holds its numerator."""
    return identifier(f"{indicator.id}.n")


def denominator(indicator: Computed) -> str:
    """Return the column of marts.calcul_* that holds its denominator; there is none when it has no denominateur."""
    return identifier(f"{indicator.id}.d")


def set_aside(indicator: Computed) -> str:
    """Return the column of marts.calcul_* that says what is set aside of the row for it."""
    return identifier(f"{indicator.id}.e")
