"""A cell as a reader finds it -> what was written there."""

from __future__ import annotations

from socle.files.cells import FORMULA_STARTS


def read_back(value: object) -> object:
    """What `safe_cell` was given: the apostrophe before a text that would run is taken away."""
    if isinstance(value, str) and value.startswith("'") and value.lstrip("'").startswith(FORMULA_STARTS):
        return value[1:]
    return value
