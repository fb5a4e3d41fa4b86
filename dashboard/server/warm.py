"""Once, in the background of the first visits: import what every page needs, and exclude it from garbage collection."""

from __future__ import annotations

import gc
from importlib import import_module

from dashboard.visit.navigation import PAGES


def warm_up() -> None:
    """Import every page and its libraries, then freeze what was made.

    Streamlit collects garbage after each run of the script; scanning libraries that never go away took 80 ms a run.
    """
    for entry in PAGES:
        import_module(f"dashboard.pages.{entry.module}")
    for library in ("duckdb", "yaml", "plotly.graph_objects", "streamlit.emojis"):
        import_module(library)
    gc.collect()
    gc.freeze()
