"""The words that go with a figure: champ, source, n, marks, notes, what it shows for who does not see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bilan.model.exhibit import ExhibitRow
from bilan.words.grammar import capital
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from bilan.words.terms import coverage, speaker
from socle.words.french import NARROW_SPACE, listing, number
from socle.words.states import COMPUTED, HIDDEN, ORIGINS, PUBLISHED, not_counted
from warehouse.figures.catalogue import Series

_CHART_NAMES = {
    "barres": "Graphique en barres",
    "barres_groupees": "Graphique en barres groupées",
    "barres_empilees": "Graphique en barres empilées",
    "courbe": "Courbe",
    "intervalle": "Graphique d'intervalles",
    "aucun": "Tableau",
}


def series_of(reading: Reading, names: Iterable[str]) -> list[Series]:
    """Return the series that these names stand for, a family for all of its own; unknown names stand for none."""
    matching: list[Series] = []
    for name in names:
        if name in reading.catalogue:
            matching.append(reading.catalogue[name])
        else:
            matching += [series for series in reading.catalogue.values() if series.serie_de == name]
    return matching


def base_noun(series: Series) -> str:
    """Return the noun of what the series is a share (or a mean) of."""
    bases = load_phrases().bases
    return next(bases[name] for name in (series.indicateur, series.serie_de, series.relation) if name in bases)


def champ(reading: Reading, series: Iterable[Series]) -> str:
    """Return whose answers are counted, where and when."""
    relations = list(dict.fromkeys(serie.relation for serie in series))
    names = [load_phrases().champs[relation] for relation in relations]
    return f"{listing(names)}, {reading.departement.dans}, {reading.year}"


def source(reading: Reading, series: Iterable[Series], *, france: bool = True) -> str:
    """Return what the figures are made from, France's last where it is shown."""
    figures = [reading.figures[serie.indicateur] for serie in series]
    own = [figure.source for figure in figures]
    theirs = [figure.source_france for figure in figures] if france and not reading.is_poorly_answered else []
    return f"{NARROW_SPACE}; ".join(dict.fromkeys(text for text in (*own, *theirs) if text))


def respondents(reading: Reading, series: Iterable[Series]) -> str:
    """Return how many answered: « 41 actions », « de 36 à 37 actions » and so on for each thing counted.

    And how many answers are set aside: « 38 actions ; 3 réponses à vérifier, non comptées ».
    """
    counts: dict[str, list[int]] = {}
    for serie in series:
        answered = reading.figures[serie.indicateur].nb_repondants
        if answered and reading.quantity(serie.indicateur):
            counts.setdefault(load_phrases().bases[serie.relation], []).append(answered)
    nouns = load_phrases().nouns
    answered_text = listing([
        nouns[noun].counted(answers[0])
        if min(answers) == max(answers)
        else f"de {number(min(answers))} à {nouns[noun].counted(max(answers))}"
        for noun, answers in counts.items()
    ])  # fmt: skip
    return f"{NARROW_SPACE}; ".join(filter(None, (answered_text, set_aside(reading, series))))


def set_aside(reading: Reading, series: Iterable[Series]) -> str:
    """Return « 3 réponses à vérifier, non comptées », « 1 à 3 réponses… » where the figures differ; "" when none is."""
    numbers = [reading.figures[serie.indicateur].nb_ecartees or 0 for serie in series]
    most, least = max(numbers, default=0), min((n for n in numbers if n), default=0)
    if not most:
        return ""
    return not_counted(most) if most == least else f"de {least} à {not_counted(most)}"


def marks(reading: Reading) -> tuple[str, ...]:
    """Return provisional or adopted, fictitious."""
    return speaker(reading).say(load_phrases().patterns["marques"])


def origins(reading: Reading, series: Sequence[Series]) -> tuple[str, ...]:
    """Return which figures of the département are published, and whether others are computed; fictitious is a mark."""
    named: dict[str, list[str]] = {}
    for serie in series:
        named.setdefault(reading.figures[serie.indicateur].origine or "", []).append(serie.libelle_court)
    published = named.get(PUBLISHED, [])
    sources = []
    if published:
        listed = f"{capital(ORIGINS[PUBLISHED])}{NARROW_SPACE}: {listing(published)}"
        sources.append("Chiffres publiés" if len(named) == 1 else listed)
    if COMPUTED in named:
        sources.append(capital(ORIGINS[COMPUTED]))
    return tuple(sources)


