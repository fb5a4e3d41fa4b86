"""A number, or the state that stands in its place -> the cell of a table or the value of a card."""

from __future__ import annotations

from dataclasses import replace

from bilan.model.exhibit import BLANK, NOTHING, VALUE, ZERO, ExhibitCell
from bilan.words.numbers import Quantity
from bilan.words.reading import Reading
from bilan.words.values import value_text
from socle.words.french import NOT_GIVEN
from socle.words.states import SHOWN, UNANSWERED
from warehouse.figures.catalogue import Series
from warehouse.figures.lines import BreakdownLine

BLANK_ANSWER = ExhibitCell(NOT_GIVEN, None, UNANSWERED)
"""Of one return, which left it blank."""
NOT_COMPARED = ExhibitCell("pas de comparaison", None, NOTHING)
FRANCE = "france"
"""The place whose figures stand beside those of the département."""
UNKNOWN = Quantity(None, "n", state=UNANSWERED)


def card_cell(reading: Reading, indicateur: str) -> ExhibitCell:
    """Return the département's figure as a sentence writes it: « 65 % (26 sur 40) »."""
    return _cell(reading, indicateur, reading.quantity(indicateur) or UNKNOWN, reading.year)


def table_cell(reading: Reading, indicateur: str, quantity: Quantity | None, campagne: str) -> ExhibitCell:
    """Return a figure of that year as a table writes it: « 65,0 % », or « 3 sur 12 » on a small base."""
    return _cell(reading, indicateur, quantity or UNKNOWN, campagne, table=True)


def explained_cell(
    reading: Reading, indicateur: str, quantity: Quantity | None, campagne: str, place: str | None = None
) -> ExhibitCell:
    """Return the same, telling which figure it is: the département's, or that of another `place` (france)."""
    name = f"{indicateur}/{campagne}/{place or reading.departement.code}"
    return replace(table_cell(reading, indicateur, quantity, campagne), explained=name)


def line_cell(reading: Reading, indicateur: str, line: BreakdownLine | None) -> ExhibitCell:
    """Return the figure of a type of structure or zone; where the year has none, what is said of the département's."""
    unit = reading.catalogue[indicateur].unite
    if line is None or line.statut != SHOWN:
        state = line.statut if line else reading.figures[indicateur].statut
        return table_cell(reading, indicateur, Quantity(None, unit, state=state), reading.year)
    quantity = Quantity(line.valeur, unit, line.numerateur, line.denominateur, at_least=bool(line.au_moins))
    return table_cell(reading, indicateur, quantity, reading.year)


def state_cell(reading: Reading, indicateur: str, state: str, campagne: str) -> ExhibitCell:
    """Return what stands where there is no number."""
    return _cell(reading, indicateur, Quantity(None, "n", state=state), campagne)


def number_cell(value: float | None, text: str) -> ExhibitCell:
    """Return a plain count."""
    return ExhibitCell(text, value, ZERO if value == 0 else VALUE)


def text_cell(text: str | None) -> ExhibitCell:
    """Return a word; a blank cell where there is none."""
    return ExhibitCell(text) if text else BLANK


def _cell(reading: Reading, indicateur: str, quantity: Quantity, campagne: str, table: bool = False) -> ExhibitCell:
    series = reading.catalogue[indicateur]
    returns = _returns(reading, series, campagne)
    text = value_text(quantity, reading.rules, campagne, series.relation, returns=returns, table=table)
    if quantity.said:
        return ExhibitCell(text, quantity.value, ZERO if quantity.value == 0 else VALUE)
    return ExhibitCell(text, None, UNANSWERED if quantity.state == SHOWN else quantity.state)


def _returns(reading: Reading, series: Series, campagne: str) -> int | None:
    """How many returns left the question blank, where it is a question that they were asked."""
    asked = series.est_demande and not series.attend_un_reglage and series.relation != "core.qpv_couvert"
    year = reading.years.get(campagne)
    return year.nb_reponses if asked and year else None
