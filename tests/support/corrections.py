"""corrections.yml for tests: one usual entry, changed where a test says so."""

from __future__ import annotations

from pathlib import Path

import yaml

from socle.paths import DataFolder
from tests.support.exports import headers, shipped_format

YEAR = "2019-2020"
_USUAL = {
    "fichier": "reponses.csv",
    "ligne": 2,
    "variable": "nb_enfants",
    "attendu": "environ 12",
    "valeur": "12",
    "motif": "confirmé par téléphone",
    "par": "M. Martin",
    "date": "2020-10-05",
}


def correction(**values: object) -> dict[str, object]:
    """An entry of corrections.yml."""
    return _USUAL | values


def write_corrections(folder: DataFolder, *entries: dict[str, object], campagne: str = YEAR) -> Path:
    """Write the corrections.yml of a campagne."""
    path = folder.raw / campagne / "corrections.yml"
    path.write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")
    return path


def header_of(variable: str, format_id: str = "questionnaire-2016") -> str:
    """How a shipped format words a question."""
    fmt = shipped_format(format_id)
    return dict(zip([column.variable for column in fmt.colonnes], headers(fmt), strict=True))[variable]
