"""reference/departements.csv -> the name of each département and its forms in a sentence, without opening a build."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from socle.settings import PROJECT_ROOT

# Not from codebook.documents, which reads YAML: names are said at start-up too.
_FILE = PROJECT_ROOT / "pipeline" / "definitions" / "reference" / "departements.csv"


@dataclass(frozen=True)
class NamedDepartement:
    """A département: « Loiret », « du Loiret », « dans le Loiret »."""

    code: str
    nom: str
    de: str
    dans: str

    @property
    def with_code(self) -> str:
        """« Loiret (45) »."""
        return f"{self.nom} ({self.code})"


@cache
def departements() -> dict[str, NamedDepartement]:
    """Return {code: département}, in the order of codes: 101, and six collectivities overseas."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["code"]: NamedDepartement(row["code"], row["nom"], row["forme_de"], row["forme_dans"]) for row in rows}


def named_departement(code: str) -> NamedDepartement:
    """Return the département; one that the reference does not know is called by its code."""
    name = f"département {code}"
    return departements().get(code) or NamedDepartement(code, name, f"du {name}", f"dans le {name}")
