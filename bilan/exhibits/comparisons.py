"""Figures set beside one another: France the same year, types of structure and zones, where porteurs stand."""

from __future__ import annotations

from collections.abc import Sequence

from bilan.exhibits.cells import FRANCE, UNKNOWN, explained_cell, line_cell, table_cell, text_cell
from bilan.exhibits.making import axis_of, exhibit
from bilan.exhibits.usual import base_cell
from bilan.exhibits.years import WORDS
from bilan.model.exhibit import BLANK, Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.words import wording
from bilan.words.declared import DeclaredFigure
from bilan.words.numbers import Quantity, gap
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from bilan.words.sentences import Term
from bilan.words.terms import speaker
from bilan.words.values import signed
from warehouse.figures.catalogue import Series
from warehouse.figures.lines import read_lines
from warehouse.open import Warehouse


def beside_france(reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return every share and mean that France has too, the same year; None when too few answered to compare."""
    pairs = [(serie, reading.quantity(name), reading.france(name)) for name, serie in reading.catalogue.items()]
    kept = [(serie, own, france) for serie, own, france in pairs if _compares(serie, own, france)]
    if not kept or reading.is_poorly_answered:
        return None
    columns = (
        ExhibitColumn("valeur", reading.departement.nom),
        ExhibitColumn("base", "Base", "base"),
        ExhibitColumn("france", f"France, {reading.year}", "repere"),
        ExhibitColumn("ecart", "Écart", "texte"),
        ExhibitColumn("mot", "Lecture", "texte"),
    )
    rows = [_france_row(reading, serie, own or UNKNOWN, france or UNKNOWN) for serie, own, france in kept]
    close = sum(row.cells[-1].text == WORDS["proche"] for row in rows)
    known = {"comparables": len(rows), "proches": close}
    patterns, series = load_phrases().patterns, [serie for serie, _, _ in kept]
    return exhibit(
        reading,
        declared,
        number,
        series,
        columns,
        rows,
        row_label="Indicateur",
        message=" ".join(speaker(reading, more=known).say(patterns["message_ecarts"])),
        lecture=wording.lecture(reading, series),
        champ=f"réponses au bilan, {reading.departement.dans}, {reading.year}",
        n="",
        notes=[*speaker(reading).say(patterns["note_ecarts"]), *wording.coverage_notes(reading, series)],
    )


def by_line(warehouse: Warehouse, reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return a few indicators of each type of structure, or zone, and of the whole département."""
    series = wording.series_of(reading, declared.indicateurs)
    names = [serie.indicateur for serie in series]
    lines = [
        line
        for line in read_lines(warehouse, reading.year, reading.departement.code, names)
        if line.niveau == declared.niveau
    ]
    if not series or not lines:
        return None
    labels = {line.code: line.libelle or line.code for line in lines}
    line_of = {(line.code, line.indicateur): line for line in lines}
    rows = [
        ExhibitRow(code, label, tuple(line_cell(reading, name, line_of.get((code, name))) for name in names))
        for code, label in sorted(labels.items(), key=lambda pair: pair[1])
    ]
    whole = tuple(explained_cell(reading, name, reading.quantity(name), reading.year) for name in names)
    rows.append(ExhibitRow("departement", reading.departement.nom, whole))
    return exhibit(
        reading,
        declared,
        number,
        series,
        [ExhibitColumn(serie.indicateur, serie.libelle_court) for serie in series],
        rows,
        row_label=_LINES.get(declared.niveau or "", "Ligne"),
        message=_line_message(reading, series[0], rows),
        lecture=wording.lecture(reading, series),
        notes=[*speaker(reading).say(load_phrases().patterns["note_lignes"]), *wording.notes(reading, series, rows)],
    )


def dispersion(reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return the quartiles of the porteurs; None when the porteurs are too few."""
    series = [serie for serie in wording.series_of(reading, declared.indicateurs) if _spreads(reading, serie)]
    if not series:
        return None
    columns = (
        ExhibitColumn("bas", "La moitié des porteurs se situent entre", "bas"),
        ExhibitColumn("haut", "et", "haut"),
        ExhibitColumn("mediane", "La moitié sont au-dessous de", "valeur"),
        ExhibitColumn("valeur", reading.departement.nom, "texte"),
        ExhibitColumn("france", f"France, {reading.year}", "repere"),
    )
    rows = [_spread_row(reading, serie) for serie in series]
    says, patterns = speaker(reading, series[0].indicateur), load_phrases().patterns
    return exhibit(
        reading,
        declared,
        number,
        series,
        columns,
        rows,
        row_label="Indicateur",
        chart="intervalle",
        axis=axis_of(series[0]),
        message=" ".join(says.say(patterns["message_dispersion"])),
        lecture=" ".join(says.say(patterns["lecture_dispersion"])),
        notes=wording.notes(reading, series, rows),
    )


_LINES = {"type_structure": "Type de structure", "zonage": "Territoire (déclaré)"}


def _compares(series: Series, own: Quantity | None, france: Quantity | None) -> bool:
    if series.famille == "collecte" or not series.est_un_quotient or own is None or france is None:
        return False
    return own.said and france.said


def _france_row(reading: Reading, series: Series, own: Quantity, france: Quantity) -> ExhibitRow:
    word = gap(own, france, reading.rules)
    name = series.indicateur
    return ExhibitRow(
        key=name,
        label=series.libelle_court,
        cells=(
            explained_cell(reading, name, own, reading.year),
            base_cell(reading, series),
            explained_cell(reading, name, france, reading.year, FRANCE),
            text_cell(signed(own, france)),
            text_cell(WORDS[word] if word else None),
        ),
    )


def _line_message(reading: Reading, series: Series, rows: Sequence[ExhibitRow]) -> str:
    """The largest of the lines in the first column, where it is shown."""
    *lines, whole = rows
    shown = [row for row in lines if row.cells[0].number is not None]
    if not shown or whole.cells[0].number is None:
        return ""
    largest = max(shown, key=lambda row: row.cells[0].number or 0)
    known: dict[str, Term | None] = {
        "ligne": largest.label, "valeur": Quantity(largest.cells[0].number, series.unite),
        "ensemble": whole.cells[0].text,
    }  # fmt: skip
    return " ".join(speaker(reading, more=known).say(load_phrases().patterns["message_lignes"]))


def _spreads(reading: Reading, series: Series) -> bool:
    figure = reading.figures[series.indicateur]
    enough = (figure.nb_porteurs or 0) >= reading.rules.porteurs_minimum_quartiles
    return enough and figure.premier_quartile is not None and reading.quantity(series.indicateur) is not None


def _spread_row(reading: Reading, series: Series) -> ExhibitRow:
    name, figure = series.indicateur, reading.figures[series.indicateur]

    def spread(value: float | None) -> ExhibitCell:
        return BLANK if value is None else table_cell(reading, name, Quantity(value, series.unite), reading.year)

    france = None if reading.is_poorly_answered else reading.france(name)
    return ExhibitRow(
        key=name,
        label=series.libelle_court,
        cells=(
            spread(figure.premier_quartile),
            spread(figure.troisieme_quartile),
            spread(figure.mediane),
            explained_cell(reading, name, reading.quantity(name), reading.year),
            explained_cell(reading, name, france, reading.year, FRANCE) if france else BLANK,
        ),
    )
