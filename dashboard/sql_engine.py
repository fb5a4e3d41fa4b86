"""The locked engine of the server: one for a data folder, shared by every visitor, each in its turn."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from dashboard.visitor import Visitor
from socle.paths import DataFolder
from socle.settings import load_settings
from warehouse.engine import Answer, Engine, Format

_COLUMNS = """
select table_schema, table_name, column_name, data_type
from information_schema.columns
where table_catalog = 'clas' and table_schema in ('marts', 'core', 'qualite', 'reference')
order by table_schema, table_name, ordinal_position
"""


def run(visitor: Visitor, query: str) -> Answer:
    """Return the first rows of a query typed by the visitor; raise Refusal as the engine does. It is journaled."""
    visitor.record("requete", query)
    return _engine(visitor.folder).run(visitor.scope, query, session=_session(visitor))


def stream(visitor: Visitor, query: str, kind: Format) -> Iterator[bytes]:
    """Yield the file of all its rows."""
    return _engine(visitor.folder).stream(visitor.scope, query, kind, session=_session(visitor))


def tables(visitor: Visitor) -> dict[str, list[tuple[str, str]]]:
    """Return {table: its columns and their types} of what the visitor may query."""
    found: dict[str, list[tuple[str, str]]] = {}
    for schema, table, column, kind in _engine(visitor.folder).run(visitor.scope, _COLUMNS, _session(visitor)).rows:
        found.setdefault(f"{schema}.{table}", []).append((column, kind))
    return found


def _session(visitor: Visitor) -> str:
    return str(visitor.identity.compte)


@st.cache_resource(max_entries=4, show_spinner=False)
def _engine(folder: DataFolder) -> Engine:
    return Engine(folder, load_settings())
