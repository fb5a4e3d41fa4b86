"""sql/macros.sql and the codebook's words for yes, no and nothing, sql/chiffres.sql -> the macros of a connection."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import duckdb

from pipeline.codebook.model import Codebook
from socle.files.sqltext import literal, sql_map

_SQL = Path(__file__).parent


def create_macros(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Define every macro of sql/macros.sql and sql/chiffres.sql in `connection`."""
    script = (_SQL / "macros.sql").read_text(encoding="utf-8")
    answers = {fold(word): "true" for word in codebook.yes_words} | {fold(word): "false" for word in codebook.no_words}
    absent = ", ".join(literal(fold(word)) for word in codebook.absent_words)
    script = script.replace("{absents}", f"[{absent}]").replace("{reponses}", sql_map(answers))
    connection.execute(script)
    create_figure_macros(connection)


def create_figure_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the macros of sql/chiffres.sql alone: what two figures have to be compared."""
    connection.execute((_SQL / "chiffres.sql").read_text(encoding="utf-8"))


def fold(text: str) -> str:
    """Return what the macro `plier` returns: lower case, accents and outer spaces set aside."""
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.lower().replace("’", "'").split())
