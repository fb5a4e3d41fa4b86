"""Tables and columns that a query may name, with what each means and how each year asked it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.query.engine import tables
from dashboard.screen.tables import plain, small, table
from dashboard.visit.data import read
from dashboard.visit.visitor import Visitor
from socle.paths import DataFolder
from warehouse.open import open_current
from warehouse.scope import LOCAL, Scope

FIRST = ("marts.action_large", "marts.porteur_large", "marts.indicateur_valeur")
"""What a person wants to open, before the rest."""
_COMMENTS = """
select schema_name || '.' || table_name as nom, null as colonne, comment as sens
from duckdb_tables() where comment is not null
union all
select schema_name || '.' || view_name, null, comment from duckdb_views() where comment is not null
union all
select schema_name || '.' || table_name, column_name, comment from duckdb_columns() where comment is not null
"""
_WORDINGS = "select variable, premiere_campagne, derniere_campagne, intitules from marts.dictionnaire"


def show_schema(visitor: Visitor) -> None:
    """Draw the list of tables, then the columns of the one chosen."""
    known = read(visitor, tables)
    comments, asked = read(visitor, meanings)
    ordered = [*(name for name in FIRST if name in known), *(name for name in known if name not in FIRST)]
    sought = st.text_input("Chercher une colonne ou un mot", key="schema_recherche").casefold().strip()
    if sought:
        ordered = [name for name in ordered if sought in _whole(name, known[name], comments)]
    if not ordered:
        st.info("Aucune table ne contient ce mot.")
        return
    chosen = st.selectbox("Table", ordered, key="schema_table")
    if meaning := comments.get((chosen, None)):
        small(meaning)
    is_whole = sought in f"{chosen} {comments.get((chosen, None), '')}".casefold()
    rows = [
        {
            "Colonne": column,
            "Type": kind,
            "Ce que c'est": comments.get((chosen, column), ""),
            "Posée": _years(asked.get(column)),
            "Intitulés": (asked.get(column) or {}).get("intitules") or "",
        }
        for column, kind in known[chosen]
        if is_whole or sought in _line(chosen, column, comments)
    ]
    table(rows, f"Colonnes de {plain(chosen)}")


def meanings(folder: DataFolder, scope: Scope) -> tuple[dict[tuple[str, str | None], str], dict[str, dict[str, Any]]]:
    """Return {(table, column or None): what it is}, and {variable: its years and wordings}."""
    with open_current(folder, LOCAL) as warehouse:
        comments = {(row["nom"], row["colonne"]): str(row["sens"]) for row in warehouse.records(_COMMENTS)}
        asked = {row["variable"]: row for row in warehouse.records(_WORDINGS)}
    return comments, asked


def _years(asked: dict[str, Any] | None) -> str:
    if not asked or not asked["premiere_campagne"]:
        return ""
    first, last = asked["premiere_campagne"], asked["derniere_campagne"]
    return first if first == last else f"de {first} à {last}"


def _whole(name: str, columns: list[tuple[str, str]], comments: dict[tuple[str, str | None], str]) -> str:
    lines = " ".join(_line(name, column, comments) for column, _ in columns)
    return f"{name} {comments.get((name, None), '')} {lines}".casefold()


def _line(name: str, column: str, comments: dict[tuple[str, str | None], str]) -> str:
    return f"{column} {comments.get((name, column), '')}".casefold()
