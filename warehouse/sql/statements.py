"""A text typed by a person -> the one reading statement it holds, or a refusal saying why it is not accepted.

What is allowed is listed; the rest is refused, known or not. This runs in a child of the engine, which is confined in
case it is got round.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from socle.settings import PROJECT_ROOT
from socle.words.nearest import nearest
from warehouse.sql.errors import Names, refused, refused_by, unknown_table

MAX_CHARACTERS = 20_000
MAX_DEPTH = 100
"""Of brackets in brackets: the parser calls itself for each."""
SCHEMAS = ("core", "marts", "qualite", "reference", "information_schema")
TABLE_FUNCTIONS = frozenset(
    (
        *("range", "generate_series", "unnest", "repeat", "json_each", "json_tree", "summary", "histogram"),
        *("duckdb_tables", "duckdb_views", "duckdb_columns", "duckdb_schemas", "duckdb_functions", "duckdb_types"),
    )
)
"""The only functions allowed after FROM: the others read files, run text as SQL or show the machine."""
_NODES = frozenset(("SELECT_NODE", "SET_OPERATION_NODE", "CTE_NODE", "RECURSIVE_CTE_NODE"))
_TABLES = frozenset(
    ("BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT", "SHOW_REF", "CTE")
)
_SHOWN = ("", '"tables"', "__show_tables_expanded")
_FUNCTIONS_FILE = PROJECT_ROOT / "warehouse" / "sql_functions.txt"
_COMMENTS = r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
_EXPLAIN = re.compile(rf"^{_COMMENTS}explain\b{_COMMENTS}", re.IGNORECASE | re.DOTALL)
_ANALYZE = re.compile(r"^(analyze|analyse|\()", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class Statement:
    """One statement that only reads."""

    text: str
    is_explain: bool


def check_statement(connection: duckdb.DuckDBPyConnection, query: str, names: Names) -> Statement:
    """Return the statement to run; raise Refusal unless it is one SELECT, DESCRIBE, SUMMARIZE or EXPLAIN of tables.

    `names` are the tables and columns that a mistake is compared with.
    """
    _check_text(query)
    statement = _only_statement(query, names)
    text = statement.query.strip().rstrip(";")
    if statement.type == duckdb.StatementType.EXPLAIN:
        inner = _explained(text)
        _check_tree(connection, inner, names)
        return Statement(f"explain {inner}", is_explain=True)
    if statement.type == duckdb.StatementType.MULTI:
        raise refused(
            "un PIVOT n'est accepté qu'après FROM et avec ses valeurs (… ON type_structure IN ('ccas', 'autre'))"
        )
    if statement.type != duckdb.StatementType.SELECT:
        raise refused(f"«\u202f{_first_word(text)}\u202f» n'est pas une lecture")
    _check_tree(connection, text, names)
    return Statement(text, is_explain=False)


def _check_text(query: str) -> None:
    if len(query) > MAX_CHARACTERS:
        raise refused(f"elle dépasse {MAX_CHARACTERS} caractères")
    if "\0" in query:
        raise refused("elle contient un caractère invisible (NUL)")
    depth = 0
    for character in _QUOTED.sub("", query):
        depth += (character in "([{") - (character in ")]}")
        if depth > MAX_DEPTH:
            raise refused(f"elle emboîte plus de {MAX_DEPTH} parenthèses")


def _only_statement(query: str, names: Names) -> duckdb.Statement:
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise refused_by(error, query, names) from error
    if not statements:
        raise refused("elle est vide")
    if len(statements) > 1:
        raise refused(f"elle contient {len(statements)} requêtes")
    return statements[0]


def _first_word(text: str) -> str:
    return re.split(r"\W", re.sub(rf"^{_COMMENTS}", "", text, flags=re.DOTALL), maxsplit=1)[0].upper()


def _explained(text: str) -> str:
    inner = _EXPLAIN.sub("", text, count=1)
    if _ANALYZE.match(inner):
        raise refused("seul «\u202fEXPLAIN SELECT …\u202f» est accepté, sans option")
    return inner


def _check_tree(connection: duckdb.DuckDBPyConnection, text: str, names: Names) -> None:
    """Walk what DuckDB understood of the text: a SELECT may hold a DELETE, and a table may be a file."""
    row = connection.execute("select json_serialize_sql(?)", [text]).fetchone()
    try:
        tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    except RecursionError as error:
        raise refused("elle est trop emboîtée") from error
    if tree.get("error") or len(tree["statements"]) != 1:
        raise refused("ce n'est pas une simple lecture")
    nodes = list(_walk(tree))
    tables = {table.rpartition(".")[2] for table in names.tables} | _named_within(nodes)
    for node in nodes:
        _check_node(node, names)
        if node.get("type") == "BASE_TABLE":
            _check_table(node, tables, names, text)


def _named_within(nodes: list[dict[str, Any]]) -> set[str]:
    """The names that the query gives itself, by WITH."""
    keys = {str(entry["key"]).lower() for node in nodes for entry in (node.get("cte_map") or {}).get("map", ())}
    return keys | {str(node["cte_name"]).lower() for node in nodes if "cte_name" in node}


def _walk(tree: Any) -> Iterator[dict[str, Any]]:
    stack = [tree]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            yield current
            stack.extend(current.values())
        elif isinstance(current, list):
            stack.extend(current)


def _check_node(node: dict[str, Any], names: Names) -> None:
    kind = str(node.get("type"))
    if kind.endswith("_NODE") and kind not in _NODES:
        raise refused("elle modifierait des données")
    if "sample" in node and "query_location" in node and kind not in _TABLES:
        raise refused("elle lit autre chose que des tables")
    if kind == "SHOW_REF" and node["table_name"] not in _SHOWN:
        raise refused("elle demande à voir autre chose que des tables")
    if node.get("class") == "PARAMETER":
        raise refused("elle attend une valeur («\u202f?\u202f» ou «\u202f$1\u202f»)\u202f: écrivez-la dans la requête")
    if kind == "TABLE_FUNCTION":
        _check_function(str(node["function"]["function_name"]), TABLE_FUNCTIONS, names)
    elif node.get("class") in ("FUNCTION", "WINDOW"):
        _check_function(str(node["function_name"]), _functions() | TABLE_FUNCTIONS, names)


def _check_function(name: str, allowed: frozenset[str], names: Names) -> None:
    if name.lower() in allowed:
        return
    if name.lower() in names.functions:
        raise refused(f"la fonction «\u202f{name}\u202f» n'est pas permise ici")
    near = nearest(name.lower(), allowed)
    raise refused(f"la fonction «\u202f{name}\u202f» n'existe pas" + (f" (nom proche\u202f: {near})" if near else ""))


@cache
def _functions() -> frozenset[str]:
    lines = _FUNCTIONS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(name.lower() for line in lines if not line.startswith("#") for name in line.split())


def load_functions() -> None:
    """Read the list of functions now: the child can read no file once it is confined."""
    _functions()


def _check_table(node: dict[str, Any], tables: set[str], names: Names, text: str) -> None:
    catalog, schema, table = node["catalog_name"], node["schema_name"], node["table_name"]
    if re.search(r"[./\\:*]", table):
        raise refused(f"«\u202f{table}\u202f» désigne un fichier, et non une table")
    if catalog or (schema and schema.lower() not in SCHEMAS):
        name = ".".join(part for part in (catalog, schema, table) if part)
        raise refused(f"«\u202f{name}\u202f» n'est pas dans un des schémas {', '.join(SCHEMAS)}")
    if not schema and table.lower() not in tables:
        raise unknown_table(table, text, names)
