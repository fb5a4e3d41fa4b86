"""The catalogue of indicators -> the SQL that computes them: one view a source, one aggregation for all its series.

A rate is the sum of numerators over the sum of denominators of the rows that hold both; the same two expressions serve
at every level. marts.calcul_<source> holds them row by row (porteur and action figures are read from it on the fly);
marts.indicateur_agrege holds the sums by territory, type of structure and zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Protocol

import duckdb

from pipeline.codebook.model import Codebook, Indicator
from socle.files.sqltext import identifier, literal
from socle.words.french import listing

DIMENSIONS = ("departement", "epci", "type_structure", "zonage", "porteur_id", "action_id")
LEVELS = {"epci": "epci", "type_structure": "type_structure", "zonage": "zonage"}
"""niveau -> column, within a département."""
ALL_DEPARTEMENTS = 101
# A return per structure says nothing of each of its actions: a figure that needs an action's return is not computed.
_FILLED_PER_STRUCTURE = "select campagne from core.reponse group by campagne having min(grain) = 'structure'"


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


def create_indicators(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create marts.indicateur, marts.calcul_*, marts.indicateur_agrege and the view marts.indicateur_detail.

    indicateur_agrege: campagne, indicateur, niveau, code, departement, numerateur, denominateur, nb_repondants,
    nb_porteurs. indicateur_detail: the same for niveau porteur and action, read on the fly.
    """
    _create_catalogue(connection, codebook)
    connection.execute(
        "create table marts.indicateur_agrege (campagne varchar, indicateur varchar, niveau varchar, code varchar, "
        "departement varchar, numerateur double, denominateur double, nb_repondants integer, nb_porteurs integer)"
    )
    details = []
    for source, series in by_source(codebook.indicators):
        present = columns_of(connection, source)
        view = f"marts.calcul_{source.split('.')[-1]}"
        connection.execute(f"create view {view} as {calculation_sql(source, series, present)}")
        connection.execute(f"insert into marts.indicateur_agrege by name {aggregate_sql(view, series)}")
        details += [detail_sql(view, series, niveau) for niveau in ("porteur", "action") if f"{niveau}_id" in present]
    connection.execute(f"create view marts.indicateur_detail as {' union all '.join(details)}")
    _create_fallbacks(connection, codebook)


def by_source(indicators: Sequence[Indicator]) -> Iterator[tuple[str, list[Indicator]]]:
    """Yield each source relation with its series."""
    ordered = sorted(indicators, key=lambda indicator: indicator.source)
    for source, series in groupby(ordered, key=lambda indicator: indicator.source):
        yield source, list(series)


def calculation_sql(source: str, series: Sequence[Computed], present: set[str]) -> str:
    """Return the SELECT giving, a row of the source, each series' numerator `id.n` and denominator `id.d`."""
    dimensions = ", ".join(name if name in present else f"null::varchar as {name}" for name in DIMENSIONS)
    expressions = []
    for indicator in series:
        held = " and ".join(_conditions(indicator))
        expressions.append(
            f"case when {held} then ({indicator.numerateur})::decimal(24, 6) end as {numerator(indicator)}"
        )
        if indicator.denominateur:
            expressions.append(
                f"case when {held} then ({indicator.denominateur})::decimal(24, 6) end as {denominator(indicator)}"
            )
    return f"select campagne, {dimensions}, {', '.join(expressions)} from {source}"


def _conditions(indicator: Computed) -> list[str]:
    """A row counts when it holds the numerator and the denominator both; one that is false or zero below is no base."""
    conditions = [f"({indicator.numerateur}) is not null"]
    if indicator.denominateur:
        conditions.append(f"({indicator.denominateur})::decimal(24, 6) <> 0")
    if indicator.condition:
        conditions.append(f"({indicator.condition})")
    if {"action", "collectif"} & set(indicator.grains) and indicator.source == "core.agrement":
        conditions.append(f"campagne not in ({_FILLED_PER_STRUCTURE})")
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


