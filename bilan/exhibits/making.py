"""The parts that every figure is put together from."""

from __future__ import annotations

from collections.abc import Sequence

from bilan.model.exhibit import Exhibit, ExhibitColumn, ExhibitRow
from bilan.words import wording
from bilan.words.declared import DeclaredFigure
from bilan.words.grammar import de
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from warehouse.figures.catalogue import Series


def exhibit(
    reading: Reading,
    declared: DeclaredFigure,
    number: str,
    series: Sequence[Series],
    columns: Sequence[ExhibitColumn],
    rows: Sequence[ExhibitRow],
    *,
    row_label: str,
    chart: str = "aucun",
    axis: str = "",
    message: str = "",
    lecture: str = "",
    champ: str | None = None,
    source: str | None = None,
    n: str | None = None,
    notes: Sequence[str] = (),
) -> Exhibit:
    """Return the figure, the words of its series being those of what is not given."""
    where = f"{reading.departement.dans}, {reading.year}"
    return Exhibit(
        id=declared.id,
        number=number,
        title=declared.titre,
        chart=chart,
        unit=series[0].unite if series else "n",
        axis=axis,
        row_label=row_label,
        columns=tuple(columns),
        rows=tuple(rows),
        message=message,
        lecture=lecture,
        champ=wording.champ(reading, series) if champ is None else champ,
        source=wording.source(reading, series) if source is None else source,
        n=wording.respondents(reading, series) if n is None else n,
        alt=wording.alt(chart, declared.titre, where, message),
        marks=(*wording.marks(reading), *wording.origins(reading, series)),
        notes=tuple(dict.fromkeys(notes)),
    )


def axis_of(series: Series) -> str:
    """Return what the numbers count: « Part d'actions », « Moyenne par collectif », « Euros »."""
    noun = load_phrases().nouns[wording.base_noun(series)]
    if series.unite == "pct":
        return f"Part {de(noun.many)}"
    return {"eur": "Euros", "h": "Heures", "n": "Nombre"}.get(series.unite, f"Moyenne par {noun.one}")


def one_unit(series: Sequence[Series]) -> bool:
    """Return whether they can be drawn together."""
    return len({serie.unite for serie in series}) == 1
