"""The content of a document -> PDF, archived (PDF/A-2a) and accessible (PDF/UA-1) at once."""

from __future__ import annotations

import re

from bilan.model.content import BILAN, Content
from bilan.print.document_data import document
from bilan.print.typesetting import typeset

_SHEET = 2
"""Pages of a synthèse: both sides of one sheet."""
_SIZES = (9.4, 8.8, 8.2)
"""Points of its letters: the first with which it holds on its sheet."""
_PAGE = re.compile(rb"/Type\s*/Page\b")


def render_pdf(content: Content) -> bytes:
    """Return the PDF: the bilan with its table of contents, or a synthèse on both sides of one sheet.

    The same content gives the same bytes. The first one takes a little longer: it reads the fonts. A synthèse that does
    not hold on one sheet, its letters being as small as they may, takes the pages that it needs.
    """
    data = document(content)
    if content.kind == BILAN:
        return typeset("bilan.typ", data, "pdf", content.built)
    made = b""
    for size in _SIZES:
        made = typeset("synthese.typ", {**data, "size": size}, "pdf", content.built)
        if len(_PAGE.findall(made)) <= _SHEET:
            break
    return made
