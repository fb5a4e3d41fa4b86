"""A porteur's own figures -> what its synthèse says beside the département's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bilan.exhibits.cells import BLANK_ANSWER, table_cell
from bilan.model.exhibit import ExhibitCell
from bilan.words.numbers import Quantity
from bilan.words.reading import Reading
from bilan.words.sentences import Term
from socle.words.states import TO_CHECK, UNANSWERABLE, UNANSWERED
from warehouse.figures.own_figures import OwnFigure
from warehouse.figures.own_returns import OwnReturns

_OWN, _OWN_BEFORE = "vous.", "vous_avant."


@dataclass(frozen=True)
class Own:
    """One porteur in one year of one département."""

    returns: OwnReturns
    now: Mapping[str, OwnFigure]
    """{indicateur: figure} of the year shown; empty when it did not answer and has no agrément."""
    before: Mapping[str, OwnFigure]
    actions: Mapping[str, Mapping[str, OwnFigure]]
    """{action_id: {indicateur: figure}} of the year shown."""
    answered: bool
    """Whether a return of that year was kept."""

    def quantity(self, reading: Reading, indicateur: str, figures: Mapping[str, OwnFigure] | None = None) -> Quantity:
        """Return its figure (that of an action, or of the year before, when they are given as `found`)."""
        figure = (self.now if figures is None else figures).get(indicateur)
        unit = reading.catalogue[indicateur].unite
        if figure is None:
            state = reading.figures[indicateur].statut
            return Quantity(None, unit, state=state if state in UNANSWERABLE else UNANSWERED)
        return Quantity(figure.valeur, unit, figure.numerateur, figure.denominateur)

    def cell(
        self,
        reading: Reading,
        indicateur: str,
        figures: Mapping[str, OwnFigure] | None = None,
        action: str | None = None,
    ) -> ExhibitCell:
        """Return the same as a table writes it; of `action` alone when it is given, with its `figures`."""
        quantity = self.quantity(reading, indicateur, figures)
        aside = () if figures is self.before else self._set_aside(indicateur, action)
        if quantity.state == UNANSWERED:
            return _answered_aside(aside[0]) if aside else BLANK_ANSWER
        cell = table_cell(reading, indicateur, quantity, reading.year)
        # One of its returns counts, another does not.
        return replace(cell, text=f"{cell.text}, une réponse à vérifier non comptée") if aside else cell

    def _set_aside(self, indicateur: str, action: str | None) -> tuple[str | None, ...]:
        return tuple(
            value for (name, of), value in self.returns.set_aside.items() if name == indicateur and action in (None, of)
        )

    def terms(self, reading: Reading) -> Mapping[str, Term | None]:
        """Return {« vous.x »: figure, « vous_avant.x »: that of the year before}, but for those that miss an answer."""
        own: dict[str, Term | None] = {
            _OWN + name: self.quantity(reading, name) for name in self.now if not self._set_aside(name, None)
        }
        return own | {_OWN_BEFORE + name: self.quantity(reading, name, self.before) for name in self.before}


def _answered_aside(value: str | None) -> ExhibitCell:
    """The cell of an answer that does not count: the porteur always sees what it answered."""
    return ExhibitCell(f"{value or 'illisible'} (à vérifier, non compté)", None, TO_CHECK)


def own_of(reading: Reading, returns: OwnReturns, figures: Sequence[OwnFigure]) -> Own:
    """Return the porteur's figures of the year read, of the year before and of each of its actions."""
    here = [figure for figure in figures if figure.departement == reading.departement.code]
    year = returns.years.get(reading.year)
    actions: dict[str, dict[str, OwnFigure]] = {}
    for figure in here:
        if figure.niveau == "action" and figure.campagne == reading.year and figure.code in returns.actions:
            actions.setdefault(figure.code, {})[figure.indicateur] = figure
    return Own(
        returns=returns,
        now=_of_year(here, reading.year),
        before=_of_year(here, reading.year_before),
        actions=actions,
        answered=year is not None and year.retour == "recu",
    )


def _of_year(figures: Sequence[OwnFigure], campagne: str) -> dict[str, OwnFigure]:
    return {
        figure.indicateur: figure for figure in figures if figure.niveau == "porteur" and figure.campagne == campagne
    }
