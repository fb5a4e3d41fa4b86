"""Rows as a child says them, in JSON -> rows of Python values, by the type of each column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

_READ: dict[str, Callable[[str], object]] = {
    "DATE": date.fromisoformat,
    "TIME": time.fromisoformat,
    "TIMESTAMP": datetime.fromisoformat,
}


def decoded(rows: Sequence[Sequence[Any]], types: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the rows; a text that its type cannot read (the date « infinity ») stays a text."""
    readers = {position: reader for position, kind in enumerate(types) if (reader := _reader(kind))}
    if not readers:
        return [tuple(row) for row in rows]
    return [
        tuple(_read(readers[position], value) if position in readers else value for position, value in enumerate(row))
        for row in rows
    ]


def _reader(kind: str) -> Callable[[str], object] | None:
    return Decimal if kind.startswith("DECIMAL(") and kind.endswith(")") else _READ.get(kind)


def _read(reader: Callable[[str], object], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return reader(value)
    except (ValueError, InvalidOperation):
        return value
