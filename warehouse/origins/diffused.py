"""The name of a figure -> whether porteurs and the public are shown it, in words."""

from __future__ import annotations

from socle.files.manifest import DIFFUSION, WAREHOUSE
from socle.words.states import HIDDEN
from warehouse.open import Warehouse, connect
from warehouse.origins.figure_name import FigureName

_STATE = """
select statut
from marts.indicateur_valeur
where campagne = ? and indicateur = ? and niveau = ? and code = ?
order by statut = 'diffusable' desc
"""
_DEPARTEMENTS = "select departements from core.campagne where campagne = ?"


def diffused_text(warehouse: Warehouse, name: FigureName) -> str:
    """Return one sentence, « Montré aux porteurs… »; "" for who reads what may be diffused and nothing else."""
    if warehouse.scope.database != WAREHOUSE:
        return ""
    with connect(warehouse.folder / DIFFUSION) as connection:
        (adopted,) = connection.execute(_DEPARTEMENTS, [name.campagne]).fetchone() or ([],)
        found = connection.execute(_STATE, [name.campagne, name.indicateur, name.niveau, name.code]).fetchone()
    if found and found[0] == HIDDEN:
        return "Caché aux porteurs et au public\u202f: il repose sur trop peu de porteurs."
    if found:
        return "Montré aux porteurs, et dans les données ouvertes."
    declared = warehouse.records(_DEPARTEMENTS, [name.campagne])
    of_all = {code for row in declared for code in row["departements"]}
    if adopted and name.niveau == "france" and not of_all <= set(adopted):
        return "Pas encore montré aux porteurs ni au public\u202f: l'année n'est pas arrêtée partout."
    if adopted and (name.niveau != "departement" or name.code in adopted):
        return "Jamais montré aux porteurs ni au public, à ce niveau."
    return "Pas encore montré aux porteurs ni au public\u202f: l'année n'est pas arrêtée."
