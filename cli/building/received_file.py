"""A file as a command names it -> where it is: from the working folder, else from the data folder, as in the guide."""

from __future__ import annotations

from pathlib import Path

from cli.words.french_help import FrenchBadParameter
from pipeline.reading.received import on_disk
from socle.paths import DataFolder


def received_file(named: Path, folder: DataFolder, campagne: str = "") -> Path:
    """Return the file: `export.csv`, `2019-2020/export.csv` and `raw/2019-2020/export.csv` are of the data folder too.

    Raise FrenchBadParameter when there is none.
    """
    places = [Path(), folder.root, folder.raw, *([folder.raw / campagne] if campagne else [])]
    found = (on_disk(place, str(named.expanduser())) for place in places)
    path = next((one for one in found if one.exists() or one.is_symlink()), None)
    if path is None:
        looked = f"Il a été cherché ici, puis dans le dossier de données ({folder.root})."
        raise FrenchBadParameter(f"«\u202f{named}\u202f» n'existe pas. {looked}")
    if path.is_dir():
        raise FrenchBadParameter(f"«\u202f{named}\u202f» est un dossier\u202f: indiquez un fichier.")
    return path.absolute()
