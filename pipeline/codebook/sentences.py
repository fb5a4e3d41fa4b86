"""A sentence of messages.yml and the SQL of its values -> the French text of each row, as a DuckDB expression."""

from __future__ import annotations

from collections.abc import Mapping

from socle.files.sqltext import literal
from socle.words.french import NOT_GIVEN
from socle.words.refusal import PLACEHOLDER


def sql_expression(phrase: str, values: Mapping[str, str]) -> str:
    """Return the DuckDB text expression that does to each row what `render` does to one.

    `values` gives the SQL expression of each placeholder; null is « non renseigné », one not given raises KeyError.
    """
    pieces = PLACEHOLDER.split(phrase)
    terms = [literal(piece) for piece in pieces[::2]]
    for position, name in enumerate(pieces[1::2]):
        terms[position] += f" || coalesce(cast({values[name]} as varchar), {literal(NOT_GIVEN)})"
    return f"({' || '.join(terms)})"
