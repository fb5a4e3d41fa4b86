"""What a page or a document shows of one question: a table, the chart wanted of it, and every word that goes with it.

A renderer draws it as it is: each cell has its text, each state its words, each mark its sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from socle.words.states import FIGURE_STATES, SHOWN

ZERO, VALUE = "zero", "valeur"
NOTHING = "sans_objet"
STATES = (VALUE, ZERO, *(state for state in FIGURE_STATES if state != SHOWN), NOTHING)
"""What a cell may be. `sans_objet`: nothing is expected there, and its text is empty."""
CHARTS = ("barres", "barres_groupees", "barres_empilees", "courbe", "intervalle", "aucun")
"""Chart wanted: one bar a row, one a row and column, one stacked bar a column, a line along the rows (it stops where a
row is `broken`), a point between two bounds a row, or the table alone."""
ROLES = ("texte", "valeur", "bas", "haut", "repere", "base")
"""What a column is to a chart: a text, a value drawn, a bound of an interval, a mark beside (France), or a base."""


@dataclass(frozen=True)
class ExhibitCell:
    """One cell: what is written, and the number to draw."""

    text: str
    number: float | None = None
    """In the figure's unit; None where there is nothing to draw."""
    state: str = VALUE
    sign: str = ""
    """Of an answer to the référentiel: oui, non, partiel or absent, to be drawn beside its word."""
    explained: str | None = None
    """Name of the figure that `clas explain` tells about (« nb_actions/2019-2020/45 »), where the cell is one."""


BLANK = ExhibitCell("", None, NOTHING)


@dataclass(frozen=True)
class ExhibitColumn:
    """One column of a table, the first one (the row's label) apart."""

    key: str
    label: str
    role: str = VALUE


@dataclass(frozen=True)
class ExhibitRow:
    """One row of a table."""

    key: str
    label: str
    cells: tuple[ExhibitCell, ...]
    """One a column."""
    broken: bool = False
    """True when it does not compare with the row before: a line stops between the two."""


@dataclass(frozen=True)
class Exhibit:
    """One table or chart with its words, all in French and ready to show."""

    id: str
    """Stable: an anchor, a file name, a permalink."""
    number: str
    """« 3.2 »: its place in the chapter."""
    title: str
    chart: str
    unit: str
    """Of the numbers drawn: n, pct (a ratio 0 to 1), ratio, h, eur."""
    axis: str
    """What the numbers drawn count: « Part des actions », « Nombre d'enfants et de jeunes »."""
    row_label: str
    """Head of the first column."""
    columns: tuple[ExhibitColumn, ...]
    rows: tuple[ExhibitRow, ...]
    message: str
    """The sentence that it shows; "" when nothing may be said."""
    lecture: str
    """How to read one of its cells; "" when nothing may be said."""
    champ: str
    source: str
    n: str
    """How many answers it rests on, as a text."""
    alt: str
    """What it shows, for who does not see it; the table says the rest."""
    marks: tuple[str, ...] = ()
    """Provisional, fictitious…: what must be seen with it."""
    notes: tuple[str, ...] = ()
    """Breaks, cautions, hidden cells, rounding."""

    def __post_init__(self) -> None:
        wrong = [row.key for row in self.rows if len(row.cells) != len(self.columns)]
        if wrong or self.chart not in CHARTS:
            raise ValueError(f"figure {self.id}: chart {self.chart}, rows {wrong} do not fit the columns")

    def words(self) -> Iterator[tuple[str, str]]:
        """Yield (name, text) of what says how to read it: Lecture, Champ, Source, n."""
        named = (("Lecture", self.lecture), ("Champ", self.champ), ("Source", self.source), ("n", self.n))
        yield from ((name, text) for name, text in named if text)
