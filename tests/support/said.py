"""A document -> what it says, without what depends on a library: a text to compare with that of an earlier version.

`python -m tests.support.said` writes tests/fixtures/gels_v1/dit again, once documents say otherwise on purpose.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from bilan.frozen import CONTENT
from bilan.model.content_json import from_json
from bilan.render import render
from socle.settings import PROJECT_ROOT
from tests.support.documents import loose, text_of
from tests.support.office import sheets

KEPT = PROJECT_ROOT / "tests" / "fixtures" / "gels_v1"
"""Kept bilans as the program wrote them when their form bore no number: etat/gels of a data folder."""
SAID = KEPT / "dit"
OFFICE = ("docx", "xlsx", "pptx")
_PARTS = re.compile(
    r"word/(document|header\d*|footer\d*)\.xml|ppt/(slides/slide|notesSlides/notesSlide|charts/chart)\d+\.xml"
)


def said(document: bytes, suffix: str) -> str:
    """Return all that it says, charts and notes too, a line a text; of a PDF, on one line without spaces."""
    if suffix == "pdf":
        with TemporaryDirectory() as folder:
            return loose(text_of(document, Path(folder)))
    lines = _cells(document) if suffix == "xlsx" else _texts(document)
    return "".join(f"{line}\n" for line in lines)


def _cells(document: bytes) -> Iterator[str]:
    for name, rows in sheets(document).items():
        yield from (name, *(json.dumps(row, ensure_ascii=False) for row in rows))


def _texts(document: bytes) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(document)) as parts:
        for name in sorted(filter(_PARTS.fullmatch, parts.namelist())):
            texts = (text.strip() for text in ElementTree.fromstring(parts.read(name)).itertext())
            yield from (name, *filter(None, texts))


def main() -> None:
    """Write what the kept bilans say today."""
    for path in KEPT.glob(f"*/{CONTENT}"):
        for suffix in OFFICE:
            text = said(render(from_json(path.read_bytes()), suffix), suffix)
            (SAID / f"{path.parent.name}.{suffix}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
