"""marts.calcul_* -> marts.distribution: how the porteurs' own figures spread within a département."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.codebook.model import Codebook, Indicator
from pipeline.marts.indicators import by_source, columns_of, denominator, numerator
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
        if "porteur_id" in columns_of(connection, source):
            for first in range(0, len(series), AT_ONCE):
                connection.execute(
                    f"insert into marts.distribution {distribution_sql(source, series[first : first + AT_ONCE])}"
                )


def distribution_sql(source: str, series: Sequence[Indicator]) -> str:
    """Return the SELECT of the quartiles of a few series of one source; one that was not asked has no row."""
    values = ", ".join(f"{_value(one)} as {identifier(one.id)}" for one in series)
    spread = ", ".join(
        f"count({identifier(one.id)}) as {identifier(one.id + '.c')}, "
        f"quantile_cont({identifier(one.id)}, [0.25, 0.5, 0.75]) as {identifier(one.id + '.q')}"
        for one in series
    )
    pairs = ", ".join(
        f"({identifier(one.id + '.c')}, {identifier(one.id + '.q')}) as {literal(one.id)}" for one in series
    )
    always = ", ".join(["null", *(literal(one.id) for one in series if one.a_defaut)])
    asked = "(campagne, indicateur) not in (select campagne, indicateur from marts.indicateur_non_demande)"
    return (
        "select campagne, indicateur, departement, nb_porteurs, quartiles[1], quartiles[2], quartiles[3] from ("
        f"select campagne, departement, {spread} from ("
        f"select campagne, departement, porteur_id, {values} from marts.calcul_{source.split('.')[-1]} "
        "where porteur_id is not null group by campagne, departement, porteur_id) group by campagne, departement) "
        f"unpivot include nulls ((nb_porteurs, quartiles) for indicateur in ({pairs})) "
        f"where nb_porteurs > 0 and (coalesce(indicateur in ({always}), false) or {asked})"
    )


def _value(one: Indicator) -> str:
    above = f"sum({numerator(one)})::double"
    return f"{above} / sum({denominator(one)})::double" if one.denominateur else above
