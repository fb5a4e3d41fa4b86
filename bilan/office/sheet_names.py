"""Any title -> the name of a sheet: at most 31 letters, none that spreadsheets refuse, no two alike."""

from __future__ import annotations

import re

LONGEST = 31
_REFUSED = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class SheetNames:
    """Names the sheets of one workbook."""

    def __init__(self) -> None:
        # Excel keeps this one for itself, in every language.
        self._taken = {"history", "historique"}

    def __call__(self, title: str) -> str:
        """Return a name that no sheet has yet, cut at the end of a word where it can be."""
        name = " ".join(_REFUSED.sub(" ", title).split()).strip("'") or "Feuille"
        name, rank = _cut(name, LONGEST), 1
        while name.lower() in self._taken:
            rank += 1
            name = f"{_cut(name, LONGEST - len(f' ({rank})'))} ({rank})"
        self._taken.add(name.lower())
        return name


def _cut(name: str, letters: int) -> str:
    while _units(name) > letters:
        shorter, space, _ = name.rpartition(" ")
        name = shorter if space and _units(shorter) > letters // 2 else name[:-1]
    return name.strip("' ")


def _units(name: str) -> int:
    """An emoji counts for two."""
    return len(name.encode("utf-16-le")) // 2
