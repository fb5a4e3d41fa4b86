"""sql/macros.sql and the codebook's words for yes, no and nothing, sql/chiffres.sql -> the macros of a connection."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import duckdb

from pipeline.codebook.model import Codebook
from socle.files.sqltext import literal, sql_map
from socle.words.damaged import ADDRESS, DAMAGE, LOST

_SQL = Path(__file__).parent
_DAMAGE = {"abime": literal(DAMAGE), "lettre_perdue": literal(LOST), "adresse": literal(ADDRESS)}
_MONTHS = {
    name: str(rank)
    for rank, names in enumerate(
        ("janvier janv jan", "fevrier fevr fev", "mars", "avril avr", "mai", "juin", "juillet juil", "aout",
         "septembre sept sep", "octobre oct", "novembre nov", "decembre dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def create_macros(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Define every macro of sql/macros.sql and sql/chiffres.sql in `connection`."""
    script = (_SQL / "macros.sql").read_text(encoding="utf-8")
    answers = {fold(word): "true" for word in codebook.yes_words} | {fold(word): "false" for word in codebook.no_words}
    absent = ", ".join(literal(fold(word)) for word in codebook.absent_words)
    words = {"absents": f"[{absent}]", "reponses": sql_map(answers), "mois": sql_map(_MONTHS)} | _DAMAGE
    for name, text in words.items():
        script = script.replace(f"{{{name}}}", text)
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
