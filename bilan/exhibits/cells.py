"""A number, or the state that stands in its place -> the cell of a table or the value of a card."""

from __future__ import annotations

from dataclasses import replace

from bilan.model.exhibit import BLANK, VALUE, ZERO, ExhibitCell
from bilan.words.numbers import SAID, Quantity, cell, share, state_text
from bilan.words.reading import Reading
from warehouse.figures.catalogue import Series
from warehouse.figures.lines import BreakdownLine

NOT_COMPARED = ExhibitCell("pas de comparaison", None, "sans_objet")
FRANCE = "france"
"""The place whose figures stand beside those of the département."""
UNKNOWN = Quantity(None, "n", state="non_renseigne")


def card_cell(reading: Reading, indicateur: str) -> ExhibitCell:
    """Return the département's figure as a sentence writes it: « 65 % (26 sur 40) »."""
    quantity = reading.quantity(indicateur) or UNKNOWN
    if not quantity.said:
        return state_cell(reading, indicateur, quantity.state, reading.year)
    return ExhibitCell(share(quantity, reading.rules), quantity.value, _state(quantity))


def table_cell(reading: Reading, indicateur: str, quantity: Quantity | None, campagne: str) -> ExhibitCell:
    """Return a figure of that year as a table writes it: « 65,0 % », or « 3 sur 12 » on a small base."""
    quantity = quantity or UNKNOWN
    if not quantity.said:
        return state_cell(reading, indicateur, quantity.state, campagne)
    return ExhibitCell(cell(quantity, reading.rules), quantity.value, _state(quantity))


def explained_cell(
    reading: Reading, indicateur: str, quantity: Quantity | None, campagne: str, place: str | None = None
) -> ExhibitCell:
    """Return the same, telling which figure it is: the département's, or that of another `place` (france)."""
    name = f"{indicateur}/{campagne}/{place or reading.departement.code}"
    return replace(table_cell(reading, indicateur, quantity, campagne), explained=name)


def line_cell(reading: Reading, indicateur: str, line: BreakdownLine | None) -> ExhibitCell:
    """Return the figure of a type of structure or zone; where the year has none, what is said of the département's."""
    unit = reading.catalogue[indicateur].unite
    if line is None or line.statut != SAID:
        state = line.statut if line else reading.figures[indicateur].statut
        return table_cell(reading, indicateur, Quantity(None, unit, state=state), reading.year)
    quantity = Quantity(line.valeur, unit, line.numerateur, line.denominateur)
    return table_cell(reading, indicateur, quantity, reading.year)


def state_cell(reading: Reading, indicateur: str, state: str, campagne: str) -> ExhibitCell:
    """Return what stands where there is no number."""
    state = "non_renseigne" if state == SAID else state
    series = reading.catalogue[indicateur]
    returns = _returns(reading, series, campagne) if state == "non_renseigne" else None
    return ExhibitCell(state_text(state, campagne, series.relation, returns), None, state)


def number_cell(value: float | None, text: str) -> ExhibitCell:
    """Return a plain count."""
    return ExhibitCell(text, value, ZERO if value == 0 else VALUE)


def text_cell(text: str | None) -> ExhibitCell:
    """Return a word; a blank cell where there is none."""
    return ExhibitCell(text) if text else BLANK


def _state(quantity: Quantity) -> str:
    return ZERO if quantity.value == 0 else VALUE


def _returns(reading: Reading, series: Series, campagne: str) -> int | None:
    """How many returns left the question blank, where it is a question that they were asked."""
    asked = series.est_demande and not series.attend_un_reglage and series.relation != "core.qpv_couvert"
    year = reading.years.get(campagne)
    return year.nb_reponses if asked and year else None
