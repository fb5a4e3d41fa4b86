"""What the commands that write documents have in common: the year's département, the file, its suffix."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cli.words.french_help import FrenchBadParameter, in_a_folder
from socle.paths import DataFolder
from socle.words.refusal import Refusal


def departement_of(folder: DataFolder, campagne: str, asked: str, porteur: str = "") -> str:
    """Return the département asked, or the only one of that year or, among several, the only one of the porteur.

    Raise Refusal, listing them, when several are left.
    """
    if asked:
        return asked
    from pipeline.codebook.departements import departements
    from warehouse.listings.campagnes import available
    from warehouse.scope import LOCAL

    every = available(folder, LOCAL)
    found = [known.code for known in every if campagne in known.campagnes]
    if not found:
        years = sorted({year for known in every for year in known.campagnes})
        raise Refusal("campagne_non_publiee", campagne=campagne, connues=", ".join(years) or "aucune")
    reason = "departement_a_choisir"
    if len(found) > 1 and porteur:
        found, reason = _of_porteur(folder, campagne, porteur), "departement_du_porteur_a_choisir"
    if len(found) > 1:
        names = ", ".join(f"{code} ({departements()[code].nom})" if code in departements() else code for code in found)
        raise Refusal(reason, campagne=campagne, porteur=porteur, connus=names)
    return found[0]


def _of_porteur(folder: DataFolder, campagne: str, porteur: str) -> list[str]:
    """Return where the porteur acts in that year or, in a year when it does not, where it ever did."""
    from warehouse.listings.porteurs import departements_of
    from warehouse.scope import LOCAL

    by_year = departements_of(folder, LOCAL, porteur)
    found = by_year.get(campagne) or sorted({code for codes in by_year.values() for code in codes})
    if not found:
        raise Refusal("porteur_sans_departement", porteur=porteur)
    return found


def suffix_of(path: Path, known: Collection[str]) -> str:
    """Return the suffix of a file to write; raise FrenchBadParameter when it is none of those, or in no folder."""
    in_a_folder(path)
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in known:
        raise FrenchBadParameter(
            f"Le nom du fichier «\u202f{path.name}\u202f» doit finir par {', '.join(f'.{suffix}' for suffix in known)}."
        )
    return suffix
