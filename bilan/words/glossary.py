"""definitions/glossaire.yml -> one word for one thing, in the words of the screens and the documents."""

from __future__ import annotations

from functools import cache
from typing import Any

from bilan.words.definitions import read_definitions


@cache
def glossary() -> list[dict[str, Any]]:
    """Return the entries {mot, sens, aussi}, in alphabetical order; raise DefinitionError (see read_definitions)."""
    entries: list[dict[str, Any]] = read_definitions()["glossaire"]["mots"]
    return entries
