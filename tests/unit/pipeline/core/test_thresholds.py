"""The thresholds of the référentiel have their years: a year that none covers has none, and no neighbour's."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipeline.codebook.funding import threshold_sql
from pipeline.core.thresholds import create_thresholds
from tests.support.exports import codebook

YEARS = ("2005-2006", "2006-2007", "2007-2008", "2018-2019", "2019-2020", "2030-2031")


@pytest.fixture
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema staging; create schema core")
        connection.execute(
            "create table staging.campagne as select unnest(?::varchar[]) as campagne, ['45', '83'] as departements",
            [list(YEARS)],
        )
        connection.execute("create table core.arret (campagne varchar, departement varchar, regles varchar)")
        connection.execute(
            "create table core.seuil (annee varchar, departement varchar, reglage varchar, valeur double, "
            "source varchar)"
        )
        yield connection


def sizes(
    connection: duckdb.DuckDBPyConnection, departement: str | None = "45"
) -> dict[str, tuple[float | None, float | None]]:
    """By year, what judges a row of a département: asked of the SQL that judges it."""
    connection.execute("delete from core.seuil")
    create_thresholds(connection, codebook())
    low, high = threshold_sql("collectif_minimum"), threshold_sql("collectif_maximum")
    rows = "select distinct annee as campagne, ?::varchar as departement from core.seuil"
    found = connection.execute(f"select campagne, {low}, {high} from ({rows})", [departement]).fetchall()
    return {year: (minimum, maximum) for year, minimum, maximum in found}


def test_a_size_is_judged_in_the_years_whose_threshold_is_known(base: duckdb.DuckDBPyConnection) -> None:
    unknown, known = (None, None), (8, 12)
    assert sizes(base) == {
        "2005-2006": unknown,
        "2006-2007": (5, 15),
        "2007-2008": unknown,
        "2018-2019": unknown,
        "2019-2020": known,
        "2030-2031": known,
    }


def test_a_year_adopted_before_thresholds_had_years_keeps_those_of_then(base: duckdb.DuckDBPyConnection) -> None:
    base.execute("insert into core.arret values ('2018-2019', '45', ''), ('2007-2008', '45', '2026-11-29')")
    found = sizes(base)
    assert found["2018-2019"] == (8, 12)
    assert found["2007-2008"] == (None, None)
    # What is adopted in one département judges no other, nor a row of none.
    for elsewhere in ("83", "2A", None):
        assert sizes(base, elsewhere)["2018-2019"] == (None, None)
