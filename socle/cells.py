"""Text from outside -> a cell that a spreadsheet shows and never runs."""

from __future__ import annotations

# A spreadsheet takes a text that starts with one of these for a formula; the full-width forms are folded to them.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

FORMULA = "^'*[" + "".join(FORMULA_STARTS).replace("-", r"\-") + "]"
"""The same as a regular expression, for DuckDB: what `safe_cell` prefixes."""


def safe_cell(value: object) -> object:
    """Return `value`, a text that would run as a formula being prefixed by an apostrophe; numbers stay numbers."""
    # Apostrophes already there are looked through, so that reading back takes away exactly the one added here.
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def original_cell(value: object) -> object:
    """Return what `safe_cell` was given."""
    if isinstance(value, str) and value.startswith("'") and value.lstrip("'").startswith(FORMULA_STARTS):
        return value[1:]
    return value
