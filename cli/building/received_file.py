"""A file as a command names it -> where it is: from the working folder, else from the data folder, as in the guide."""

from __future__ import annotations

from pathlib import Path

from cli.building.departement import declared_departement
from cli.words.french_help import FrenchBadParameter
from pipeline.reading.received import on_disk
from socle.paths import DataFolder


def received_file(named: Path, folder: DataFolder, campagne: str = "", departement: str = "") -> Path:
    """Return the file: `export.csv`, `2019-2020/export.csv` and `raw/2019-2020/export.csv` are of the data folder too.

    With a département, it is looked for in its folder of the year, and nowhere else in the data folder. Raise
    FrenchBadParameter when there is none, Refusal when the year does not declare that département.
    """
    places = [Path(), folder.root, folder.raw, *([folder.raw / campagne] if campagne else [])]
    if departement:
        if not campagne:
            raise FrenchBadParameter("Ajoutez «\u202f--campagne 2026-2027\u202f» pour dire de quelle année.")
        declared_departement(folder, campagne, departement)
        places = [Path(), folder.raw / campagne / departement]
    found = (on_disk(place, str(named.expanduser())) for place in places)
    path = next((one for one in found if one.exists() or one.is_symlink()), None)
    if path is None:
        looked = f"Il a été cherché ici, puis dans le dossier de données ({folder.root})."
        raise FrenchBadParameter(f"«\u202f{named}\u202f» n'existe pas. {looked}")
    if path.is_dir():
        raise FrenchBadParameter(f"«\u202f{named}\u202f» est un dossier\u202f: indiquez un fichier.")
    return path.absolute()
