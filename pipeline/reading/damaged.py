"""A text whose accents were damaged on the way -> the texts that it may have been: to be recognised, never to be read.

UTF-8 read as Windows-1252 (« Ã© », « â€™ »), maybe twice; a Mac's or DOS's bytes read as Windows-1252 (« NumŽro »).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_ASTRAY = (
    *(("cp1252", "utf-8"), ("latin-1", "utf-8"), ("mac_roman", "utf-8"), ("cp850", "utf-8")),
    *(("cp1252", "mac_roman"), ("cp1252", "cp850"), ("cp1252", "cp437"), ("cp850", "cp1252"), ("mac_roman", "cp1252")),
)
"""(read as, written as)."""
_TWICE = 2
# What UTF-8 leaves behind when it is read as Windows-1252: no French word is written so.
_CONTINUED = "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]"
_SIGNS = re.compile(f"[\u00c3\u00c2]{_CONTINUED}|\u00e2\u20ac.|\u00c5\u201c|\ufffd")


def shows_damage(text: str) -> bool:
    """Return whether a text bears what no French text does: « Ã© », « â€™ », �."""
    return bool(_SIGNS.search(text))


@lru_cache(maxsize=1 << 12)
def undamaged(text: str) -> tuple[str, ...]:
    """Return what a text may have been before its accents were damaged; nothing for one without accents."""
    return tuple(dict.fromkeys(_readings(text, _TWICE))) if not text.isascii() else ()


def _readings(text: str, depth: int) -> Iterator[str]:
    for read_as, written_as in _ASTRAY if depth else ():
        try:
            reading = text.encode(read_as).decode(written_as)
        except UnicodeError:
            continue
        if reading != text:
            yield reading
            # Only UTF-8 is seen to be damaged twice.
            yield from _readings(reading, depth - 1) if written_as == "utf-8" else ()
