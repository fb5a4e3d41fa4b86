"""What the disclosure rule looks at: contributions, series, the sums of a figure, and what was decided of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.disclosure.combinations import Row

DEPARTEMENT, TYPE, ZONE, EPCI = "departement", "type_structure", "zonage", "epci"


BREAKDOWNS = (TYPE, ZONE, EPCI)


SENSITIVE = "X"


class Contribution(NamedTuple):
    """What one porteur declared for one action, in one series."""

    porteur: str
    action: str
    type_structure: str | None
    zonage: str | None
    epci: str | None
    numerateur: float
    denominateur: float | None


@dataclass(frozen=True)
class ProtectedSeries:
    """A protected series, as far as the rule looks at it."""

    id: str
    serie_de: str
    diffusion: str
    """E, F or X."""
    unite: str
    compte: str
    """What its numerator counts: two series that count the same thing bear the same name here."""
    base: str | None
    """What its denominator counts; None without one, or when that is public anyway."""
    breakdowns: tuple[str, ...] = (TYPE, ZONE)


class FigurePlace(NamedTuple):
    """The place of one figure in its département."""

    serie: str
    niveau: str
    code: str


@dataclass
class PublishedSums:
    """The sums that readers hold of each thing counted, in one département and campagne."""

    sums: dict[str, dict[Row, None]] = field(default_factory=dict)
    """{what is counted: sums}, in the order in which they came."""
    ratio_only: dict[str, tuple[Row, Row]] = field(default_factory=dict)
    """{what is counted: (numerator, denominator)} where it is only known through one average: see `_is_ratio_only`."""

    def of(self, counted: str) -> list[Row]:
        """Return the sums held of one thing."""
        return list(self.sums.get(counted, ()))

    def add(self, counted: str, row: Row) -> None:
        """Hold one more sum."""
        self.sums.setdefault(counted, {})[row] = None

    def copy(self) -> PublishedSums:
        """Return another that can be added to."""
        return PublishedSums({counted: dict(rows) for counted, rows in self.sums.items()}, dict(self.ratio_only))

    def has(self, counted: str, row: Row) -> bool:
        """Whether that sum is held already."""
        return row in self.sums.get(counted, ())


@dataclass(frozen=True)
class Sums:
    """One figure of a département with the parts of its sums."""

    cell: FigurePlace
    numerator: Row
    denominator: Row | None
    """None where there is none or it is public."""

    def sums(self, series: ProtectedSeries) -> Iterator[tuple[str, Row]]:
        """Yield (what is counted, its sum)."""
        yield series.compte, self.numerator
        if series.base is not None and self.denominator is not None:
            yield series.base, self.denominator


@dataclass
class Decision:
    """What the rule says of one département."""

    shown: dict[FigurePlace, Sums] = field(default_factory=dict)
    hidden: dict[FigurePlace, str] = field(default_factory=dict)
    """Why: peu_de_porteurs, domination, sensible, recoupement, complement or encadrement."""
    ratio_only: set[str] = field(default_factory=set)
    """Series shown as one average, that holds nothing exact."""


@dataclass(frozen=True)
class CandidateLine:
    """The figures of one place that are shown or hidden together: one, or the shares of a whole."""

    rank: int
    """Of its family: those that matter most first."""
    niveau: str
    code: str
    figures: tuple[tuple[ProtectedSeries, Sums], ...]
    left: tuple[str, Row] | None
    """What the hidden shares make together, and a name for it."""

    @property
    def sums(self) -> list[tuple[str, Row]]:
        """(What is counted, its sum), each once."""
        found = [pair for series, figure in self.figures for pair in figure.sums(series)]
        return list(dict.fromkeys([*found, *([self.left] if self.left else [])]))