def lecture(reading: Reading, series: Sequence[Series]) -> str:
    """Return how to read the first figure that has a number; "" when none has."""
    return _first_said(reading, series, "lecture")


def message(reading: Reading, series: Sequence[Series]) -> str:
    """Return what is declared of the first series that has its pattern and can be said; else its figure.

    Of a family that has no pattern, the largest share is said. "" when nothing can be.
    """
    patterns = load_phrases().patterns
    for serie in series:
        if said := speaker(reading).say(patterns.get(serie.indicateur, patterns.get(serie.serie_de, ()))):
            return " ".join(said)
    return _first_said(reading, _largest_first(reading, series), "message")


def alt(chart: str, title: str, what: str, sentence: str) -> str:
    """Return what the figure shows, in a line or two."""
    return " ".join(part for part in (f"{_CHART_NAMES[chart]}. {title}, {what}.", sentence) if part)


def notes(
    reading: Reading, series: Sequence[Series], rows: Sequence[ExhibitRow], *, whole: bool = False
) -> tuple[str, ...]:
    """Return breaks, France's coverage, figures quoted, hidden cells, rounding and cautions; each once."""
    lines = [
        *_breaks(reading, series),
        *_france(reading, series),
        *_hidden(reading, rows),
        *(_rounding(reading, series) if whole else ()),
        *(serie.prudence for serie in series if serie.prudence),
    ]
    return tuple(dict.fromkeys(lines))


def _largest_first(reading: Reading, series: Sequence[Series]) -> Sequence[Series]:
    if len({serie.serie_de for serie in series}) > 1 or not series[0].modalite:
        return series
    return sorted(series, key=lambda serie: -(reading.figures[serie.indicateur].valeur or 0))


def _first_said(reading: Reading, series: Sequence[Series], pattern: str) -> str:
    clauses = load_phrases().patterns[pattern]
    return next((line for serie in series for line in speaker(reading, serie.indicateur).say(clauses)), "")


def _breaks(reading: Reading, series: Sequence[Series]) -> Iterator[str]:
    if reading.year_before not in reading.years:
        return
    for serie in series:
        if reading.broken(serie.indicateur):
            yield from speaker(reading, serie.indicateur).say(load_phrases().patterns["note_rupture"])
        elif reading.is_disturbed(serie.indicateur):
            years = (reading.campagne, reading.years[reading.year_before])
            yield next(year.contexte for year in years if year.contexte)


def coverage_notes(reading: Reading, series: Sequence[Series]) -> list[str]:
    """Return how many départements the figures of France come from."""
    covered = {coverage(reading.figures[serie.indicateur].couverture_france) for serie in series}
    pattern = load_phrases().patterns["note_couverture"]
    return [
        line
        for text in sorted(text for text in covered if text)
        for line in speaker(reading, more={"couverture": text}).say(pattern)
    ]


def _france(reading: Reading, series: Sequence[Series]) -> Iterator[str]:
    patterns = load_phrases().patterns
    if reading.is_poorly_answered:
        yield from speaker(reading).say(patterns["note_faible"])
        return
    yield from coverage_notes(reading, series)
    quoted = [line for serie in series for line in speaker(reading, serie.indicateur).say(patterns["note_citee"])]
    yield from quoted
    if not quoted and not any(reading.france(serie.indicateur) for serie in series):
        for serie in series:
            yield from speaker(reading, serie.indicateur).say(patterns["sans_france"])


def _hidden(reading: Reading, rows: Sequence[ExhibitRow]) -> tuple[str, ...]:
    count = sum(cell.state == HIDDEN for row in rows for cell in row.cells)
    return speaker(reading, more={"masquees": count}).say(load_phrases().patterns["note_masquees"]) if count else ()


def _rounding(reading: Reading, series: Sequence[Series]) -> tuple[str, ...]:
    return speaker(reading).say(load_phrases().patterns["note_arrondis"])
