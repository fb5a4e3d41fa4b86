"""A name that is not known -> the known one that it looks most like, to be proposed in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_ALIKE = 0.6


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name nearest to `name`, None when none is near."""
    found = get_close_matches(name, sorted(known), n=1, cutoff=_ALIKE)
    return found[0] if found else None
