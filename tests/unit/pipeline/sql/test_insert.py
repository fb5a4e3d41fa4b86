"""Rows made in Python enter a table as they are, whatever their types."""

from __future__ import annotations

import duckdb

from pipeline.sql.insert import insert_rows


def test_rows_keep_their_order_their_lists_and_their_blanks() -> None:
    rows = [("a", 1, ["x", "y"], True, None), ("b;'\n", None, [], None, None)]
    with duckdb.connect() as connection:
        connection.execute("create table t (nom varchar, n integer, liste varchar[], vrai boolean, vide varchar)")
        insert_rows(connection, "t", rows)
        assert connection.execute("from t").fetchall() == rows


def test_no_row_adds_none() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t (nom varchar)")
        insert_rows(connection, "t", [])
        assert connection.execute("from t").fetchall() == []
