"""Once, beside the first visits: what every page needs is imported, and set apart from what is swept after each run."""

from __future__ import annotations

import gc
from importlib import import_module

from dashboard.visit.navigation import PAGES


def warm_up() -> None:
    """Import every page and its libraries, then freeze what was made.

    Streamlit sweeps all that lives after each run of the script: of libraries that stay, that is 80 ms for nothing.
    """
    for entry in PAGES:
        import_module(f"dashboard.pages.{entry.module}")
    for library in ("duckdb", "yaml", "plotly.graph_objects", "streamlit.emojis"):
        import_module(library)
    gc.collect()
    gc.freeze()
