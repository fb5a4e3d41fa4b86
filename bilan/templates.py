"""The ways in which a figure is made: what `gabarit` names in chapitres.yml."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bilan.beside import beside_france, by_line, dispersion
from bilan.comparison import comparison
from bilan.conformity import conformity
from bilan.declared import DeclaredFigure
from bilan.figure import Figure
from bilan.method import breaks, method
from bilan.places import places
from bilan.reading import Reading
from bilan.received import found_points, received, unanswered
from bilan.years import constant, published, years
from warehouse.open import Warehouse

Template = Callable[[Warehouse, Reading, DeclaredFigure, str], Figure | None]
"""(open build, what was read, what is declared, number) -> the figure; None when there is nothing to show."""

TEMPLATES: Mapping[str, Template] = {
    "comparaison": lambda _, reading, declared, place: comparison(reading, declared, place),
    "annees": years,
    "champ_constant": constant,
    "ecarts_france": beside_france,
    "lignes": by_line,
    "dispersion": dispersion,
    "cites": published,
    "territoires": places,
    "referentiel": conformity,
    "reponses": received,
    "points": found_points,
    "questions": unanswered,
    "methode": method,
    "ruptures": breaks,
}
