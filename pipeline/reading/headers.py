"""Headers as people write them -> the form in which they are compared, and one header out of two rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache

GROUP = " › "
"""Between the group (or the section) and the wording below it."""


@lru_cache(maxsize=1 << 16)
def normalise_header(text: str) -> str:
    """Return a header in the form headers are compared in: case, spaces, apostrophes and closing marks set aside."""
    return GROUP.join(filter(None, (_piece(piece) for piece in text.split(GROUP.strip()))))


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
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("`", "'")
    return re.sub(r"\s+", " ", folded).strip(" :*\t")
