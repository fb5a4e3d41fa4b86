"""What each action declares of what the référentiel asks: by name, without order or score. Not for porteurs."""

from __future__ import annotations

from dataclasses import replace

from bilan.exhibits.cells import state_cell, text_cell
from bilan.exhibits.making import exhibit
from bilan.model.exhibit import Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.words import wording
from bilan.words.declared import DeclaredFigure
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from bilan.words.terms import speaker
from socle.words.french import out_of
from socle.words.states import UNANSWERABLE, UNANSWERED
from warehouse.figures.catalogue import Series
from warehouse.figures.detail import Detail
from warehouse.listings.actions import AgreedAction, actions
from warehouse.open import Warehouse

DECLARED, NOT_DECLARED, NO_ANSWER = "déclaré", "non déclaré", "pas de réponse"


def conformity(warehouse: Warehouse, reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return one row an action agréée, one column a demand of the référentiel."""
    series = wording.series_of(reading, load_phrases().referentiel)
    agreed = actions(warehouse, series, reading.year, reading.departement.code)
    if not agreed:
        return None
    columns = [ExhibitColumn("action", "Action", "texte"), ExhibitColumn("commune", "Commune", "texte")]
    columns += [ExhibitColumn(serie.indicateur, serie.libelle_court, "texte") for serie in series]
    return exhibit(
        reading,
        declared,
        number,
        series,
        columns,
        [_row(reading, action, series) for action in agreed],
        row_label="Porteur",
        champ=f"actions agréées, {reading.departement.dans}, {reading.year}",
        n=load_phrases().nouns["action"].counted(len(agreed)),
        message=_message(reading, agreed),
        notes=["Dans l'ordre des noms. Ce relevé reprend les réponses des porteurs."],
    )


def declared_cell(reading: Reading, indicateur: str, above: float | None, below: float | None) -> ExhibitCell:
    """Return « déclaré », « non déclaré » or « pas de réponse »; « 3 sur 4 » for what is asked of several."""
    if above is None or not below:
        state = reading.figures[indicateur].statut
        if state in UNANSWERABLE:
            return replace(state_cell(reading, indicateur, state, reading.year), sign="absent")
        return ExhibitCell(NO_ANSWER, None, UNANSWERED, "absent")
    if 0 < above < below:
        return ExhibitCell(out_of(above, below), above / below, "valeur", "partiel")
    if above:
        return ExhibitCell(DECLARED, 1.0, "valeur", "oui")
    return ExhibitCell(NOT_DECLARED, 0.0, "zero", "non")


def _answer(reading: Reading, series: Series, detail: Detail | None) -> ExhibitCell:
    if detail is None or detail.denominateur is None:
        return declared_cell(reading, series.indicateur, None, None)
    return declared_cell(reading, series.indicateur, float(detail.numerateur), float(detail.denominateur))


def _message(reading: Reading, agreed: list[AgreedAction]) -> str:
    known = {"decrites": sum(action.a_repondu for action in agreed), "total": len(agreed)}
    return " ".join(speaker(reading, more=known).say(load_phrases().patterns["message_referentiel"]))


def _row(reading: Reading, action: AgreedAction, series: list[Series]) -> ExhibitRow:
    answers = tuple(
        _answer(reading, serie, action.declared.get(serie.indicateur))
        if action.a_repondu
        else ExhibitCell("bilan non reçu", None, UNANSWERED, "absent")
        for serie in series
    )
    names = (text_cell(action.intitule or action.action_id), text_cell(action.commune))
    return ExhibitRow(action.action_id, action.raison_sociale, (*names, *answers))
