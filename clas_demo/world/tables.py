"""Rows and tables of the fictitious files, and where each of their cells stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clas_demo.world.model import Value


@dataclass
class Record:
    """One record: its cells, and the canonical values they were written from."""

    cells: list[str]
    values: Mapping[str, Value] = field(default_factory=dict)
    regle: str | None = None
    """Code of the anomaly that the row as a whole is there to cause."""
    fichier: str = ""
    """File it goes to, when a table is spread over several."""
    feuille: str = ""
    """Its sheet, when each row has its own."""
    typed: set[int] = field(default_factory=set)
    """Positions of the cells that hold a text, whatever it looks like."""

    @property
    def key(self) -> str:
        """What the row is about: two rows of one key are of one return, or of one indicator."""
        return str(next((v for n in ("action_id", "porteur_id", "indicateur") if (v := self.values.get(n))), ""))


@dataclass
class Table:
    """The rows of one kind that the files of a campagne hold, under one header."""

    headers: list[str]
    variables: list[str | None]
    """Variable each column answers, None for an ignored column."""
    rows: list[Record]
    header_line: int = 1
    """Line of the header, or of its last line."""
    header_rows: int = 1
    feuille: str = ""
    partie: str | None = None
    cle: str | None = None
    """Variable by which its rows are joined to their returns."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """In a fiche, the line of each variable."""

    def line(self, row: Record, variable: str = "") -> int:
        """Return the line of a row, or of its answer to `variable` in a fiche, as a spreadsheet shows it."""
        if variable in self.lines:
            return self.lines[variable]
        beside = (other for other in self.rows if (other.fichier, other.feuille) == (row.fichier, row.feuille))
        return self.header_line + 1 + next(i for i, other in enumerate(beside) if other is row)

    def column(self, variable: str) -> int:
        """Return the position of the column that answers `variable`."""
        return self.variables.index(variable)
