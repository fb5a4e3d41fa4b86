"""One fiche an action agréée: what it declares, and what it declares of the référentiel. For the committee alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bilan.exhibits.cells import UNKNOWN, text_cell
from bilan.exhibits.conformity import declared_cell
from bilan.exhibits.making import exhibit
from bilan.model.exhibit import BLANK, Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.synthese.tables import action_cell, departement_cell
from bilan.synthese.write import load_synthese
from bilan.words.declared import DeclaredFigure
from bilan.words.numbers import Quantity
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from socle.words.french import count
from socle.words.states import UNANSWERED
from warehouse.figures.detail import Detail
from warehouse.listings.actions import AgreedAction, actions
from warehouse.open import Warehouse
from warehouse.scope import INTERNAL

NOT_RECEIVED = ExhibitCell("bilan non reçu", None, UNANSWERED)


def fiches(warehouse: Warehouse, reading: Reading, number: str) -> Iterator[Exhibit]:
    """Yield the fiche of each action, by name of porteur; none of a year whose returns describe structures.

    None for who does not read the warehouse. `place` is the number of the section.
    """
    if reading.scope.role not in INTERNAL or reading.campagne.grain == "structure":
        return
    declared = load_synthese()
    names = [*(line.indicateur for line in declared.lines), *declared.referentiel]
    series = [reading.catalogue[name] for name in names if name in reading.catalogue]
    agreed = actions(warehouse, series, reading.year, reading.departement.code)
    for rank, action in enumerate(agreed, start=1):
        title = " — ".join(text for text in (action.raison_sociale, action.intitule or action.action_id) if text)
        yield exhibit(
            reading,
            DeclaredFigure(f"fiche-{rank}", title, "fiche"),
            f"{number}.{rank}",
            series,
            (
                ExhibitColumn("valeur", "Cette action", "texte"),
                ExhibitColumn("departement", reading.departement.nom, "texte"),
            ),
            tuple(_rows(reading, action)),
            row_label="Ce qu'elle déclare",
            champ=f"{load_phrases().nouns['action'].one} {action.action_id}, {reading.year}",
            n=count(1, "action"),
        )


def _rows(reading: Reading, action: AgreedAction) -> Iterator[ExhibitRow]:
    yield ExhibitRow("commune", "Commune", (text_cell(action.commune), BLANK))
    if not action.a_repondu:
        yield ExhibitRow("bilan", "Bilan", (NOT_RECEIVED, BLANK))
        return
    declared = load_synthese()
    for line in declared.lines:
        if line.indicateur in reading.catalogue:
            quantity = _quantity(reading, action.declared, line.indicateur)
            own = action_cell(reading, line.indicateur, quantity)
            yield ExhibitRow(line.indicateur, line.libelle, (own, departement_cell(reading, line)))
    for name, label in declared.referentiel.items():
        if name in reading.catalogue:
            quantity = _quantity(reading, action.declared, name) or UNKNOWN
            yield ExhibitRow(
                name, label, (declared_cell(reading, name, quantity.numerator, quantity.denominator), BLANK)
            )


def _quantity(reading: Reading, declared: Mapping[str, Detail], name: str) -> Quantity | None:
    own_figure, unit = declared.get(name), reading.catalogue[name].unite
    if own_figure is None:
        return None
    below = None if own_figure.denominateur is None else float(own_figure.denominateur)
    return Quantity(own_figure.valeur, unit, float(own_figure.numerateur), below)
