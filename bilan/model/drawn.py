"""An exhibit -> which of its columns a chart draws, for every renderer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bilan.model.exhibit import Exhibit, ExhibitCell

_REASON = re.compile(r" \(|\u202f:")

_DRAWN: Mapping[str, Sequence[str]] = {
    "barres": ("valeur", "repere"),
    "barres_groupees": ("valeur",),
    "barres_empilees": ("valeur",),
    "courbe": ("valeur",),
    "intervalle": ("bas", "haut", "valeur", "repere"),
}
"""By chart, the roles of the columns that it draws."""

_BARS = 40
"""More would not hold on a page: the table alone says them."""


def drawn_columns(figure: Exhibit) -> list[int]:
    """Return the places of the columns that its chart draws: none when there is no chart, no number, or too many bars.

    A column of stacked bars that has not a number has no bar.
    """
    drawn = [place for place, column in enumerate(figure.columns) if column.role in _DRAWN.get(figure.chart, ())]
    if all(row.cells[place].number is None for row in figure.rows for place in drawn) or _too_tall(figure, len(drawn)):
        return []
    if figure.chart == "barres_empilees":
        return [place for place in drawn if any(row.cells[place].number for row in figure.rows)]
    return drawn


def without_reason(cell: ExhibitCell) -> str:
    """Return what is said of a cell that has no number, in a word or two: « non calculable »."""
    return _REASON.split(cell.text)[0]


def _too_tall(figure: Exhibit, series: int) -> bool:
    return len(figure.rows) * (series if figure.chart == "barres_groupees" else 1) > _BARS
