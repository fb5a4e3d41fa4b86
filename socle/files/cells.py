"""Values -> cells of the CSV and XLSX that leave: a spreadsheet shows them and never runs them, and they read back.

Every writer of such a file goes through here (DuckDB's own through `socle.files.sqltext.safe_cell`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

# A spreadsheet takes a text that starts with one of these for a formula; the full-width forms are folded to them.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FORMULA = "^'*[" + "".join(FORMULA_STARTS).replace("-", r"\-") + "]"
"""The same as a regular expression, for DuckDB: what `safe_cell` prefixes."""
LONGEST_IN_A_SHEET = 32_767
_CUT = "… (suite dans le CSV)"
# What XML cannot hold, or readers give back in several ways.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


class Target(Protocol):
    """What texts can be written to."""

    def write(self, text: str, /) -> object:
        """Write a text."""


class NumberText(str):
    """A number as some reader wants it written (-12,5): its minus makes no formula of it."""


def safe_cell(value: object) -> object:
    """Return `value`, a text that would run as a formula being prefixed by an apostrophe; numbers stay numbers."""
    # Apostrophes already there are looked through, so that one that is taken away is exactly the one added here.
    if isinstance(value, str) and not isinstance(value, NumberText) and value.lstrip("'").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def sheet_cell(value: object) -> object:
    """Return a safe cell that any workbook can hold and any reader gives back.

    A character that shows nothing is replaced by U+FFFD, line ends are made alike, and what exceeds the longest text
    that a cell may hold is said to go on in the CSV.
    """
    if not isinstance(value, str):
        return value
    text = str(safe_cell(_UNWRITABLE.sub("\ufffd", re.sub(r"\r\n?", "\n", value))))
    return text if len(text) <= LONGEST_IN_A_SHEET else text[: LONGEST_IN_A_SHEET - len(_CUT)] + _CUT


def write_csv(target: Target, rows: Iterable[Sequence[object]], delimiter: str = ",", end: str = "\n") -> None:
    """Write rows of safe cells, empty for None; what any reader takes for a line end is in quotes."""
    # The module leaves a lone return out of quotes unless it is part of the line end.
    writer = csv.writer(_Lines(target, end), delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([safe_cell(value) for value in row] for row in rows)


class _Lines:
    """Gives each row that a csv.writer writes another line end."""

    def __init__(self, target: Target, end: str) -> None:
        self._target = target
        self._end = end

    def write(self, row: str) -> object:
        return self._target.write(row.removesuffix("\r\n") + self._end)
