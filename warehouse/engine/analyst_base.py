"""The published build, as analysts may read it -> one DuckDB file that any tool opens, comments included.

It comes out of the engine, so the variables that may not be read by action are not in it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from socle.atomic import sync_tree
from socle.sqltext import identifier, literal
from warehouse.engine.engine import Engine
from warehouse.scope import Scope
from warehouse.sql.analyst_views import FILE, VIEWS

# The columns of marts.calcul_* are those of the indicators, which marts.indicateur_valeur holds; one can compute them.
_TABLES = f"""
select schema_name, view_name as table_name, null as column_name, null as comment
from duckdb_views() where database_name = '{VIEWS}' and not internal and not starts_with(view_name, 'calcul_')
order by all
"""
_COMMENTS = f"""
select schema_name, table_name, null as column_name, comment from duckdb_tables() where database_name = '{FILE}'
union all select schema_name, view_name, null, comment from duckdb_views() where database_name = '{FILE}'
union all select schema_name, table_name, column_name, comment from duckdb_columns() where database_name = '{FILE}'
"""


def write_base(engine: Engine, scope: Scope, target: Path, progress: Callable[[str], None]) -> int:
    """Write every table that the scope may read in a new DuckDB file, and return how many there are.

    `target` is replaced once the file is whole. Raise Refusal when a table cannot be read.
    """
    tables = _records(engine, scope, _TABLES)
    comments = [comment for comment in _records(engine, scope, _COMMENTS) if comment["comment"]]
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch:
        base, rows = Path(scratch) / "base.duckdb", Path(scratch) / "table.parquet"
        with duckdb.connect(str(base)) as connection:
            for table in tables:
                name = _name(table)
                progress(f"{table['schema_name']}.{table['table_name']}")
                with rows.open("wb") as file:
                    file.writelines(engine.stream(scope, f"from {name}", "parquet"))
                connection.execute(f"create schema if not exists {identifier(table['schema_name'])}")
                connection.execute(f"create table {name} as from read_parquet({literal(str(rows))})")
            _comment(connection, comments)
        rows.unlink(missing_ok=True)
        sync_tree(Path(scratch))
        base.replace(target)
    return len(tables)


def _comment(connection: duckdb.DuckDBPyConnection, comments: list[dict[str, Any]]) -> None:
    """Comment what is there: some columns are kept back."""
    columns = connection.execute("select schema_name, table_name, column_name from duckdb_columns()").fetchall()
    present = set(columns) | {(schema, table, None) for schema, table, _ in columns}
    connection.begin()
    for comment in comments:
        if (comment["schema_name"], comment["table_name"], comment["column_name"]) in present:
            column = f".{identifier(comment['column_name'])}" if comment["column_name"] else ""
            kind = "column" if column else "table"
            connection.execute(f"comment on {kind} {_name(comment)}{column} is {literal(comment['comment'])}")
    connection.commit()


def _name(table: dict[str, Any]) -> str:
    return f"{identifier(table['schema_name'])}.{identifier(table['table_name'])}"


def _records(engine: Engine, scope: Scope, query: str) -> list[dict[str, Any]]:
    """All the rows: an answer may be cut, a stream is not."""
    records: list[dict[str, Any]] = json.loads(b"".join(engine.stream(scope, query, "json")))
    return records
