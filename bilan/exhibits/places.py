"""The intercommunalités and quartiers prioritaires of a département, with an action or without, by name."""

from __future__ import annotations

from itertools import groupby

from bilan.exhibits.cells import text_cell
from bilan.exhibits.making import exhibit
from bilan.model.exhibit import Column, Figure, Row
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


def places(reading: Reading, declared: DeclaredFigure, place: str) -> Figure | None:
    """Return the list of one kind; None where it is not known that year."""
    found = [one for one in reading.territories if one.niveau == declared.niveau]
    if not found:
        return None
    kind = declared.niveau or ""
    series = [reading.catalogue[_INDICATORS[kind]]]
    columns = [Column("couvert", "Au moins une action", "texte")]
    if kind == "qpv":
        columns.insert(0, Column("commune", "Commune", "texte"))
    return exhibit(
        reading,
        declared,
        place,
        series,
        columns,
        [_row(one, position) for position, one in enumerate(found, start=1)],
        row_label=_ROWS[kind],
        message=" ".join(
            speaker(reading, more=place_terms(reading)).say(load_phrases().patterns[series[0].indicateur])
        ),
        lecture=_lecture(reading, found[0]),
        notes=[one.prudence for one in series if one.prudence],
    )


def place_terms(reading: Reading) -> dict[str, Term | None]:
    """Return what the sentences name: how many have no action, and which."""
    terms: dict[str, Term | None] = {}
    for kind in _INDICATORS:
        without = [one for one in reading.territories if one.niveau == kind and not one.couvert]
        terms[f"{kind}_sans_action"] = len(without) or None
        terms[f"{kind}_sans_action_noms"] = listing(_names(without))
    return terms


def _lecture(reading: Reading, one: Territory) -> str:
    known = {"nom": one.nom, "reponse": "au moins une action" if one.couvert else "aucune action"}
    return " ".join(speaker(reading, more=known).say(load_phrases().patterns["lecture_territoires"]))


def _row(one: Territory, position: int) -> Row:
    cells = [text_cell("oui" if one.couvert else "non")]
    if one.niveau == "qpv":
        cells.insert(0, text_cell(one.commune_nom))
    return Row(f"{one.niveau}-{position}", one.nom, tuple(cells))


def _names(without: list[Territory]) -> list[str]:
    """« Dauphine (Orléans) », « 2 quartiers de Gien »: some are counted, not named."""
    named = [f"{one.nom} ({one.commune_nom})" if one.commune_nom else one.nom for one in without if not _unnamed(one)]
    counted = [one for one in without if _unnamed(one)]
    for commune, group in groupby(counted, key=lambda one: one.commune_nom or ""):
        several = len(list(group))
        *others, last = commune.split(", ")
        where = de(f"{', '.join(others)} ou {last}" if others else last)
        named.append(f"{several} quartiers {where}" if several > 1 else f"1 quartier {where}")
    return named


def _unnamed(one: Territory) -> bool:
    return one.nom.startswith(_UNNAMED)
