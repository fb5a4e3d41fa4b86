"""national.yml as a dataclass: what a figure of France or of a région rests on, and which origin is retained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from socle.words.states import ORIGINS, STANDS_FOR


@dataclass(frozen=True)
class National:
    """What is declared of the figures above the département."""

    minimum_france: int
    """Départements that a figure of France rests on at least."""
    part_minimum_region: float
    """Share of the départements of a région that one of its figures rests on at least."""
    preference: tuple[str, ...]
    """Origins that are not fictitious, the one retained first."""

    def origins(self) -> Iterator[tuple[str, int, str]]:
        """Yield each origin, its rank and its French words; a fictitious one has the rank of what it stands for."""
        for origin, words in ORIGINS.items():
            yield origin, self.preference.index(STANDS_FOR.get(origin, origin)) + 1, words
