"""What the commands that write documents have in common: the year's département, the file, its suffix."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cli.words.french_help import FrenchBadParameter, in_a_folder
from socle.paths import DataFolder
from socle.refusal import Refusal


def departement_of(folder: DataFolder, campagne: str, asked: str) -> str:
    """Return the département asked, or the only one of that year; raise Refusal when there are several."""
    if asked:
        return asked
    from warehouse.listings.campagnes import available
    from warehouse.scope import LOCAL

    every = available(folder, LOCAL)
    found = [known.code for known in every if campagne in known.campagnes]
    if len(found) > 1:
        raise Refusal("departement_a_choisir", campagne=campagne, connus=", ".join(found))
    if not found:
        years = sorted({year for known in every for year in known.campagnes})
        raise Refusal("campagne_non_publiee", campagne=campagne, connues=", ".join(years) or "aucune")
    return found[0]


def suffix_of(path: Path, known: Collection[str]) -> str:
    """Return the suffix of a file to write; raise FrenchBadParameter when it is none of those, or in no folder."""
    in_a_folder(path)
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in known:
        raise FrenchBadParameter(
            f"Le nom du fichier «\u202f{path.name}\u202f» doit finir par {', '.join(f'.{suffix}' for suffix in known)}."
        )
    return suffix
