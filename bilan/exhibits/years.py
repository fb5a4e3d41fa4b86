"""Figures of several years: year after year, à champ constant, and those published that are only quoted."""

from __future__ import annotations

from collections.abc import Sequence

from bilan.exhibits.cells import explained_cell, number_cell, table_cell, text_cell
from bilan.exhibits.making import axis_of, exhibit, one_unit
from bilan.model.exhibit import BLANK, Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.words import wording
from bilan.words.declared import DeclaredFigure
from bilan.words.numbers import Quantity, gap
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from bilan.words.terms import speaker
from bilan.words.values import quoted_text, signed
from socle.words.french import listing, number
from socle.words.states import PROVISIONAL, SHOWN
from warehouse.figures.catalogue import Series
from warehouse.figures.history import Year
from warehouse.figures.quoted import quoted
from warehouse.open import Warehouse

WORDS = {"proche": "proche", "plus_elevee": "plus élevée", "moins_elevee": "moins élevée"}


def years(reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return the indicators year after year, up to the year of the bilan; the line stops where it does not compare."""
    series = wording.series_of(reading, declared.indicateurs)
    if not series:
        return None
    by_year = {
        campagne: {
            serie.indicateur: reading.history[serie.indicateur][campagne]
            for serie in series
            if campagne in reading.history[serie.indicateur]
        }
        for campagne in reading.years
        if campagne <= reading.year
    }
    columns = [ExhibitColumn(serie.indicateur, serie.libelle_court) for serie in series]
    # A total of those who answered says nothing without how many they are.
    of_totals = not all(serie.est_un_quotient or serie.est_agree for serie in series)
    if of_totals:
        columns.append(ExhibitColumn("base", "Base", "base"))
    rows = [_year_row(reading, campagne, series, of_year, of_totals) for campagne, of_year in by_year.items()]
    drawn = one_unit(series) and any(cell.number is not None for row in rows for cell in row.cells)
    return exhibit(
        reading,
        declared,
        number,
        series,
        columns,
        rows,
        row_label="Année scolaire",
        chart="courbe" if drawn else "aucun",
        axis=axis_of(series[0]),
        message=_first(reading, series, "message_annees"),
        lecture=wording.lecture(reading, series),
        notes=[*_year_notes(reading, series, rows), *wording.notes(reading, series, rows)],
    )


def constant(reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return the change since the year before of what L'essentiel shows, among the porteurs of both years."""
    series = [
        serie for name, serie in reading.catalogue.items() if serie.ou == "essentiel" and _constant(reading, name)
    ]
    if not series or reading.is_poorly_answered:
        return None
    columns = [
        ExhibitColumn("avant", reading.year_before),
        ExhibitColumn("valeur", reading.year),
        ExhibitColumn("ecart", "Écart", "texte"),
        ExhibitColumn("mot", "Lecture", "texte"),
        ExhibitColumn("porteurs", "Porteurs des deux années", "base"),
    ]
    rows = [_constant_row(reading, serie) for serie in series]
    return exhibit(
        reading,
        declared,
        number,
        series,
        columns,
        rows,
        row_label="Indicateur",
        message=_first(reading, series, "message_constant"),
        lecture=_first(reading, series, "lecture_constant"),
        champ=f"porteurs ayant répondu en {reading.year_before} et en {reading.year}, {reading.departement.dans}",
        n="",
        notes=speaker(reading).say(load_phrases().patterns["note_ecarts"]),
    )


def published(warehouse: Warehouse, reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return what was published of other years, or under other names: quoted with its own noun, never compared."""
    quotes = quoted(warehouse, reading.year, reading.departement.code)
    if not quotes:
        return None
    names = ("annee", "territoire", "chiffre", "source", "champ")
    columns = [ExhibitColumn(name, label, "texte") for name, label in zip(names, _QUOTED_LABELS, strict=True)]
    rows = [
        ExhibitRow(
            key=quote.id,
            label=quote.nom_publie,
            cells=(
                text_cell(quote.annee),
                text_cell("France" if quote.niveau == "france" else reading.departement.nom),
                ExhibitCell(quoted_text(quote.valeur, quote.unite, quote.qualificatif), quote.valeur),
                text_cell(quote.source),
                text_cell(quote.couverture or quote.champ),
            ),
        )
        for quote in quotes
    ]
    remarks = [quote.remarque for quote in quotes if quote.remarque]
    return exhibit(
        reading, declared, number, [], columns, rows, row_label="Ce que la source compte", champ="", source="", n="",
        message=" ".join(speaker(reading).say(load_phrases().patterns["message_cites"])), notes=remarks,
    )  # fmt: skip


_QUOTED_LABELS = ("Année", "Territoire", "Chiffre", "Source", "Champ ou couverture")


def _year_row(
    reading: Reading, campagne: str, series: Sequence[Series], of_year: dict[str, Year], of_totals: bool
) -> ExhibitRow:
    cells = [explained_cell(reading, serie.indicateur, _quantity(of_year, serie), campagne) for serie in series]
    if of_totals:
        answered = max((year.nb_repondants or 0 for year in of_year.values()), default=0)
        counted = load_phrases().nouns[load_phrases().bases[series[0].relation]].counted(answered)
        cells.append(number_cell(answered, counted) if answered else BLANK)
    known = reading.years.get(campagne)
    provisional = " (provisoire)" if known and known.etat == PROVISIONAL else ""
    comparable = [of_year[serie.indicateur].comparable for serie in series if serie.indicateur in of_year]
    first = campagne == min(reading.years)
    return ExhibitRow(campagne, campagne + provisional, tuple(cells), not first and not all(comparable))


def _quantity(of_year: dict[str, Year], series: Series) -> Quantity | None:
    year = of_year.get(series.indicateur)
    if year is None or year.statut != SHOWN:
        return None if year is None else Quantity(None, series.unite, state=year.statut)
    return Quantity(year.valeur, series.unite, year.numerateur, year.denominateur)


def _year_notes(reading: Reading, series: Sequence[Series], rows: Sequence[ExhibitRow]) -> list[str]:
    patterns = load_phrases().patterns
    totals = [serie for serie in series if not serie.est_un_quotient and not serie.est_agree]
    notes = [*speaker(reading).say(patterns["note_totaux"])] if totals else []
    shown = {row.key for row in rows}
    changed: dict[str, list[str]] = {}
    for serie in series:
        since = serie.comparable_depuis
        if since and min(shown, default="") < since and since in shown:
            changed.setdefault(since, []).append(serie.libelle_court)
    for since, labels in changed.items():
        known = {"depuis": since, "libelles": listing(labels)}
        notes += speaker(reading, more=known).say(patterns["note_depuis"])
    return notes + [year.contexte for name, year in reading.years.items() if year.contexte and name in shown]


def _constant(reading: Reading, name: str) -> tuple[Quantity, Quantity] | None:
    """Both years of what the returns declare, when they compare."""
    series, names = reading.catalogue[name], speaker(reading).terms
    if series.famille == "collecte" or series.est_agree:
        return None
    now, before = names(f"{name}.constant"), names(f"{name}.constant_avant")
    if not isinstance(now, Quantity) or not isinstance(before, Quantity) or not now.said or not before.said:
        return None
    return now, before


def _constant_row(reading: Reading, series: Series) -> ExhibitRow:
    name = series.indicateur
    now, before = _constant(reading, name) or (Quantity(None, "n"), Quantity(None, "n"))
    word = gap(now, before, reading.rules)
    change = reading.change(name)
    return ExhibitRow(
        key=name,
        label=series.libelle_court,
        cells=(
            table_cell(reading, name, before, reading.year_before),
            explained_cell(reading, name, now, reading.year),
            text_cell(signed(now, before)),
            text_cell(WORDS[word] if word else None),
            number_cell(change.nb_porteurs_constants, number(change.nb_porteurs_constants)) if change else BLANK,
        ),
    )


def _first(reading: Reading, series: Sequence[Series], pattern: str) -> str:
    clauses = load_phrases().patterns[pattern]
    return next((line for serie in series for line in speaker(reading, serie.indicateur).say(clauses)), "")
