"""The SQL of the indicators, run on the tables of core as the flow makes them, emptied."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Indicator
from pipeline.core.assemble import assemble
from pipeline.core.load import create_staging
from pipeline.core.situate import situate
from pipeline.core.tables import create_core
from pipeline.sql.macros import create_macros
from pipeline.staging.territories import load_territories

CODEBOOK = load_codebook()


@pytest.fixture(scope="module")
def core() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as prive")
        create_macros(connection, CODEBOOK)
        load_territories(connection)
        create_staging(connection, CODEBOOK)
        assemble(connection, CODEBOOK)
        situate(connection)
        create_core(connection, CODEBOOK)
        yield connection


@pytest.mark.parametrize("series", CODEBOOK.indicators, ids=lambda series: series.id)
def test_the_sql_of_an_indicator_runs_on_its_source(core: duckdb.DuckDBPyConnection, series: Indicator) -> None:
    expressions = [series.numerateur, series.denominateur or "null", series.distinct or "null"]
    expressions += [series.a_defaut.quand if series.a_defaut else "null"]
    casts = ", ".join(f"({expression})::varchar" for expression in expressions)
    core.execute(f"select {casts} from {series.source} where {series.condition or 'true'}").fetchall()


def test_a_level_left_blank_beside_a_filled_one_counts_as_zero(core: duckdb.DuckDBPyConnection) -> None:
    core.execute("insert into core.action (effectif_niveau__college) values (7), (null)")
    (series,) = [s for s in CODEBOOK.indicators if s.id == "part_enfants_niveau__lycee"]
    rows = core.execute(f"select {series.numerateur}, {series.denominateur} from core.action").fetchall()
    core.execute("delete from core.action")
    assert rows == [(0, 7), (None, None)]


def test_only_the_school_years_whose_ps_is_known_are_there(core: duckdb.DuckDBPyConnection) -> None:
    """« 2015 » is a civil year: it is the rate of no school year."""
    found = core.execute(
        "select campagne, taux, prix_plafond::integer, ps_maximum::integer, bonus_enfants::integer "
        "from core.financement order by 1"
    ).fetchall()
    assert found == [("2004-2005", 0.30, 5599, 1680, None), ("2021-2022", 0.325, 7885, 2563, 300)]
