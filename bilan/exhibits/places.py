"""The intercommunalités and quartiers prioritaires of a département, with an action or without, by name."""

from __future__ import annotations

from itertools import groupby

from bilan.exhibits.cells import text_cell
from bilan.exhibits.making import exhibit
from bilan.model.exhibit import Exhibit, ExhibitColumn, ExhibitRow
from bilan.words.declared import DeclaredFigure
from bilan.words.grammar import de
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from bilan.words.sentences import Term
from bilan.words.terms import speaker
from socle.french import listing
from warehouse.listings.territories import Territory

_INDICATORS = {"epci": "part_epci_couverts", "qpv": "part_qpv_couverts"}
_ROWS = {"epci": "Intercommunalité", "qpv": "Quartier prioritaire"}
_UNNAMED = "quartier n°"


def places(reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return the list of one kind; None where it is not known that year."""
    territories = [territory for territory in reading.territories if territory.niveau == declared.niveau]
    if not territories:
        return None
    kind = declared.niveau or ""
    series = [reading.catalogue[_INDICATORS[kind]]]
    columns = [ExhibitColumn("couvert", "Au moins une action", "texte")]
    if kind == "qpv":
        columns.insert(0, ExhibitColumn("commune", "Commune", "texte"))
    return exhibit(
        reading,
        declared,
        number,
        series,
        columns,
        [_row(territory, position) for position, territory in enumerate(territories, start=1)],
        row_label=_ROWS[kind],
        message=" ".join(
            speaker(reading, more=place_terms(reading)).say(load_phrases().patterns[series[0].indicateur])
        ),
        lecture=_lecture(reading, territories[0]),
        notes=[serie.prudence for serie in series if serie.prudence],
    )


def place_terms(reading: Reading) -> dict[str, Term | None]:
    """Return what the sentences name: how many have no action, and which."""
    terms: dict[str, Term | None] = {}
    for kind in _INDICATORS:
        without = [territory for territory in reading.territories if territory.niveau == kind and not territory.couvert]
        terms[f"{kind}_sans_action"] = len(without) or None
        terms[f"{kind}_sans_action_noms"] = listing(_names(without))
    return terms


def _lecture(reading: Reading, territory: Territory) -> str:
    known = {"nom": territory.nom, "reponse": "au moins une action" if territory.couvert else "aucune action"}
    return " ".join(speaker(reading, more=known).say(load_phrases().patterns["lecture_territoires"]))


def _row(territory: Territory, position: int) -> ExhibitRow:
    cells = [text_cell("oui" if territory.couvert else "non")]
    if territory.niveau == "qpv":
        cells.insert(0, text_cell(territory.commune_nom))
    return ExhibitRow(f"{territory.niveau}-{position}", territory.nom, tuple(cells))


def _names(without: list[Territory]) -> list[str]:
    """« Dauphine (Orléans) », « 2 quartiers de Gien »: some are counted, not named."""
    named = [
        f"{territory.nom} ({territory.commune_nom})" if territory.commune_nom else territory.nom
        for territory in without
        if not _unnamed(territory)
    ]
    counted = [territory for territory in without if _unnamed(territory)]
    for commune, group in groupby(counted, key=lambda territory: territory.commune_nom or ""):
        several = len(list(group))
        *others, last = commune.split(", ")
        where = de(f"{', '.join(others)} ou {last}" if others else last)
        named.append(f"{several} quartiers {where}" if several > 1 else f"1 quartier {where}")
    return named


def _unnamed(territory: Territory) -> bool:
    return territory.nom.startswith(_UNNAMED)
