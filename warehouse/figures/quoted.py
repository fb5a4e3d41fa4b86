"""core.chiffre_publie -> what was published of other years, or under another name than an indicator's."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.open import Warehouse

_SELECT = """
select id, annee, niveau, valeur, unite, qualificatif, nom_publie, source, couverture, champ, remarque
from core.chiffre_publie
where (niveau = 'france' or code = $departement) and (annee <> $campagne or indicateur is null)
order by annee desc, niveau, id
"""


@dataclass(frozen=True)
class Published:
    """One figure as its source prints it: quoted, never compared."""

    id: str
    annee: str
    """As published: 2010-2011, 2009."""
    niveau: str
    """france or departement."""
    valeur: float
    unite: str
    qualificatif: str
    """exact, environ, plus_de or infere."""
    nom_publie: str
    """What the source says that it counts."""
    source: str
    couverture: str | None
    champ: str | None
    remarque: str | None


def quoted(warehouse: Warehouse, campagne: str, departement: str) -> list[Published]:
    """Return what is published of France and of the département that is no figure of that year, the latest first."""
    bound = {"campagne": campagne, "departement": departement}
    return [Published(**row) for row in warehouse.records(_SELECT, bound)]
