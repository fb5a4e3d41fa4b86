"""core.texte -> what the agent Caf wrote for the bilan of a year."""

from __future__ import annotations

from dataclasses import dataclass

from socle.manifest import WAREHOUSE
from warehouse.open import Warehouse

_SELECT = """
select nature, chapitre, texte
from core.texte
where campagne = ? and (departement is null or departement = ?)
"""


@dataclass(frozen=True)
class Text:
    """One text of the agent."""

    nature: str
    """contexte, mot_du_comite, citations, perspectives, dispositif or commentaire."""
    chapitre: str | None
    """The chapter that a commentaire is of; the part (priorites…) that a dispositif is."""
    texte: str


def texts(warehouse: Warehouse, campagne: str, departement: str) -> list[Text]:
    """Return the texts of that year; [] for readers of diffused figures: these texts were not checked for them.

    Raise Refusal when the département is not in the scope's territory.
    """
    warehouse.scope.check(departement)
    if warehouse.scope.database != WAREHOUSE:
        return []
    return [Text(**row) for row in warehouse.records(_SELECT, [campagne, departement])]


def chapters(warehouse: Warehouse) -> dict[str, str]:
    """Return {id: title} of the chapters of the bilan, in their order."""
    rows = warehouse.records("select chapitre, libelle from core.chapitre order by rang")
    return {row["chapitre"]: row["libelle"] for row in rows}
