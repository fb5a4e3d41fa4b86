"""Named steps make one query, and each can be looked at by itself."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.sql.steps import Step, in_steps

STEPS = (
    Step("nombres", "from range(4) as t (n)"),
    Step("carres", "select n, n * n as carre from nombres", kept=True),
    Step("somme", "select sum(a.carre) as total from carres as a inner join carres as b using (n)"),
)


@pytest.mark.parametrize(("upto", "rows"), [(1, [(0,), (1,), (2,), (3,)]), (2, [(0, 0), (1, 1), (2, 4), (3, 9)])])
def test_a_step_is_looked_at_by_giving_those_up_to_it(upto: int, rows: list[tuple[int, ...]]) -> None:
    assert duckdb.sql(in_steps(*STEPS[:upto])).fetchall() == rows


def test_the_query_is_the_last_step_over_the_others() -> None:
    query = in_steps(*STEPS)
    assert duckdb.sql(query).fetchall() == [(14,)]
    assert "nombres as (" in query and "carres as materialized (" in query
    assert duckdb.sql(f"select count(*) from ({query}) union all select 2").fetchall() == [(1,), (2,)]
