"""The box that stands with every bilan (source, champ, dates, response, hidden figures), and what changed since."""

from __future__ import annotations

from collections.abc import Sequence

from bilan.exhibits.cells import text_cell
from bilan.exhibits.making import exhibit
from bilan.exhibits.received import reception_terms
from bilan.model.exhibit import Exhibit, ExhibitColumn, ExhibitRow
from bilan.words.declared import DeclaredFigure
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from bilan.words.terms import coverage, speaker
from socle.words.french import day, listing
from socle.words.states import COMPUTED, FICTITIOUS, origin_text
from warehouse.figures.figures import Figure
from warehouse.open import Warehouse


def method(warehouse: Warehouse, reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit:
    """Return the box: one row a thing to know."""
    says = speaker(reading, more=reception_terms(warehouse, reading))
    patterns = load_phrases().patterns
    lines = {
        "Source": listing(sorted({figure.source for figure in reading.figures.values() if figure.source})),
        "Champ": " ".join(says.say(patterns["champ"])),
        "Saisie": _dates(reading),
        "État": f"{NARROW}; ".join(says.say(patterns["marques"])),
        "Réponses": " ".join(says.say(patterns["E2"])),
        "Réception": " ".join(says.say(patterns["chapitre_methode"])),
        "Contexte": reading.campagne.contexte or "",
        "France": _france(reading),
        "Petits nombres": " ".join(says.say(patterns["note_secret"])),
        "Version": f"{reading.version}, {day(reading.built.date())}",
    }
    rows = [ExhibitRow(label, label, (text_cell(text),)) for label, text in lines.items() if text]
    return exhibit(
        reading, declared, number, [], [ExhibitColumn("texte", "À savoir", "texte")], rows, row_label="Sujet", champ="",
        source="", n="",
    )  # fmt: skip


def breaks(reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return the indicators whose question changed within the years that are there; None when none did."""
    first = min(reading.years)
    broken = {
        serie.serie_de: serie
        for serie in reading.catalogue.values()
        if serie.comparable_depuis and first < serie.comparable_depuis <= reading.year
    }
    if not broken:
        return None
    rows = [
        ExhibitRow(name, serie.libelle.split("\u202f:")[0], (text_cell(serie.comparable_depuis or ""),))
        for name, serie in broken.items()
    ]
    says = speaker(reading, more={"changes": len(rows), "premiere": first})
    contexts = [year.contexte for year in reading.years.values() if year.contexte and year.campagne <= reading.year]
    return exhibit(
        reading, declared, number, [], [ExhibitColumn("depuis", "Comparable depuis", "texte")], rows,
        row_label="Indicateur",
        champ="", source="", n="", notes=contexts,
        message=" ".join(says.say(load_phrases().patterns["message_ruptures"])),
    )  # fmt: skip


NARROW = "\u202f"


def _dates(reading: Reading) -> str:
    opened, closed = reading.campagne.ouverture, reading.campagne.cloture
    if opened and closed:
        return f"du {day(opened)} au {day(closed)}"
    return f"jusqu'au {day(closed)}" if closed else ""


def _france(reading: Reading) -> str:
    figures = [figure for figure in reading.figures.values() if figure.valeur_france is not None]
    if not figures:
        return f"aucun chiffre national de {reading.year}"
    sources = sorted({figure.source_france for figure in figures if figure.source_france})
    covered = sorted({text for figure in figures if (text := coverage(figure.couverture_france))})
    return f"{NARROW}; ".join([*sources, *covered, *_set_aside(figures)])


def _set_aside(figures: Sequence[Figure]) -> list[str]:
    """Which origin of the figures of France is retained, where there are two and one of them is computed here."""
    pairs = {
        (origin_text(figure.origine_france), origin_text(figure.autre_origine_france))
        for figure in figures
        if {figure.origine_france, figure.autre_origine_france} & {COMPUTED, FICTITIOUS} and figure.autre_origine_france
    }
    return [f"retenu\u202f: {kept}, à côté\u202f: {other}" for kept, other in sorted(pairs)]
