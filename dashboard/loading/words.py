"""Codes of a build -> the words of the screens of a load."""

from __future__ import annotations

_DECLARED = {
    "campagne.yml": "déclaration de l'année",
    "corrections.yml": "corrections",
    "decisions.yml": "décisions",
    "formats.yml": "description des intitulés",
    "textes.yml": "textes du bilan",
    "porteurs.csv": "registre des porteurs",
    "indicators.yml": "indicateurs de la Caf",
}


def file_text(name: str) -> str:
    """Return how a file is called on a page: those that one does not receive have a name of their own."""
    folder, slash, last = name.rpartition("/")
    return f"{_DECLARED[last]} ({folder})" if slash and last in _DECLARED else _DECLARED.get(name, name)
