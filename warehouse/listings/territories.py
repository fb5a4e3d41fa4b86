"""marts.territoire_couvert -> the intercommunalités and quartiers of a département, with an action or without."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.open import Warehouse

_SELECT = """
select niveau, nom, commune_nom, couvert
from marts.territoire_couvert
where campagne = ? and departement = ?
order by niveau, strip_accents(lower(commune_nom)), strip_accents(lower(nom))
"""


@dataclass(frozen=True)
class Territory:
    """One intercommunalité or quartier."""

    niveau: str
    """epci or qpv."""
    nom: str
    commune_nom: str | None
    """Of a quartier; several communes where the list does not say which."""
    couvert: bool


def territories(warehouse: Warehouse, campagne: str, departement: str) -> list[Territory]:
    """Return those of the département that year; none where their list, or what actions name, is not known.

    Raise Refusal when the département is not in the scope's territory.
    """
    warehouse.scope.check(departement)
    return [Territory(**row) for row in warehouse.records(_SELECT, [campagne, departement])]
