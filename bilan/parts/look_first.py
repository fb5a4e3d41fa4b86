"""« À regarder d'abord »: what the référentiel asks, the largest change, the largest gap with France. Fixed rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bilan.words.numbers import Quantity, gap_size
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from bilan.words.terms import speaker
from warehouse.figures.catalogue import Series

AT_MOST = 3
"""Lines of what is declared most, and of what is declared least."""


@dataclass(frozen=True)
class LookFirst:
    """Facts, without judgement; a rule that has nothing to say leaves no line."""

    most_declared: tuple[str, ...]
    """What the référentiel asks and the most actions (or collectifs) declare."""
    least_declared: tuple[str, ...]
    """What it asks and the fewest declare, the fewest first; never one of the above."""
    change: str | None
    """The largest change à champ constant among the indicators of L'essentiel, where it passes the threshold."""
    france: str | None
    """The largest gap with France, the same year, where it passes the threshold."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The three lines of the first page: what is least declared, the change, the gap."""
        return tuple(line for line in (*self.least_declared[:1], self.change, self.france) if line)


def look_first(reading: Reading) -> LookFirst:
    """Return what to look at first in that year."""
    asked = _asked(reading)
    half = len(asked) // 2
    referentiel = load_phrases().referentiel

    def said(indicateurs: list[str], answer: str) -> tuple[str, ...]:
        return tuple(
            sentence
            for indicateur in indicateurs
            for sentence in speaker(reading, indicateur).say([referentiel[indicateur][answer]])
        )

    # `most` omits what nobody declares, `least` what all declare.
    most = [name for name, quantity in reversed(asked[-half:] if half else []) if quantity.numerator]
    least = [name for name, quantity in asked[: len(asked) - half] if quantity.missing.numerator]
    return LookFirst(
        most_declared=said(most[:AT_MOST], "oui"),
        least_declared=said(least[:AT_MOST], "non"),
        change=_largest(reading, "evolution", dict(_changes(reading))),
        france=_largest(reading, "ecart_france", dict(_gaps(reading))),
    )


def _asked(reading: Reading) -> list[tuple[str, Quantity]]:
    """What the référentiel asks and whose sums are told, the least declared first."""
    quantities = [(name, reading.quantity(name)) for name in load_phrases().referentiel]
    said = [(name, quantity) for name, quantity in quantities if quantity and quantity.said and quantity.denominator]
    return sorted(said, key=lambda pair: pair[1].value or 0)


def _compared(reading: Reading) -> Iterator[tuple[str, Series]]:
    """What L'essentiel shows of what the returns declare."""
    for name, series in reading.catalogue.items():
        if series.ou == "essentiel" and series.famille != "collecte" and not series.est_agree:
            yield name, series


def _changes(reading: Reading) -> Iterator[tuple[str, float]]:
    names = speaker(reading).terms
    for name, _ in _compared(reading):
        now, before = names(f"{name}.constant"), names(f"{name}.constant_avant")
        if isinstance(now, Quantity) and isinstance(before, Quantity):
            yield name, gap_size(now, before, reading.rules)


def _gaps(reading: Reading) -> Iterator[tuple[str, float]]:
    names = speaker(reading).terms
    for name, series in _compared(reading):
        own, france = names(name), names(f"{name}.france")
        # The total of a département is not to be set beside that of France.
        if series.est_un_quotient and isinstance(own, Quantity) and isinstance(france, Quantity):
            yield name, gap_size(own, france, reading.rules)


def _largest(reading: Reading, pattern: str, sizes: dict[str, float]) -> str | None:
    largest = max(sizes, key=lambda name: sizes[name], default=None)
    if largest is None or sizes[largest] < 1:
        return None
    return next(iter(speaker(reading, largest).say(load_phrases().patterns[pattern])), None)
