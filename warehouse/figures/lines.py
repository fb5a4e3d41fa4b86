"""marts -> the figures of the types of structure, zones and intercommunalités of a département."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from warehouse.open import Warehouse, open_current
from warehouse.scope import Scope

# In the warehouse, the whole view would compute the rows of porteurs and actions as well.
_RELATIONS = {True: "marts.indicateur_valeur_agregee", False: "marts.indicateur_valeur"}
_LINES = """
select v.campagne, v.departement, v.indicateur, v.niveau, v.code, l.libelle, v.valeur, v.numerateur, v.denominateur,
    v.nb_repondants, v.nb_porteurs, v.statut, v.au_moins, v.origine
from {relation} as v
inner join marts.indicateur as i on v.indicateur = i.indicateur
left join marts.libelle as l
    on l.variable = if(v.niveau = 'zonage', 'territoire_urbain_rural', v.niveau) and v.code = l.code
where v.campagne = ? and v.departement = ? and v.niveau in ('type_structure', 'zonage', 'epci')
    and (? is null or list_contains(?, v.indicateur))
order by i.rang, v.niveau, v.code
"""


@dataclass(frozen=True)
class BreakdownLine:
    """One indicator of one type of structure or zone of a département."""

    campagne: str
    departement: str
    indicateur: str
    niveau: str
    """type_structure or zonage; epci for who reads the warehouse."""
    code: str
    libelle: str | None
    """What the code of a type or zone reads as."""
    valeur: float | None
    numerateur: float | None
    denominateur: float | None
    nb_repondants: int | None
    nb_porteurs: int | None
    statut: str
    au_moins: bool | None
    """True when it is a minimum."""
    origine: str


def lines(folder: DataFolder, scope: Scope, campagne: str, departement: str) -> list[BreakdownLine]:
    """Return the figures of the département's types of structure and zones, in the order of the catalogue.

    Raise Refusal when the département is not in the scope's territory, or when nothing is published.
    """
    with open_current(folder, scope) as opened:
        return read_lines(opened, campagne, departement)


def read_lines(
    warehouse: Warehouse, campagne: str, departement: str, indicateurs: Sequence[str] | None = None
) -> list[BreakdownLine]:
    """Return the same, of some indicators or of all, from a build that is open already."""
    warehouse.scope.check(departement)
    query = _LINES.format(relation=_RELATIONS[warehouse.scope.database == WAREHOUSE])
    wanted = None if indicateurs is None else list(indicateurs)
    return [BreakdownLine(**row) for row in warehouse.records(query, [campagne, departement, wanted, wanted])]
