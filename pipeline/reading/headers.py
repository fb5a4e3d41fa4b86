"""Headers as people write them -> the form in which they are compared, and one header out of two rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache

from socle.words.damaged import without_html

GROUP = " › "
"""Between the group (or the section) and the wording below it."""
# Before NFKC, which makes of an acute accent a space and an accent.
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛‚ʼʻʽʹˈˊˋ′‵´`\uff07\ua78b\ua78c", "'") | dict.fromkeys("“”„‟″〃", '"'))
_DASHES = "\u2212\u2043\u02d7"
"""Those that Unicode does not count among its dashes (Pd)."""


@lru_cache(maxsize=1 << 16)
def normalise_header(text: str) -> str:
    """Return a header in the form headers are compared in: what looks the same is the same.

    Case, spaces, closing marks, every apostrophe, dash and invisible character set aside, HTML entities read.
    """
    return GROUP.join(filter(None, (_piece(piece) for piece in without_html(text).split(GROUP.strip()))))


def compose(above: Sequence[str], below: Sequence[str], wanted: Collection[str]) -> tuple[str, ...]:
    """Return the header of each column out of two rows, in the way that `wanted` (normalised) knows, else in full.

    A group is merged over its columns: only the first of them holds its text.
    """
    headers, group = [], ""
    for position in range(max(len(above), len(below))):
        own = above[position] if position < len(above) else ""
        text = below[position] if position < len(below) else ""
        group = own or group
        # Grouped first, then alone: the group on its left may not be its own.
        readings = [f"{group}{GROUP}{text}" if group and text else group or text, text, own] if text else [own]
        known = [reading for reading in readings if reading and normalise_header(reading) in wanted]
        headers.append((known or readings)[0])
    return tuple(headers)


def _piece(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()
    seen = "".join(_shown(char) for char in folded)
    # A space may be missing before a mark, or after it.
    spaced = re.sub(r"\s*([?!:;])\s*", r"\1 ", re.sub(r"\s+", " ", seen))
    return spaced.strip(" :*\t")


def _shown(char: str) -> str:
    """A dash for each dash, a space for each space, nothing for what is not seen."""
    category = unicodedata.category(char)
    if category == "Pd" or char in _DASHES:
        return "-"
    if char.isspace() or category in ("Zs", "Zl", "Zp"):
        return " "
    return "" if category in ("Cc", "Cf", "Co", "Cn") else char
