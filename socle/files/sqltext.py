"""Python texts -> SQL texts, quoted."""

from __future__ import annotations

from collections.abc import Mapping

from socle.files.cells import FORMULA, FORMULA_STARTS


def literal(text: str) -> str:
    """Return `text` as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return `name` as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def safe_cell(text: str) -> str:
    """Return the SQL that makes of a text what `socle.files.cells.safe_cell` makes of it."""
    # Few texts begin so: the regular expression, three times slower, reads those alone.
    first = ", ".join(str(ord(start)) for start in ("'", *FORMULA_STARTS))
    return f"if(ascii({text}) in ({first}) and regexp_matches({text}, {literal(FORMULA)}), chr(39) || {text}, {text})"


def sql_map(values: Mapping[str, str]) -> str:
    """Return a DuckDB map from texts to the SQL expressions given."""
    return "map {" + ", ".join(f"{literal(key)}: {value}" for key, value in values.items()) + "}"