def aggregate_sql(view: str, series: Sequence[Indicator]) -> str:
    """Return the SELECT of series at every level; a count of porteurs is counted again at each, never summed.

    Side by side, then long: a row per row and series would be a hundred times as many to group. Porteurs are counted
    apart, from one line of booleans each: one may act in two territories, and is counted once at each level.
    """
    sums = ", ".join(
        f"sum({above}) as {above}, sum({_d_or_null(i)}) as {denominator(i)}, count({above}) as {_c(i)}"
        for i in series
        for above in (numerator(i),)
    )
    sets = ", ".join(f"({', '.join(('campagne', *keys))})" for keys in _KEYS.values())
    flags = ", ".join(f"bool_or({flag}) as {name}" for i in series for name, flag in _flags(i).items())
    dimensions = ", ".join(DIMENSIONS[:-1])
    counted = " union all by name ".join(_count_sql(niveau, series) for niveau in _KEYS)
    pairs = ", ".join(f"({numerator(i)}, {denominator(i)}, {_c(i)}) as {literal(i.id)}" for i in series)
    return (
        f"with flags as materialized (select campagne, {dimensions}, {flags} from {view} group by all), "
        f"porteurs as ({counted}), "
        f"wide as (select campagne, {_PLACE}, {sums} from {view} group by grouping sets ({sets})), "
        "long as (from wide unpivot include nulls "
        f"((numerateur, denominateur, nb_repondants) for indicateur in ({pairs})) where nb_repondants > 0), "
        "france as (select campagne, indicateur from long where niveau = 'departement' and code is not null "
        f"group by all having count(*) >= {ALL_DEPARTEMENTS}) "
        f"select l.campagne, l.indicateur, l.niveau, l.code, l.departement, {_totals(series)}, "
        "l.nb_repondants::integer as nb_repondants, coalesce(p.nb_porteurs, 0)::integer as nb_porteurs "
        "from long as l left join porteurs as p on l.campagne = p.campagne and l.indicateur = p.indicateur "
        "and l.niveau = p.niveau and l.code = p.code and l.departement is not distinct from p.departement "
        "where l.code is not null and (l.niveau <> 'france' or exists (from france as f "
        "where f.campagne = l.campagne and f.indicateur = l.indicateur))"
    )


_KEYS = {"france": (), "departement": ("departement",)} | {
    niveau: ("departement", column) for niveau, column in LEVELS.items()
}
"""niveau -> the columns that it groups by, campagne apart."""
_PLACE = (
    f"case {' '.join(f'when grouping({column}) = 0 then {literal(niveau)}' for niveau, column in LEVELS.items())} "
    "when grouping(departement) = 0 then 'departement' else 'france' end as niveau, "
    f"case {' '.join(f'when grouping({column}) = 0 then {column}' for column in LEVELS.values())} "
    "when grouping(departement) = 0 then departement else 'FR' end as code, "
    "case when grouping(departement) = 0 then departement end as departement"
)


def _flags(indicator: Indicator) -> dict[str, str]:
    """What is asked of each porteur: did it answer, and does it count in a numerator or denominator of porteurs?"""
    flags = {_c(indicator): f"{numerator(indicator)} is not null"}
    if indicator.distinct:
        flags |= {
            numerator(indicator): f"{numerator(indicator)} > 0",
            denominator(indicator): f"{_d_or_null(indicator)} > 0",
        }
    return flags


