"""What a person may ask in SQL, why the rest is refused, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.builds import plain
from warehouse.engine.engine import Engine
from warehouse.scope import Scope

ANALYST = Scope("analyste", "*")


@pytest.fixture(scope="module")
def engine(three_rows: DataFolder) -> Iterator[Engine]:
    with Engine(three_rows, Settings()) as engine:
        yield engine


def ask(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    return engine.run(ANALYST, query).rows


def why_not(engine: Engine, query: str) -> str:
    """The refusal's sentence."""
    with pytest.raises(Refusal) as refused:
        ask(engine, query)
    assert refused.value.code == "requete_refusee"
    return plain(refused.value)


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
        ("select table_name from information_schema.tables where table_catalog = 'clas'", [("action",)]),
        ("select view_name from duckdb_views() where database_name = 'clas'", [("action",)]),
        ("show tables", [("action",)]),
        ("select max(n) from action", [(2,)]),
        ("select sum(x) from range(4) as t(x)", [(6,)]),
        ("select list_transform([1, 2], lambda x: x * 2)", [("[2,4]",)]),
        ("values (1, 'a')", [(1, "a")]),
        ("from (pivot core.action on n in (0, 1) using count(*))", [(1, 1)]),
    ],
)
def test_reading_is_answered(engine: Engine, query: str, rows: list[tuple[Any, ...]]) -> None:
    assert ask(engine, query) == rows


@pytest.mark.parametrize(
    "query", ["describe core.action", "summarize core.action", "explain select n from core.action"]
)
def test_what_describes_is_answered(engine: Engine, query: str) -> None:
    assert ask(engine, query)


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
        ("select getenv('HOME')", "la fonction « getenv » n'existe pas"),
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
def test_all_else_is_refused_with_its_reason(engine: Engine, query: str, reason: str) -> None:
    assert reason in why_not(engine, query)
    assert ask(engine, "select count(*) from core.action") == [(3,)]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("selec 1", "elle n'est pas comprise près de « selec »"),
        ("select 'a", "un guillemet ou une apostrophe n'est pas fermé"),
        ("select * from core.actions", "la table « actions » n'existe pas .*action"),
        ("select * from marts.action", "la table « action » n'existe pas .*core.action"),
        ("select m from core.action", "la colonne « m » n'existe pas .*n"),
        ("select a.m from core.action as a", "la colonne « m » n'existe pas"),
        ("select x.n from core.action", "la table « x » n'est pas dans le FROM .*action"),
        ("select flor(n) from core.action", "la fonction « flor » n'existe pas .*floor"),
        ("select n, count(*) from core.action", "la colonne « n » doit être dans le GROUP BY"),
        ("select n from core.action as a join core.action as b on true", "la colonne « n » est dans plusieurs tables"),
        ("select sum('a'::varchar)", "n'est pas possible avec ce type de valeur"),
        ("select * from range(1, 2, 0)", "le moteur répond « "),
        ("select\n  m\nfrom core.action", "ligne 2, colonne 3"),
    ],
)
def test_a_mistake_is_told_in_french_with_the_nearest_name(engine: Engine, query: str, reason: str) -> None:
    assert re.search(reason, why_not(engine, query))


def test_the_name_that_was_typed_is_not_proposed(engine: Engine) -> None:
    """The column is there, in another table of the query."""
    said = why_not(engine, "select b.n from core.action as a, (select 1 as m) as b")
    assert said.partition("la colonne « n » n'existe pas")[2].startswith(" (ligne 1")


def test_a_value_that_cannot_be_cast_is_told_while_the_rows_are_read(engine: Engine) -> None:
    query = "select t::int from (values ('1'), ('b')) as v(t)"
    assert "« b » ne peut pas être lu comme un nombre entier" in why_not(engine, query)


def test_rows_are_cut_and_streamed_whole(engine: Engine) -> None:
    query = "select x from range(100000) as t(x)"
    answer = engine.run(ANALYST, query, rows=2)
    assert (answer.columns, answer.types, answer.rows, answer.truncated) == (("x",), ("BIGINT",), [(0,), (1,)], True)
    assert engine.run(ANALYST, "from range(2)", rows=2).truncated is False
    lines = b"".join(engine.stream(ANALYST, query, "csv")).splitlines()
    assert (lines[0], lines[-1], len(lines)) == (b"x", b"99999", 100_001)


@pytest.mark.parametrize(
    "place",
    [
        "select {f}",
        "select 1 where {f} = 1",
        "select n from core.action group by n, {f}",
        "select n from core.action group by grouping sets ((n), ({f}))",
        "select count(*) from core.action having {f} = 1",
        "select n from core.action order by {f}",
        "select n from core.action limit {f}",
        "select n from core.action limit 1 offset {f}",
        "select distinct on ({f}) n from core.action",
        "select n from core.action qualify row_number() over (order by {f}) = 1",
        "select sum(n) over (partition by {f}) from core.action",
        "select sum(n) over w from core.action window w as (order by {f})",
        "select sum(n) over (order by n rows between {f} preceding and current row) from core.action",
        "select sum(n) filter (where {f} = 1) from core.action",
        "select list(n order by {f}) from core.action",
        "select lag(n, {f}) over () from core.action",
        "select case when {f} = 1 then 2 else 3 end",
        "select case {f} when 1 then 2 end",
        "select [x + {f} for x in [1, 2] if x > 1]",
        "select list_transform([1], lambda x: x + {f})",
        "select {{'a': {f}}}",
        "select [1, 2][{f}]",
        "select 1 between {f} and 2",
        "select 1 in (1, {f})",
        "select cast({f} as varchar)",
        "select coalesce(null, {f})",
        "select try({f})",
        "select (select {f})",
        "select exists (select {f})",
        "select 1 = any (select {f})",
        "select * from core.action as a join core.action as b on a.n = {f}",
        "select * from core.action, lateral (select {f})",
        "select * from (values ({f}))",
        "select * from range({f})",
        "select unnest([{f}])",
        "with a as (select {f}) select * from a",
        "with a as materialized (select {f}) select * from a",
        "with recursive a as (select 1 as n union all select n + {f} from a where n < 3) select * from a",
        "select 1 union all select {f}",
        "from (pivot core.action on n in (0, 1) using sum({f}))",
        "from (unpivot (select {f} as a) on a)",
        "select columns(c -> c = 'n' and {f} = 1) from core.action",
        "select * replace ({f} as n) from core.action",
        "describe select {f}",
        "summarize select {f}",
        "explain select {f}",
    ],
)
@pytest.mark.parametrize("function", ["sleep_ms(1)", "(1).sleep_ms()", "system.main.sleep_ms(1)", '"SLEEP_MS"(1)'])
def test_a_function_that_is_not_allowed_is_found_wherever_it_stands(engine: Engine, place: str, function: str) -> None:
    said = why_not(engine, place.format(f=function))
    assert "« sleep_ms » n'est pas permise" in said.replace("SLEEP_MS", "sleep_ms")


def test_a_stream_keeps_the_order_that_is_asked(engine: Engine) -> None:
    """Two threads write, and the rows are more than one of them takes at once."""
    query = "select range as x from range(600000) order by x desc"
    lines = b"".join(engine.stream(ANALYST, query, "csv")).split()
    assert lines[1:] == [b"%d" % number for number in range(599_999, -1, -1)]
