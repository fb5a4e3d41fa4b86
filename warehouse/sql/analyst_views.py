"""A warehouse.duckdb -> what a query may name: one view a table, without the variables that may not be read by action.

Handicap and allophones (the variables counted by the indicators of class X) are given for a département and
for France only, and of enough children. Columns are left out; where they are rows of a longer table, their values are
blank, rather than their rows filtered: a condition of the query could be evaluated before ours, and tell by its error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from socle.files.sqltext import identifier, literal
from warehouse.sql.errors import Names

FILE, VIEWS = "fichier_source", "clas"
"""Catalogs: the build's database, which no query may name, and the views."""
SEARCHED = ("marts", "core", "qualite", "reference")
"""Schemas where a table named alone is looked for, in this order."""
USE_VIEWS = f"set search_path = '{','.join(f'{VIEWS}.{schema}' for schema in SEARCHED)}'"
"""To be run on each new connection: it is not among what the lock holds."""
_MASKED = "masquée"
_RELATIONS = f"""
select schema_name, table_name, list((column_name, data_type) order by column_index)
from duckdb_columns() where database_name = '{FILE}' and not internal
group by all order by all
"""
_SENSITIVE = """
select indicateur, numerateur, coalesce(denominateur, ''), variables
from {file}.marts.indicateur where diffusion = 'X'
"""
_TEXTS = {
    "qualite.anomalie": ("valeur", "message"),
    "qualite.correction": ("ancienne_valeur", "nouvelle_valeur"),
    "qualite.decision": ("valeur", "motif"),
}
"""{table of cells: its columns that quote them}."""
_PUBLISHED = ("core.chiffre_publie", "core.synthese_nationale", "reference.chiffres_publies")


@dataclass(frozen=True)
class Sensitive:
    """Variables that may not be read by action."""

    series: Sequence[str] = ()
    variables: Sequence[str] = ()
    children: float = 11
    """Fewer are not told, even of a département."""
    porteurs: float = 5


def create_views(connection: duckdb.DuckDBPyConnection, everything: bool) -> Names:
    """Create the views over the database attached as FILE, and return what queries may name.

    `everything` is for the agent, to whom nothing is hidden.
    """
    relations = connection.execute(_RELATIONS).fetchall()
    sensitive = Sensitive() if everything else _sensitive(connection, {f"{s}.{t}" for s, t, _ in relations})
    connection.execute(f"attach ':memory:' as {VIEWS}")
    tables = {}
    connection.begin()
    for schema in (*SEARCHED, *sorted({schema for schema, _, _ in relations})):
        connection.execute(f"create schema if not exists {VIEWS}.{identifier(schema)}")
    for schema, table, columns in relations:
        selected = _selected(f"{schema}.{table}", columns, sensitive)
        name = f"{identifier(schema)}.{identifier(table)}"
        listed = ", ".join(f"{value} as {identifier(column)}" for column, value in selected.items())
        connection.execute(f"create view {VIEWS}.{name} as select {listed} from {FILE}.{name}")
        tables[f"{schema}.{table}"] = tuple(selected)
    connection.commit()
    functions = connection.execute("select distinct lower(function_name) from duckdb_functions()").fetchall()
    return Names(tables, frozenset(name for (name,) in functions), frozenset(sensitive.variables))


def _sensitive(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> Sensitive:
    if "marts.indicateur" not in tables:
        return Sensitive()
    series, variables = [], set()
    for name, numerator, denominator, named in connection.execute(_SENSITIVE.format(file=FILE)).fetchall():
        series.append(name)
        variables |= (set(named) & set(re.findall(r"\w+", numerator))) - set(re.findall(r"\w+", denominator))
    settings = dict(connection.execute(f"select reglage, valeur from {FILE}.core.reglage").fetchall())
    return Sensitive(
        series,
        sorted(variables),
        settings.get("enfants_minimum_sensible") or Sensitive.children,
        settings.get("porteurs_minimum") or Sensitive.porteurs,
    )


def _selected(table: str, columns: list[tuple[str, str]], sensitive: Sensitive) -> dict[str, str]:
    """{column: SQL of its value}."""
    calculated = tuple(f"{series}." for series in sensitive.series)
    kept = {
        name: kind
        for name, kind in columns
        if name not in sensitive.variables and not (calculated and name.startswith(calculated))
    }
    selected = {name: identifier(name) for name in kept}
    if not sensitive.series or table in _PUBLISHED:
        return selected
    if table in _TEXTS:
        hidden = f"variable in ({_texts(sensitive.variables)})"
        masked = {name: f"case when {hidden} then {literal(_MASKED)} else {name} end" for name in _TEXTS[table]}
        return selected | masked
    if "indicateur" in kept:
        hidden = _hidden(kept, sensitive)
        numbers = [name for name, kind in kept.items() if kind == "DOUBLE"]
        masked = {name: f"case when {hidden} then null else {identifier(name)} end" for name in numbers}
        states = [name for name in kept if name in ("statut", "statut_arrete")]
        masked |= {name: f"case when {hidden} then 'secret' else {name} end" for name in states}
        return selected | masked
    return selected


def _hidden(columns: dict[str, str], sensitive: Sensitive) -> str:
    concerned = f"indicateur in ({_texts(sensitive.series)})"
    if not {"niveau", "numerateur", "nb_porteurs"} <= set(columns):
        return concerned
    return (
        f"{concerned} and (niveau not in ('france', 'departement') or nb_porteurs is not null "
        f"and (nb_porteurs < {sensitive.porteurs} or coalesce(numerateur, 0) < {sensitive.children}))"
    )


def _texts(texts: Sequence[str]) -> str:
    return ", ".join(map(literal, texts))
