"""A text typed by a person -> the one reading statement it holds, or a refusal saying why it is not accepted.

This keeps honest people from accidents. It is no boundary against a hostile one: DuckDB says itself that it has none,
and whoever types in a terminal can open the files anyway.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from pipeline.messages import Refusal
from warehouse.sql_errors import french_reason

MAX_CHARACTERS = 20_000
SCHEMAS = ("core", "marts", "qualite", "reference", "information_schema")
TABLE_FUNCTIONS = frozenset(
    (
        *("range", "generate_series", "unnest", "repeat", "json_each", "json_tree", "summary", "histogram"),
        *("duckdb_tables", "duckdb_views", "duckdb_columns", "duckdb_schemas", "duckdb_functions", "duckdb_types"),
        *("pragma_table_info", "pragma_show"),
    )
)
"""The only functions allowed after FROM: the others read files, run text as SQL or show the machine."""
REFUSED_FUNCTIONS = frozenset(("getenv", "current_setting", "write_log", "sleep_ms", "pg_sleep"))
_WRITING_NODES = frozenset(("INSERT_QUERY_NODE", "DELETE_QUERY_NODE", "UPDATE_QUERY_NODE", "MERGE_QUERY_NODE"))
_EXPLAIN = re.compile(r"^\s*explain\b", re.IGNORECASE)
_ANALYZE = re.compile(r"^\s*(analyze|analyse|\()", re.IGNORECASE)


def check_select(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return the statement to run; raise Refusal unless it is one SELECT, DESCRIBE, SUMMARIZE or EXPLAIN of tables."""
    if len(query) > MAX_CHARACTERS:
        raise refused(f"elle dépasse {MAX_CHARACTERS} caractères")
    statement = _only_statement(query)
    text = statement.query.strip().rstrip(";")
    if statement.type == duckdb.StatementType.EXPLAIN:
        _check_tree(connection, _explained(text))
    elif statement.type == duckdb.StatementType.SELECT:
        _check_tree(connection, text)
    elif statement.type == duckdb.StatementType.MULTI:
        raise refused(
            "un PIVOT n'est accepté qu'après FROM et avec ses valeurs (… ON type_structure IN ('ccas', 'autre'))"
        )
    else:
        raise refused(f"«\u202f{text.split(maxsplit=1)[0].upper()}\u202f» n'est pas une lecture")
    return text


def refused(reason: str) -> Refusal:
    """Return the refusal of a query for that reason."""
    return Refusal("requete_refusee", raison=reason)


def _only_statement(query: str) -> duckdb.Statement:
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise refused(french_reason(error)) from error
    if not statements:
        raise refused("elle est vide")
    if len(statements) > 1:
        raise refused(f"elle contient {len(statements)} requêtes")
    return statements[0]


def _explained(text: str) -> str:
    inner = _EXPLAIN.sub("", _without_leading_comments(text), count=1)
    if _ANALYZE.match(_without_leading_comments(inner)):
        raise refused("seul «\u202fEXPLAIN SELECT …\u202f» est accepté, sans option")
    return inner


def _without_leading_comments(text: str) -> str:
    return re.sub(r"^(\s|--[^\n]*\n|/\*.*?\*/)+", "", text, flags=re.DOTALL)


def _check_tree(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Walk what DuckDB understood of the text: a SELECT may hold a DELETE, and a table may be a file."""
    row = connection.execute("select json_serialize_sql(?)", [text]).fetchone()
    tree = json.loads(row[0]) if row else {"error": True}
    if tree.get("error"):
        raise refused("ce n'est pas une simple lecture")
    for node in _nodes(tree):
        _check_node(node)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    stack = [tree]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            yield current
            stack.extend(current.values())
        elif isinstance(current, list):
            stack.extend(current)


def _check_node(node: dict[str, Any]) -> None:
    kind = node.get("type")
    if kind in _WRITING_NODES:
        raise refused("elle modifierait des données")
    if kind == "BASE_TABLE":
        _check_table(node["catalog_name"], node["schema_name"], node["table_name"])
    if kind == "TABLE_FUNCTION" and node["function"]["function_name"].lower() not in TABLE_FUNCTIONS:
        raise refused(f"la fonction «\u202f{node['function']['function_name']}\u202f» n'est pas permise ici")
    if str(node.get("function_name", "")).lower() in REFUSED_FUNCTIONS:
        raise refused(f"la fonction «\u202f{node['function_name']}\u202f» n'est pas permise ici")


def _check_table(catalog: str, schema: str, table: str) -> None:
    if re.search(r"[./\\:*]", table):
        raise refused(f"«\u202f{table}\u202f» désigne un fichier, et non une table")
    if catalog or (schema and schema.lower() not in SCHEMAS):
        name = ".".join(part for part in (catalog, schema, table) if part)
        raise refused(f"«\u202f{name}\u202f» n'est pas dans un des schémas {', '.join(SCHEMAS)}")