def _count_sql(niveau: str, series: Sequence[Indicator]) -> str:
    """The porteurs of a level: those that answered each series and, where porteurs are counted, those that count."""
    keys = ", ".join(("campagne", *_KEYS[niveau]))
    names = {i.id: [_c(i), *([numerator(i), denominator(i)] if i.distinct else [])] for i in series}
    own = ", ".join(f"bool_or({name}) as {name}" for known in names.values() for name in known)
    totals = ", ".join(f"count_if({name}) as {name}" for known in names.values() for name in known)
    none = ", ".join(
        f"null::bigint as {name}" for i in series if not i.distinct for name in (numerator(i), denominator(i))
    )
    code = {"france": "'FR'", "departement": "departement"}.get(niveau) or LEVELS[niveau]
    departement = "null::varchar" if niveau == "france" else "departement"
    triples = ", ".join(f"({_c(i)}, {numerator(i)}, {denominator(i)}) as {literal(i.id)}" for i in series)
    return (
        f"select campagne, indicateur, {literal(niveau)} as niveau, code, departement, nb_porteurs, comptes, sur from ("
        f"select campagne, {code} as code, {departement} as departement, {totals}{', ' + none if none else ''} "
        f"from (select {keys}, porteur_id, {own} from flags where porteur_id is not null group by all) "
        f"group by {keys}) "
        f"unpivot include nulls ((nb_porteurs, comptes, sur) for indicateur in ({triples}))"
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


def _create_catalogue(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    connection.execute(
        "create table marts.indicateur (indicateur varchar, serie_de varchar, modalite varchar, numero integer, "
        "rang integer, famille varchar, famille_libelle varchar, libelle varchar, libelle_court varchar, "
        "description varchar, unite varchar, polarite varchar, grains varchar[], diffusion varchar, "
        "synthese_porteur boolean, ou varchar, source varchar, distinct_sur varchar, numerateur varchar, "
        "denominateur varchar, condition varchar, variables varchar[], il_faut varchar, bareme boolean, "
        "reglage_vide boolean, question varchar, comparable_depuis varchar, prudence varchar, phrase varchar, "
        "provenance varchar, provenance_a_defaut varchar)"
    )
    rows = [
        [i.id, i.serie_de, i.modalite, i.numero, rank, i.famille, codebook.familles[i.famille], i.libelle,
         i.libelle_court, i.description, i.unite, i.polarite, list(i.grains), i.diffusion, i.synthese_porteur, i.ou,
         i.source, i.distinct, i.numerateur, i.denominateur, i.condition, list(i.variables), i.il_faut, i.bareme,
         i.reglage_vide, i.question, i.comparable_depuis, i.prudence, i.phrase, _provenance(i),
         i.a_defaut.provenance if i.a_defaut else None]
        for rank, i in enumerate(codebook.indicators, start=1)
    ]  # fmt: skip
    connection.begin()
    connection.executemany(f"insert into marts.indicateur values ({', '.join('?' * len(rows[0]))})", rows)
    connection.commit()


def _create_fallbacks(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create marts.indicateur_a_defaut: the campagnes where a figure is made from what replaces its usual rows."""
    connection.execute(
        "create table marts.indicateur_a_defaut (campagne varchar, indicateur varchar, provenance varchar)"
    )
    for indicator in codebook.indicators:
        if indicator.a_defaut:
            rows = " and ".join([*_conditions(indicator), f"({indicator.a_defaut.quand})"])
            connection.execute(
                f"insert into marts.indicateur_a_defaut select distinct campagne, {literal(indicator.id)}, "
                f"{literal(indicator.a_defaut.provenance)} from {indicator.source} where {rows}"
            )


def _provenance(indicator: Indicator) -> str:
    """What the figure is made from, as shown beside it."""
    origins = ["Actions agréées par le comité"] if "agrement" in indicator.grains else []
    origins += ["bilans des porteurs"] if set(indicator.grains) != {"agrement"} else []
    text = listing(origins)
    return text[0].upper() + text[1:]


def columns_of(connection: duckdb.DuckDBPyConnection, source: str) -> set[str]:
    """Return the columns of a table or view."""
    return {row[0] for row in connection.execute(f"describe {source}").fetchall()}


def numerator(indicator: Computed) -> str:
    """Return the column of marts.calcul_* that holds its numerator."""
    return identifier(f"{indicator.id}.n")


def denominator(indicator: Computed) -> str:
    """Return the column of marts.calcul_* that holds its denominator; there is none when it has no denominateur."""
    return identifier(f"{indicator.id}.d")


def _c(indicator: Indicator) -> str:
    return identifier(f"{indicator.id}.c")


def _d_or_null(indicator: Indicator) -> str:
    return denominator(indicator) if indicator.denominateur else "null::decimal(24, 6)"
