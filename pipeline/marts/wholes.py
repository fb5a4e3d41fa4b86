"""Figures of départements -> those of what stands above: France, régions, types and zones of each, shared EPCI.

All are sums of sums, but for porteurs: who acts in two départements is counted once above them. Those few are listed
apart, and taken off as many times as they were counted too many.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.codebook.model import Codebook, Indicator
from pipeline.marts.aggregate import answered, flags_of
from pipeline.marts.calculation import DIMENSIONS, by_source, columns_of, denominator, numerator
from pipeline.sql.create import read_select
from pipeline.sql.steps import Step, in_steps
from socle.files.sqltext import literal

_PLACES = ", ".join(DIMENSIONS[:4])


def add_wholes(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Add to marts.indicateur_valeur_agregee what stands above the départements, once marts.couverture is there.

    A build of one département has none, and does nothing.
    """
    (several,) = connection.execute("select coalesce(max(len(departements)) > 1, false) from core.campagne").fetchone()  # type: ignore[misc]
    if not several:
        return
    create_shared(connection, codebook)
    connection.execute(
        f"insert into marts.indicateur_valeur_agregee by name {read_select('staging', 'indicateur_regroupe')}"
    )


def create_shared(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create staging.porteur_partage: a row per porteur of several départements, place of its answers and series.

    `a_repondu` is true; `compte` and `sur` say whether it counts above and below, where porteurs are what is counted.
    """
    connection.execute(
        "create table staging.porteur_partage (campagne varchar, indicateur varchar, departement varchar, "
        "epci varchar, type_structure varchar, zonage varchar, porteur_id varchar, a_repondu boolean, compte boolean, "
        "sur boolean)"
    )
    for source, series in by_source(codebook.indicators):
        if "porteur_id" in columns_of(connection, source):
            view = f"marts.calcul_{source.split('.')[-1]}"
            connection.execute(f"insert into staging.porteur_partage by name {_shared_sql(view, source, series)}")


def _shared_sql(view: str, source: str, series: Sequence[Indicator]) -> str:
    flags = ", ".join(f"bool_or({flag}) as {name}" for i in series for name, flag in flags_of(i).items())
    none = "".join(
        f", null::boolean as {name}" for i in series if not i.distinct for name in (numerator(i), denominator(i))
    )
    triples = ", ".join(f"({answered(i)}, {numerator(i)}, {denominator(i)}) as {literal(i.id)}" for i in series)
    return in_steps(
        Step(
            "partages",
            f"select campagne, porteur_id from {source} where porteur_id is not null group by all "
            "having count(distinct departement) > 1",
            kept=True,
        ),
        Step(
            "reponses",
            f"select v.campagne, v.porteur_id, {_PLACES}, {flags} from {view} as v "
            "semi join partages as p on v.campagne = p.campagne and v.porteur_id = p.porteur_id group by all",
        ),
        Step(
            "porteur_partage",
            f"from (select *{none} from reponses) "
            f"unpivot include nulls ((a_repondu, compte, sur) for indicateur in ({triples})) where a_repondu",
        ),
    )
