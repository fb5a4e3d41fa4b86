"""The shape of a query tells what was asked of which table, never a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.journal.query_shape import query_shape

SECRET = "zxq"


@pytest.mark.parametrize(
    ("query", "shape"),
    [
        ("select 1", "select ?"),
        ("SELECT a, b.c FROM core.action", "SELECT a, b.c FROM core.action"),
        ("select * from t where nom = 'L''Étoile' and n > 12.5", "select * from t where nom = ? and n > ?"),
        ("select 'zxq", "select ?"),
        ('select "zxq" from t', "select ? from t"),
        ('select "zxq', "select ?"),
        ("select $$zxq$$, $a$zxq$a$, $a$zxq", "select ?, ?, ?"),
        ("select e'zxq', x'00ff'", "select ?, ?"),
        ("select 1 -- zxq", "select ?"),
        ("select /* zxq */ 1 /* zxq", "select ?"),
        ("select 0xff, 1e3, .5, 1_000, 12zxq", "select ?, ?, ?, ?, ?"),
        ("select count(*) from t where c in ('zxq', 'b')", "select count(*)from t where c in(?, ?)"),
        ("select $1, ?, $nom", "select ?, ?, $ nom"),
        ("", ""),
    ],
)
def test_values_names_between_quotes_and_comments_go(query: str, shape: str) -> None:
    assert query_shape(query) == shape
    assert SECRET not in query_shape(query)


@given(st.text(alphabet="'\"$/*-ab \n;", max_size=20), st.sampled_from(["'{}'", "$${}$$", '"{}"', "e'{}'"]))
def test_a_value_never_survives_whatever_stands_in_it(inside: str, quoted: str) -> None:
    value = inside.replace("'", "''") if "'" in quoted else inside.replace("$", "").replace('"', '""')
    assert SECRET not in query_shape(f"select {quoted.format(value + SECRET)} from t")
