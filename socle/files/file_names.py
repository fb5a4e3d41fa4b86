"""A text -> a file's name that any system takes."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80


def file_name(text: str) -> str:
    """Return small letters, figures and hyphens; never empty nor longer than LONGEST."""
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe")).encode("ascii", "ignore")
    words = re.findall(r"[a-z0-9]+", letters.decode("ascii").lower())
    return "-".join(words)[:LONGEST].strip("-") or "document"
