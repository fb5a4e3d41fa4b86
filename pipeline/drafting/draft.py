"""An export never seen -> the draft of its format: what is sure is filled, the rest is left to a person."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.codebook.model import Codebook, Format
from pipeline.drafting.cell_profile import CellProfile
from pipeline.drafting.columns import ColumnMatcher, DraftColumn
from pipeline.drafting.extend import extend
from pipeline.drafting.tables import DraftTable, whole_tables
from pipeline.reading.recognise import RECOGNISED_SHARE, nearest_format, recognise
from pipeline.reading.text_tables import TextTable
from pipeline.staging.process import Reader
from socle.words.refusal import Refusal

_DRAFTED = ("format_inconnu", "entetes_inconnus", "brouillon_incomplet")
_IDS = {"reponse": "export", "agrement": "agrements", "synthese_nationale": "synthese"}


@dataclass(frozen=True)
class Known:
    """A file that is recognised as it stands: the labels of its formats."""

    formats: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """The format that a file calls for."""

    id: str
    campagne: str
    tables: tuple[DraftTable, ...]
    """The main one first; of a format that extends another, those only that differ."""
    left_out: tuple[str, ...]
    """Sheets that are not read."""
    etend: Format | None
    """The format that it completes."""
    incomplet: Refusal | None
    """Set when a draft that waits is there already for this file."""

    @property
    def grain(self) -> str | None:
        """What a row of the returns describes: an action when it has a number."""
        main = self.tables[0]
        if main.nature != "reponse":
            return None
        asked = {p.variable for c in main.colonnes for p in c.proposals[:1] if c.waits}
        return "action" if "action_id" in asked | {c.variable for c in main.colonnes} else "structure"

    @property
    def without_status(self) -> bool:
        """Whether nothing in an export of returns may say that one is validated, or not."""
        columns = [column for table in self.tables for column in table.colonnes]
        named = {column.variable for column in columns} | {p.variable for column in columns for p in column.proposals}
        return self.tables[0].nature == "reponse" and self.etend is None and "statut_reponse" not in named

    @property
    def sure(self) -> int:
        """How many headers of the file are known or plain."""
        plain = [c for table in self.tables for c in table.colonnes if not c.waits and c.cells]
        return len(plain) + sum(table.connus for table in self.tables)

    @property
    def waiting(self) -> tuple[tuple[str | None, DraftColumn], ...]:
        """(part, column) of each header that awaits an answer."""
        return tuple((table.partie, column) for table in self.tables for column in table.colonnes if column.waits)


def draft(
    path: Path, fichier: str, campagne: str, codebook: Codebook, departements: Sequence[str] = ()
) -> Draft | Known:
    """Return the draft of the format of a file; raise Refusal when it cannot be read, or has no header."""
    with tempfile.TemporaryDirectory(prefix="clas-brouillon-") as workspace, Reader() as reader:
        tables = reader.tables(path, fichier, Path(workspace))
        refusal = None
        try:
            known = recognise(tables, codebook.formats_for(campagne), campagne)
            return Known(tuple(dict.fromkeys(item.format.libelle for item in known)))
        except Refusal as error:
            if error.code not in _DRAFTED:
                raise
            refusal = error if error.code == "brouillon_incomplet" else None
        return _draft(tables, campagne, codebook, ColumnMatcher(codebook, CellProfile(codebook, departements)), refusal)


def _draft(
    tables: Sequence[TextTable], campagne: str, codebook: Codebook, matcher: ColumnMatcher, refusal: Refusal | None
) -> Draft:
    # A draft left unanswered is no known format, be it this file's.
    waiting = {fmt.id for fmt in codebook.formats if fmt.waiting}
    known = [fmt for fmt in codebook.formats if fmt.id not in waiting]
    nearest = nearest_format(tables, known, campagne)
    if nearest and nearest[2] >= RECOGNISED_SHARE:
        formats = [fmt for fmt in known if fmt.id == nearest[1].id]
        drafted, left_out = extend(tables, formats, matcher)
        # The sheets of an export saved one by one are joined by the id of their format: they must keep the same.
        apart = len(formats) > 1 and len(tables) == 1 and formats[0].disposition != "fiche"
        name = formats[0].id if apart else f"{formats[0].id}-en-{campagne}"
        return Draft(name, campagne, tuple(drafted), tuple(left_out), formats[0], refusal)
    drafted, left_out = whole_tables(tables, matcher)
    name = f"{_IDS[drafted[0].nature]}-{campagne}"
    return Draft(name, campagne, tuple(drafted), tuple(left_out), None, refusal)
