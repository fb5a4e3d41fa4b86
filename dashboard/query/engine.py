"""The locked engine of the server: one for a data folder, shared by every visitor, each in its turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import streamlit as st

from dashboard.visit.visitor import Visitor
from socle.paths import DataFolder
from socle.settings import load_settings
from warehouse.engine.engine import Engine, Format, SqlAnswer
from warehouse.scope import Scope

_TOLD_EVERY = 0.5  # seconds
_COLUMNS = """
select table_schema, table_name, column_name, data_type
from information_schema.columns
where table_catalog = 'clas' and table_schema in ('marts', 'core', 'qualite', 'reference')
order by table_schema, table_name, ordinal_position
"""


def run(visitor: Visitor, query: str, waiting: Callable[[float], None] = lambda _: None) -> SqlAnswer:
    """Return the first rows of a query typed by the visitor; raise Refusal as the engine does. It is journaled.

    `waiting` is told every now and then for how long; whatever it raises, as a page that is left does, stops the query.
    """
    visitor.record("requete", query)
    engine, session, start = _engine(visitor.folder), _session(visitor), time.monotonic()
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(engine.run, visitor.scope, query, session=session)
        try:
            while True:
                try:
                    return asked.result(timeout=_TOLD_EVERY)
                except TimeoutError:
                    waiting(time.monotonic() - start)
        finally:
            if not asked.done():
                engine.cancel(session)


def stream(visitor: Visitor, query: str, kind: Format) -> Iterator[bytes]:
    """Yield the file of all its rows."""
    return _engine(visitor.folder).stream(visitor.scope, query, kind, session=_session(visitor))


def tables(folder: DataFolder, scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """Return {table: its columns and their types} of what this scope may query."""
    columns_of: dict[str, list[tuple[str, str]]] = {}
    for schema, table, column, kind in _engine(folder).run(scope, _COLUMNS).rows:
        columns_of.setdefault(f"{schema}.{table}", []).append((column, kind))
    return columns_of


def _session(visitor: Visitor) -> str:
    return str(visitor.identity.compte)


@st.cache_resource(max_entries=4, show_spinner=False)
def _engine(folder: DataFolder) -> Engine:
    return Engine(folder, load_settings())
