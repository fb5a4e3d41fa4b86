"""A national folder: every département of France, a few porteurs in each, so that France is computed from returns."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from tests.support.exports import Row, agrement, make_folder, reponse, siret, write_export

REFERENCE = PROJECT_ROOT / "pipeline" / "definitions" / "reference"
YEAR = "2019-2020"
SMALL = "48"
"""The one département of three porteurs; the others have six."""


@cache
def departements() -> dict[str, str]:
    """{code: Insee code of one of its communes} of the 101 départements."""
    with (REFERENCE / "communes.csv").open(encoding="utf-8") as file:
        first = {}
        for row in csv.DictReader(file):
            first.setdefault(row["departement"], row["code"])
    codes = sorted(code for code in first if not code.startswith(("975", "977", "978", "98")))
    assert len(codes) == 101
    return {code: first[code] for code in codes}


def national_folder(root: Path) -> DataFolder:
    """One campagne of six porteurs a département, three in SMALL, one action each."""
    porteurs: list[Row] = []
    agreed: list[Row] = []
    returned: list[Row] = []
    for departement, commune in departements().items():
        for rank in range(3 if departement == SMALL else 6):
            number = len(porteurs) + 1
            porteur = {"porteur_id": f"n{number}", "siret": siret(number), "raison_sociale": f"Porteur {number}"}
            porteurs.append(porteur)
            place = {"commune": commune}
            agreed.append(agrement(f"a{number}", porteur, departement=departement, **place))
            returned.append(reponse(f"a{number}", porteur, nb_enfants=str(8 + rank), **place))
    return _written(root, porteurs, agreed, returned)


def _written(root: Path, porteurs: Sequence[Row], agreed: Sequence[Row], returned: Sequence[Row]) -> DataFolder:
    folder = make_folder(root, {YEAR: (agreed, returned)}, porteurs)
    listed = ", ".join(f'"{code}"' for code in departements())
    declaration = f"campagne: {YEAR}\nfictif: true\ndepartements: [{listed}]\n"
    (folder.raw / YEAR / "campagne.yml").write_text(declaration, encoding="utf-8")
    write_export(folder.register, "porteurs", porteurs)
    return folder
