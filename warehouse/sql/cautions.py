"""What to tell of a query that runs and yet misleads: rates that are summed, levels that are mixed."""

from __future__ import annotations

import re

_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_SUMMED = re.compile(r"\b(sum|avg|mean)\s*\(\s*(distinct\s+)?(\w+\.)?valeur\b", re.IGNORECASE)
_OF_LEVELS = re.compile(r"\b(marts\s*\.\s*)?(indicateur_valeur|indicateur_valeur_agregee)\b", re.IGNORECASE)
_LEVEL = re.compile(r"\bniveau\b", re.IGNORECASE)
_ORIGIN = re.compile(r"\borigine\b", re.IGNORECASE)
_GROUPED = re.compile(r"\b(sum|count|avg|mean|min|max)\s*\(", re.IGNORECASE)

RATES = (
    "Cette requête additionne ou moyenne la colonne «\u202fvaleur\u202f»\u202f: une part ou une moyenne ne "
    "s'additionne pas. Divisez la somme de «\u202fnumerateur\u202f» par celle de «\u202fdenominateur\u202f»."
)
LEVELS = (
    "Cette requête ne choisit pas de «\u202fniveau\u202f»\u202f: la table a une ligne par département, par région, "
    "pour la France, par type de structure, par porteur et par action, et les mêmes enfants y sont comptés plusieurs "
    "fois."
)
ORIGINS = (
    "Cette requête ne choisit pas d'«\u202forigine\u202f»\u202f: un chiffre publié et le même chiffre calculé sont "
    "deux lignes de la table."
)


def cautions(query: str) -> list[str]:
    """Return the French sentences to show with the answer; [] for a query that needs none."""
    text = _COMMENTS.sub(lambda cautions_found: "''" if cautions_found[0].startswith("'") else " ", query)
    cautions_found = [RATES] if _SUMMED.search(text) else []
    if _OF_LEVELS.search(text) and not _LEVEL.search(text):
        cautions_found.append(LEVELS)
    if _OF_LEVELS.search(text) and _GROUPED.search(text) and not _ORIGIN.search(text):
        cautions_found.append(ORIGINS)
    return cautions_found
