"""Typst, held ready: its fonts are read once, its templates see data as data and never run a text as markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from bilan.print.printable import FONTS

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "typeset"
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
"""Archived and accessible: Typst refuses to write what does not keep both."""
_one_at_a_time = Lock()


def typeset(
    template: str,
    data: Mapping[str, Any],
    to: Literal["pdf", "png"],
    built: datetime | None = None,
    ppi: float | None = None,
) -> bytes:
    """Return the template (a file of typeset/) filled with data: a PDF dated `built`, or the one page of a picture.

    Texts of the data must be printable (bilan.print.printable): a character that no font draws is refused by the
    standards.
    """
    with _one_at_a_time:
        made = _compiler().compile(
            TEMPLATES / template,
            format=to,
            ppi=ppi,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=STANDARDS if to == "pdf" else [],
            timestamp=int(built.timestamp()) if built else None,
        )
    if not isinstance(made, bytes):
        raise ValueError(f"{template}: {len(made or ())} pages where one was awaited")
    return made


@cache
def _compiler() -> typst.Compiler:
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(root=TEMPLATES, font_paths=fonts)
