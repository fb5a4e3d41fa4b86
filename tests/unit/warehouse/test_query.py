"""What a person may ask in SQL, and why the rest is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipeline.messages import Refusal
from socle.paths import DataFolder
from warehouse.query import BATCH, run_select


def ask(folder: DataFolder, query: str) -> list[tuple[Any, ...]]:
    with run_select(folder, query) as selection:
        return list(selection.rows)


def why_not(folder: DataFolder, query: str) -> str:
    """The refusal's sentence, narrow no-break spaces as plain ones."""
    with pytest.raises(Refusal) as refused:
        ask(folder, query)
    assert refused.value.code == "requete_refusee"
    return str(refused.value).replace("\u202f", " ")


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("select count(*) from core.action", [(3,)]),
        ("select count(*) from core.action;  -- fini", [(3,)]),
        ("from core.action select sum(n)", [(3,)]),
        ("with a as (select n + 1 as m from core.action) select max(m) from a", [(3,)]),
        ("with recursive r as (select 1 as n union all select n + 1 from r where n < 4) select max(n) from r", [(4,)]),
        ("select (select max(n) from core.action), n from core.action where n in (select 1)", [(2, 1)]),
        ("select column_name from (describe core.action)", [("n",)]),
        ("select table_name from information_schema.tables", [("action",)]),
        ("select table_name from duckdb_tables()", [("action",)]),
        ("select sum(x) from range(4) as t(x)", [(6,)]),
        ("select list_transform([1, 2], lambda x: x * 2)", [([2, 4],)]),
        ("values (1, 'a')", [(1, "a")]),
        ("from (pivot core.action on n in (0, 1) using count(*))", [(1, 1)]),
    ],
)
def test_reading_is_answered(three_rows: DataFolder, query: str, rows: list[tuple[Any, ...]]) -> None:
    assert ask(three_rows, query) == rows


@pytest.mark.parametrize(
    "query", ["describe core.action", "summarize core.action", "explain select n from core.action"]
)
def test_what_describes_is_answered(three_rows: DataFolder, query: str) -> None:
    assert ask(three_rows, query)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("select 1; select 2", "elle contient 2 requêtes"),
        ("", "elle est vide"),
        ("-- rien", "elle est vide"),
        ("insert into core.action values (1)", "« INSERT » n'est pas une lecture"),
        ("delete from core.action", "« DELETE » n'est pas une lecture"),
        ("create table t as select 1", "« CREATE » n'est pas une lecture"),
        ("copy core.action to 'x.csv'", "« COPY » n'est pas une lecture"),
        ("attach 'x.duckdb'", "« ATTACH » n'est pas une lecture"),
        ("pragma version", "« PRAGMA » n'est pas une lecture"),
        ("call pragma_version()", "« CALL » n'est pas une lecture"),
        ("set memory_limit = '1GB'", "« SET » n'est pas une lecture"),
        ("install httpfs", "« INSTALL » n'est pas une lecture"),
        ("pivot core.action on n", "un PIVOT n'est accepté qu'après FROM"),
        ("with d as (delete from core.action returning *) select * from d", "elle modifierait des données"),
        ("with d as (insert into core.action values (1) returning *) select * from d", "elle modifierait des données"),
        ("with d as (update core.action set n = 1 returning *) select * from d", "elle modifierait des données"),
        (
            "select * from (with d as (delete from core.action returning *) select * from d)",
            "elle modifierait des données",
        ),
        ("select * from read_csv('x.csv')", "la fonction « read_csv » n'est pas permise"),
        ("select * from READ_TEXT('x.csv')", "la fonction « read_text » n'est pas permise"),
        ("select (select content from read_blob('x'))", "la fonction « read_blob » n'est pas permise"),
        ("select * from glob('*')", "la fonction « glob » n'est pas permise"),
        ("select * from query('select 1')", "la fonction « query » n'est pas permise"),
        ("select * from duckdb_settings()", "la fonction « duckdb_settings » n'est pas permise"),
        ("select getenv('HOME')", "la fonction « getenv » n'est pas permise"),
        ("select * from 'x.csv'", "« x.csv » désigne un fichier"),
        ("select * from '/etc/passwd'", "« /etc/passwd » désigne un fichier"),
        ("describe select * from read_csv('x.csv')", "la fonction « read_csv » n'est pas permise"),
        ("explain analyze select 1", "sans option"),
        ("explain /* x */ analyze select 1", "sans option"),
        ("explain insert into core.action values (1)", "ce n'est pas une simple lecture"),
        ("explain select * from read_csv('x.csv')", "la fonction « read_csv » n'est pas permise"),
        ("select * from prive.donnee_personnelle", "« prive.donnee_personnelle » n'est pas dans un des schémas"),
        ("select * from system.main.duckdb_settings", "n'est pas dans un des schémas"),
        ("select " + "1 + " * 10_000 + "1", "elle dépasse"),
    ],
)
def test_all_else_is_refused_with_its_reason(three_rows: DataFolder, query: str, reason: str) -> None:
    assert reason in why_not(three_rows, query)
    assert ask(three_rows, "select count(*) from core.action") == [(3,)]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("selec 1", "elle n'est pas comprise près de « selec »"),
        ("select 'a", "un guillemet ou une apostrophe n'est pas fermé"),
        ("select * from core.actions", "la table « actions » n'existe pas .*action"),
        ("select * from action", "la table « action » n'existe pas .*core.action"),
        ("select m from core.action", "la colonne « m » n'existe pas .*n"),
        ("select a.m from core.action as a", "la colonne « m » n'existe pas"),
        ("select x.n from core.action", "la table « x » n'est pas dans le FROM .*action"),
        ("select flor(n) from core.action", "la fonction « flor » n'existe pas .*floor"),
        ("select n, count(*) from core.action", "la colonne « n » doit être dans le GROUP BY"),
        ("select n from core.action as a join core.action as b on true", "la colonne « n » est dans plusieurs tables"),
        ("select sum('a'::varchar)", "n'est pas possible avec ce type de valeur"),
        ("select error('non')", "le moteur répond « non »"),
    ],
)
def test_a_mistake_is_told_in_french_with_the_nearest_name(three_rows: DataFolder, query: str, reason: str) -> None:
    assert re.search(reason, why_not(three_rows, query))


def test_a_value_that_cannot_be_cast_is_told_while_the_rows_are_read(three_rows: DataFolder) -> None:
    query = "select t::int from (values ('1'), ('b')) as v(t)"
    assert "« b » ne peut pas être lu comme un nombre entier" in why_not(three_rows, query)


def test_rows_are_streamed(three_rows: DataFolder) -> None:
    with run_select(three_rows, f"select x from range({10**9}) as t(x)") as selection:
        assert selection.columns == ("x",)
        first = [next(selection.rows) for _ in range(BATCH + 1)]
    assert first[-1] == (BATCH,)
