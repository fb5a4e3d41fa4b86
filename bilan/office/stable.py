"""What the three documents of an office suite have in common: texts that XML can hold, bytes that do not change."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from bilan.model.exhibit import Exhibit
from bilan.print.printable import MARK, Printable

LANGUAGE = "fr-FR"
_EPOCH = (1980, 1, 1, 0, 0, 0)
# What XML cannot hold, and lone halves of characters; a tab becomes a space and any line end is one.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_WRITTEN, _NEVER = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), b"1980-01-01T00:00:00Z"


class Legible(Printable):
    """Makes texts that any office suite opens: its fonts draw what they can, a control character becomes a mark."""

    def __call__(self, text: str) -> str:
        """Return the text, each character that XML cannot hold being a hollow square."""
        text, replaced = _UNWRITABLE.subn(MARK, _LINE_ENDS.sub("\n", text).replace("\t", " "))
        self.replaced += replaced
        return text


def told(figure: Exhibit) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of all that stands under a figure: its words, its notes, then its marks."""
    yield from figure.words()
    yield from (("Note", note) for note in figure.notes)
    yield from (("Mention", mark) for mark in figure.marks)


def stable(document: bytes) -> bytes:
    """Return the same parts, in the same order, dated alike: the same content gives the same bytes.

    The workbooks inside too: the library that writes them puts the current time in them.
    """
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            named = zipfile.ZipInfo(part.filename, _EPOCH)
            named.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(named, _undated(part.filename, source.read(part)))
    return out.getvalue()


def _undated(name: str, part: bytes) -> bytes:
    if not name.endswith(".xlsx"):
        return part
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(part)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for inner in source.infolist():
            read = source.read(inner)
            dated = inner.filename == "docProps/core.xml"
            target.writestr(zipfile.ZipInfo(inner.filename, _EPOCH), _WRITTEN.sub(_NEVER, read) if dated else read)
    return out.getvalue()
