"""The rows of each source -> marts.distribution: how the porteurs' own figures spread within a département."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.codebook.model import Codebook, Indicator
from pipeline.marts.calculation import by_source, calculation_sql, columns_of, denominator, numerator
from pipeline.sql.steps import Step, in_steps
from socle.files.sqltext import identifier, literal

AT_ONCE = 8
"""Series of one statement: quartiles keep every value in memory, and sums a line of each porteur."""


def create_distribution(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create marts.distribution, once marts.indicateur_non_demande is there; not rounded: for internal use.

    Columns: campagne, indicateur, departement, nb_porteurs, premier_quartile, mediane, troisieme_quartile.
    """
    connection.execute(
        "create table marts.distribution (campagne varchar, indicateur varchar, departement varchar, "
        "nb_porteurs integer, premier_quartile double, mediane double, troisieme_quartile double)"
    )
    for source, series in by_source(codebook.indicators):
        present = columns_of(connection, source)
        if "porteur_id" in present:
            for first in range(0, len(series), AT_ONCE):
                few = series[first : first + AT_ONCE]
                connection.execute(f"insert into marts.distribution {distribution_sql(source, few, present)}")


def distribution_sql(source: str, series: Sequence[Indicator], present: set[str]) -> str:
    """Return the SELECT of the quartiles of a few series of one source; one that was not asked has no row.

    Not from marts.calcul_*, which holds every series of the source: each statement would plan them all.
    """
    calculation = Step("calcul", calculation_sql(source, series, present))
    return in_steps(calculation, _own_figures(series), _quartiles(series), _distribution(series))


def _own_figures(series: Sequence[Indicator]) -> Step:
    """One line a porteur, the series side by side."""
    values = ", ".join(f"{_value(indicator)} as {identifier(indicator.id)}" for indicator in series)
    return Step(
        "par_porteur",
        f"select campagne, departement, porteur_id, {values} from calcul "
        "where porteur_id is not null group by campagne, departement, porteur_id",
    )


def _quartiles(series: Sequence[Indicator]) -> Step:
    spread = ", ".join(
        f"count({identifier(indicator.id)}) as {_count(indicator)}, "
        f"quantile_cont({identifier(indicator.id)}, [0.25, 0.5, 0.75]) as {_spread(indicator)}"
        for indicator in series
    )
    return Step(
        "quartiles",
        f"select campagne, departement, {spread} from par_porteur group by campagne, departement",
    )


def _distribution(series: Sequence[Indicator]) -> Step:
    pairs = ", ".join(f"({_count(i)}, {_spread(i)}) as {literal(i.id)}" for i in series)
    always = ", ".join(["null", *(literal(i.id) for i in series if i.a_defaut)])
    asked = (
        "not exists (from marts.indicateur_non_demande as n where n.campagne = q.campagne "
        "and n.departement = q.departement and n.indicateur = q.indicateur)"
    )
    return Step(
        "distribution",
        "select campagne, indicateur, departement, nb_porteurs, quartiles[1], quartiles[2], quartiles[3] "
        f"from (from quartiles unpivot include nulls ((nb_porteurs, quartiles) for indicateur in ({pairs}))) as q "
        f"where nb_porteurs > 0 and (coalesce(indicateur in ({always}), false) or {asked})",
    )


def _value(indicator: Indicator) -> str:
    above = f"sum({numerator(indicator)})::double"
    return f"{above} / sum({denominator(indicator)})::double" if indicator.denominateur else above


def _count(indicator: Indicator) -> str:
    return identifier(f"{indicator.id}.c")


def _spread(indicator: Indicator) -> str:
    return identifier(f"{indicator.id}.q")
