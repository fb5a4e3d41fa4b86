"""Codes of a build -> the words of the screens of a load."""

from __future__ import annotations

from typing import Any

from bilan.words.numbers import Quantity, SayingThresholds, cell, state_text

GRAVITIES = {"critique": "ligne écartée", "alerte": "à vérifier", "info": "pour information"}
STATES = {"provisoire": "provisoire", "arretee": "arrêtée", None: "absente"}
READ = {
    "charge": "lu",
    "refuse": "refusé",
    "perime": "refusé, ses dernières lignes publiées sont gardées",
    None: "",
}


_DECLARED = {
    "campagne.yml": "déclaration de l'année",
    "corrections.yml": "corrections",
    "formats.yml": "description des intitulés",
    "textes.yml": "textes du bilan",
    "porteurs.csv": "registre des porteurs",
    "indicators.yml": "indicateurs de la Caf",
}


def file_text(name: str) -> str:
    """Return how a file is called on a page: those that one does not receive have a name of their own."""
    return _DECLARED.get(name, name)


def value_text(row: dict[str, Any], side: str, rules: SayingThresholds) -> str:
    """Return a figure of a `Difference` as a table writes it; `side` is « _avant » or empty."""
    state = row[f"statut{side}"]
    if state is None:
        return "absent"
    quantity = Quantity(row[f"valeur{side}"], row["unite"], row[f"numerateur{side}"], row[f"denominateur{side}"], state)
    return cell(quantity, rules) if quantity.said else state_text(state, row["campagne"])
