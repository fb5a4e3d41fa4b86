"""A text -> whether its accents were lost on the way, and the characters that its HTML codes stand for.

The patterns are read alike by Python and by DuckDB: pipeline/sql/macros.sql says the same of a cell.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache

_ASTRAY = (
    *(("cp1252", "utf-8"), ("latin-1", "utf-8"), ("mac_roman", "utf-8"), ("cp850", "utf-8")),
    *(("cp1252", "mac_roman"), ("cp1252", "cp850"), ("cp1252", "cp437"), ("cp850", "cp1252"), ("mac_roman", "cp1252")),
)
"""(read as, written as)."""
_TWICE = 2
_LOWER = "a-zà-öø-ÿœ"
_UPPER = "A-ZÀ-ÖØ-ÞŒ"
_LETTER = _LOWER + _UPPER
# The bytes 80 to BF, which follow the first one of a letter in UTF-8, as Windows-1252 and Latin-1 show them.
_SECOND = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_SIGNS = (
    "\ufffd",
    "[\u0080-\u009f]",
    # UTF-8 read as Windows-1252 (Ã©, Â«, â€™), by a Mac (√©), by DOS (├®).
    f"[ÃÂÅ][{_SECOND}]",
    "Ã(?:[ \n,.;:!?)]|$)",
    "Â(?:\n| [€%:;!?]|$)",
    "â[€‚]|ï¿½|ï»¿",
    "√[^ 0-9(]|‚Ä",
    "[\u2500-\u259f]",
    # A Mac's é, à, û, É, â, ô and ’ read by Windows.
    f"[{_LETTER}]Ž[{_LOWER}]|[{_LOWER}]Ž|Ž[b-df-hj-np-tv-xz]",
    f"ˆ|[ao]žt|[{_LETTER}][ƒ‰]|[ƒ‰][{_LETTER}]",
    f"[{_LOWER}][™Õ][{_LOWER}]|[A-Z]Õ[{_LOWER}]",
    # Windows' é, è, ê, ç, ô and à read by a Mac.
    f"[{_LOWER}]È(?:[^{_UPPER}]|$)|[A-Z][ÈË][{_LOWER}]|[{_LOWER}][ËÍÁÙ][{_LOWER}]",
    f"[{_LOWER}]‡|‡[{_LETTER}]",
    # The é, è and î of DOS read by Windows, and the é, è, à, ê of Windows read by DOS.
    f"[{_LETTER}]‚[^ ]|[{_LOWER}]‚|‚[{_LOWER}]|[{_LOWER}]Š[{_LOWER}]|aŒ[{_LOWER}]",
    f"[{_LOWER}]Ú(?:[^{_UPPER}]|$)|[A-Z]Ú[{_LOWER}]|[{_LOWER}][ÓÛ][{_LOWER}]|[{_LOWER}][Þþ]|[Þþ][{_LOWER}]",
    "[A-Za-z][ΘΦ]|[ΘΦ][a-z]",
    # Letters written as a mail, an address or a program writes them.
    "=C3=[89AB][0-9A-F]|%C3%[89AB][0-9A-F]|[\\\\]u00[c-fC-F][0-9a-fA-F]|[+]A[MNO][A-Za-z0-9+/]-",
)
DAMAGE = "|".join(_SIGNS)
"""What an accented letter becomes in a text read in another encoding than its own; none of it is French."""
LOST = f"[{_LETTER}][?][{_LOWER}]"
"""A question mark in a word, where a letter was."""
ADDRESS = "://|www[.]|[?][A-Za-z_]+=|@"
"""Where a question mark in a word is no letter lost."""
ENTITY = "&(?:amp;)*(?:#[0-9]{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,8}[0-9]{0,2});"
"""A character as HTML writes it: &eacute;, &#039;, and &amp;eacute; written twice."""
TAG = "</?(?:p|br|div|span|b|i|u|strong|em|ul|ol|li)(?: [^<>]*)?/?>"
"""What HTML writes around a text."""


def is_damaged(text: str) -> bool:
    """Return whether a text was read in another encoding than its own: « FÃ©dÃ©ration », « F?d?ration »."""
    return damaged_piece(text) != ""


def damaged_piece(text: str) -> str:
    """Return what shows that a text is damaged, « Ã© », or an empty text."""
    found = re.search(DAMAGE, text)
    if not found and not re.search(ADDRESS, text):
        found = re.search(LOST, text)
    return found[0] if found else ""


def without_html(text: str) -> str:
    """Return a text with the characters that its HTML codes stand for, and without its tags."""
    if "&" not in text and "<" not in text:
        return text
    return re.sub(TAG, " ", re.sub(ENTITY, lambda code: character(code[0]), text))


def character(code: str) -> str:
    """Return the character that an HTML code stands for, itself when it stands for none."""
    shorter = html.unescape(code)
    return shorter if shorter in (code, "&") else character(shorter)


@lru_cache(maxsize=1 << 12)
def undamaged(text: str) -> tuple[str, ...]:
    """Return what a text may have been before it was damaged, to be compared with what is known, never to be read."""
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
