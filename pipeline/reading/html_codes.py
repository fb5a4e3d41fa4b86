"""The text of a table -> the HTML codes in it, &eacute; or &#039;, with the characters that they stand for."""

from __future__ import annotations

import re
from pathlib import Path

from socle.words.damaged import ENTITY, TAG, character

_CODE = re.compile(ENTITY.encode())
_TAG = re.compile(TAG.encode())


def html_codes(path: Path) -> dict[str, str]:
    """Return {code: character} for the codes of a text in UTF-8, and {tag: space} for its tags; few files hold any."""
    found: set[bytes] = set()
    with path.open("rb") as file:
        for line in file:
            if b"&" in line:
                found.update(_CODE.findall(line))
            if b"</" in line or b"/>" in line or b"<br" in line:
                found.update(_TAG.findall(line))
    codes = sorted(code.decode(errors="ignore") for code in found)
    pairs = {code: " " if code.startswith("<") else character(code) for code in codes}
    return {code: text for code, text in pairs.items() if code != text}
