"""The ways in which a figure is made: what `gabarit` names in chapitres.yml."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bilan.exhibits.comparisons import beside_france, by_line, dispersion
from bilan.exhibits.conformity import conformity
from bilan.exhibits.method import breaks, method
from bilan.exhibits.places import places
from bilan.exhibits.received import found_points, received, unanswered
from bilan.exhibits.usual import comparison
from bilan.exhibits.years import constant, published, years
from bilan.model.exhibit import Exhibit
from bilan.words.declared import BY_YEAR, DeclaredFigure
from bilan.words.reading import Reading
from warehouse.open import Warehouse

Template = Callable[[Warehouse, Reading, DeclaredFigure, str], Exhibit | None]
"""(open build, what was read, what is declared, number) -> the figure; None when there is nothing to show."""


def _read_already(make: Callable[[Reading, DeclaredFigure, str], Exhibit | None]) -> Template:
    """One that needs nothing more of the build."""
    return lambda _, reading, declared, number: make(reading, declared, number)


TEMPLATES: Mapping[str, Template] = {
    "comparaison": _read_already(comparison),
    BY_YEAR: _read_already(years),
    "champ_constant": _read_already(constant),
    "ecarts_france": _read_already(beside_france),
    "dispersion": _read_already(dispersion),
    "territoires": _read_already(places),
    "ruptures": _read_already(breaks),
    "lignes": by_line,
    "cites": published,
    "referentiel": conformity,
    "reponses": received,
    "points": found_points,
    "questions": unanswered,
    "methode": method,
}
