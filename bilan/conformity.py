"""What each action declares of what the référentiel asks: by name, without order or score. Not for porteurs."""

from __future__ import annotations

from bilan import wording
from bilan.cells import text_cell
from bilan.declared import DeclaredFigure
from bilan.figure import Cell, Column, Figure, Row
from bilan.making import make
from bilan.phrases import load_phrases
from bilan.reading import Reading
from socle.french import number
from warehouse.actions import AgreedAction, actions
from warehouse.catalogue import Series
from warehouse.detail import Detail
from warehouse.open import Warehouse

DECLARED, NOT_DECLARED, NO_ANSWER = "déclaré", "non déclaré", "pas de réponse"


def conformity(warehouse: Warehouse, reading: Reading, declared: DeclaredFigure, place: str) -> Figure | None:
    """Return one row an action agréée, one column a demand of the référentiel."""
    series = wording.series_of(reading, load_phrases().referentiel)
    found = actions(warehouse, series, reading.year, reading.departement.code)
    if not found:
        return None
    columns = [Column("action", "Action", "texte"), Column("commune", "Commune", "texte")]
    columns += [Column(one.indicateur, one.libelle_court, "texte") for one in series]
    return make(
        reading,
        declared,
        place,
        series,
        columns,
        [_row(reading, action, series) for action in found],
        row_label="Porteur",
        champ=f"actions agréées, {reading.departement.dans}, {reading.year}",
        n=load_phrases().nouns["action"].counted(len(found)),
        notes=["Dans l'ordre des noms. Ce relevé reprend les réponses des porteurs."],
    )


def declared_cell(reading: Reading, series: Series, detail: Detail | None) -> Cell:
    """Return « déclaré », « non déclaré » or « pas de réponse »; « 3 sur 4 » for what is asked of each collectif."""
    figure = reading.figures[series.indicateur]
    if detail is None and figure.statut in ("non_demande", "non_calculable"):
        return Cell(NO_ANSWER, None, figure.statut)
    if detail is None or detail.denominateur is None:
        return Cell(NO_ANSWER, None, "non_renseigne")
    above, below = float(detail.numerateur), float(detail.denominateur)
    if below > 1 and 0 < above < below:
        return Cell(f"{number(above)} sur {number(below)}", above / below)
    return Cell(DECLARED if above else NOT_DECLARED, above / below, "valeur" if above else "zero")


def _row(reading: Reading, action: AgreedAction, series: list[Series]) -> Row:
    answers = tuple(
        declared_cell(reading, one, action.declared.get(one.indicateur))
        if action.a_repondu
        else Cell("bilan non reçu", None, "non_renseigne")
        for one in series
    )
    names = (text_cell(action.intitule or action.action_id), text_cell(action.commune or ""))
    return Row(action.action_id, action.raison_sociale, (*names, *answers))
