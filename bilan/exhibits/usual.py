"""The usual figure: a few indicators of a département, the year before and France, one row each."""

from __future__ import annotations

from bilan.exhibits.cells import FRANCE, NOT_COMPARED, explained_cell, number_cell
from bilan.exhibits.making import axis_of, exhibit, one_unit
from bilan.model.exhibit import BLANK, NOTHING, Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.words import wording
from bilan.words.declared import DeclaredFigure
from bilan.words.grammar import capital
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from warehouse.figures.catalogue import Series

NO_FIGURE = ExhibitCell("aucun chiffre", None, NOTHING)
# What each column is to the chart.
_ROLES = {"barres": ("valeur", "repere"), "barres_groupees": ("valeur", "valeur"), "barres_empilees": ("valeur",) * 2}


def comparison(reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return the figure; None when the catalogue has none of its indicators."""
    series = wording.series_of(reading, declared.indicateurs)
    if not series:
        return None
    columns = _columns(reading, series, declared.graphique)
    rows = tuple(_row(reading, serie, columns) for serie in series)
    return exhibit(
        reading,
        declared,
        number,
        series,
        columns,
        rows,
        row_label="Indicateur",
        chart=_chart(declared.graphique, series, rows),
        axis=axis_of(series[0]),
        message=wording.message(reading, series),
        lecture=wording.lecture(reading, series),
        notes=wording.notes(reading, series, rows, whole=declared.ensemble),
    )


def base_cell(reading: Reading, series: Series) -> ExhibitCell:
    """Return what the figure rests on, with its noun: « 478 enfants et jeunes », « 41 actions »."""
    figure, quantity = reading.figures[series.indicateur], reading.quantity(series.indicateur)
    if quantity is None or not quantity.said:
        return BLANK
    nouns, phrases = load_phrases().nouns, load_phrases()
    # A share of money has for base those who gave it, not euros.
    if quantity.denominator is not None and series.diffusion != "F" and series.unite != "eur":
        counted = nouns[wording.base_noun(series)].counted(quantity.denominator)
        return number_cell(quantity.denominator, counted)
    if figure.nb_repondants is None:
        return BLANK
    return number_cell(figure.nb_repondants, nouns[phrases.bases[series.relation]].counted(figure.nb_repondants))


def _columns(reading: Reading, series: list[Series], chart: str) -> tuple[ExhibitColumn, ...]:
    own, mark = _ROLES.get(chart, ("valeur", "texte"))
    columns = [ExhibitColumn("valeur", reading.departement.nom, own), ExhibitColumn("base", "Base", "base")]
    if reading.is_poorly_answered:
        return tuple(columns)
    if any(reading.france(serie.indicateur) for serie in series):
        # A total of France is not drawn beside that of a département.
        drawn = mark if all(serie.est_un_quotient for serie in series) else "texte"
        columns.append(ExhibitColumn("france", f"France, {reading.year}", drawn))
    if reading.before:
        columns.append(ExhibitColumn("avant", f"{reading.departement.nom}, {reading.year_before}", "texte"))
    return tuple(columns)


def _row(reading: Reading, series: Series, columns: tuple[ExhibitColumn, ...]) -> ExhibitRow:
    name = series.indicateur
    france = reading.france(name)
    cells = {
        "valeur": explained_cell(reading, name, reading.quantity(name), reading.year),
        "base": base_cell(reading, series),
        "avant": _before(reading, name),
        "france": explained_cell(reading, name, france, reading.year, FRANCE) if france else NO_FIGURE,
    }
    shown = tuple(cells[column.key] for column in columns)
    return ExhibitRow(
        key=name,
        label=capital(series.libelle_court),
        cells=shown,
        broken=reading.is_not_comparable(name),
    )


def _before(reading: Reading, name: str) -> ExhibitCell:
    quantity = reading.quantity_before(name)
    if quantity and quantity.said and reading.is_not_comparable(name):
        return NOT_COMPARED
    return explained_cell(reading, name, quantity, reading.year_before)


def _chart(wanted: str, series: list[Series], rows: tuple[ExhibitRow, ...]) -> str:
    """Nothing is drawn of several units, nor when there is not a number to draw."""
    drawn = any(row.cells[0].number is not None for row in rows)
    return wanted if drawn and one_unit(series) else "aucun"
