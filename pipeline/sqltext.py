"""Python texts -> SQL texts, quoted."""

from __future__ import annotations

from collections.abc import Mapping


def literal(text: str) -> str:
    """Return `text` as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return `name` as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def sql_map(values: Mapping[str, str]) -> str:
    """Return a DuckDB map from texts to the SQL expressions given."""
    return "map {" + ", ".join(f"{literal(key)}: {value}" for key, value in values.items()) + "}"
