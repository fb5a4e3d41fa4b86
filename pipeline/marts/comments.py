"""tables.yml and variables.yml -> the COMMENT of every table, view and column of a build."""

from __future__ import annotations

import duckdb

from pipeline.codebook.documents import DEFINITIONS
from pipeline.codebook.model import Codebook
from socle.files.documents import read_yaml
from socle.files.sqltext import identifier, literal

_DECLARED = DEFINITIONS / "tables.yml"


def comment_everything(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Comment every table, view and column that the definitions describe.

    Not the columns of marts.calcul_*, which its own comment explains: DuckDB copies the whole view for each.
    """
    declared = read_yaml(_DECLARED.read_text(encoding="utf-8"))
    columns = _column_comments(codebook) | declared["colonnes"]
    statements = ["begin"]
    for schema, name, kind, names in _relations(connection):
        relation = f"{identifier(schema)}.{identifier(name)}"
        if comment := declared["tables"].get(f"{schema}.{name}"):
            statements.append(f"comment on {kind} {relation} is {literal(comment)}")
        for column in names:
            if comment := columns.get(column):
                statements.append(f"comment on column {relation}.{identifier(column)} is {literal(comment)}")
    # One transaction: committing each of a thousand comments takes a second.
    connection.execute("; ".join([*statements, "commit"]))


def _relations(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, list[str]]]:
    found = connection.execute(
        "select c.schema_name, c.table_name, if(v.view_name is null, 'table', 'view'), "
        "list(c.column_name order by c.column_index) from duckdb_columns() as c "
        "left join duckdb_views() as v on c.schema_name = v.schema_name and c.table_name = v.view_name "
        "and c.database_name = v.database_name "
        "where not c.internal and c.database_name = current_database() group by all order by all"
    ).fetchall()
    return [(schema, name, kind, names) for schema, name, kind, names in found]


def _column_comments(codebook: Codebook) -> dict[str, str]:
    return {column.id: f"{column.libelle}. {column.variable.description}" for column in codebook.columns()}
