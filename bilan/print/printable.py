"""Any text -> one that the fonts of the documents can draw: a character that no font has becomes a counted mark."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from socle.settings import PROJECT_ROOT

FONTS = PROJECT_ROOT / "bilan" / "fonts"
MARK = "\u25a1"
"""A hollow square stands where a character cannot be drawn."""
_LONGEST = 24
"""Letters on end that a narrow column may hold; after them a line may be cut anywhere."""
_BREAK = "\u200b"
_BREAKS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "}
)
# What joins, orders or colours other characters and draws nothing: without them the text reads the same.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]")
_ALONG = re.compile(rf"[^\s/\u2010-\u2015-]{{{_LONGEST + 1},}}")


class Printable:
    """Makes texts printable and counts what it had to replace."""

    def __init__(self) -> None:
        self.replaced = 0
        """Characters that became a mark."""

    def __call__(self, text: str) -> str:
        """Return the text, composed, without what draws nothing; unbroken runs of letters may be cut."""
        if text.isascii() and text.isprintable():
            return _cuttable(text)
        text = _UNSEEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_BREAKS)))
        return _cuttable("".join(self._drawn(text)))

    def _drawn(self, text: str) -> Iterable[str]:
        base: frozenset[int] = frozenset()
        for character in text:
            fonts = drawn_by(character)
            # A mark that goes over a letter is drawn by the font of that letter, or not at all.
            joined = fonts & base if unicodedata.category(character) in ("Mn", "Me") else fonts
            if character == "\n":
                yield character
            elif joined:
                base = joined
                yield character
            else:
                base = frozenset()
                self.replaced += 1
                yield MARK


def shortened(text: str, letters: int) -> str:
    """Return the text, ended by « … » when it is longer than that."""
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"


@cache
def drawn_by(character: str) -> frozenset[int]:
    """Return the ranks of the fonts that draw a character; none if control, surrogate, private or unassigned."""
    if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn"):
        return frozenset()
    code = ord(character)
    return frozenset(
        rank for rank, ranges in enumerate(_coverage()) if any(low <= code <= high for low, high in ranges)
    )


@cache
def _coverage() -> list[list[tuple[int, int]]]:
    """By font, the ranges that coverage.txt says; the italic letters are those of the roman."""
    lines = (FONTS / "coverage.txt").read_text(encoding="ascii").splitlines()
    return [[(int(low, 16), int(high, 16)) for low, high in map(_split, line.split()[1:])] for line in lines]


def _split(ends: str) -> tuple[str, str]:
    low, _, high = ends.partition("-")
    return low, high


def _cuttable(text: str) -> str:
    return _ALONG.sub(lambda run: _BREAK.join(run.group()), text)
