"""The content of a document -> PDF, archived (PDF/A-2a) and accessible (PDF/UA-1) at once."""

from __future__ import annotations

from bilan.content import BILAN, Content
from bilan.pdf_data import document
from bilan.typesetting import typeset


def render_pdf(content: Content) -> bytes:
    """Return the PDF: the bilan with its table of contents, or a synthèse or a fiche on both sides of one sheet.

    The same content gives the same bytes. A second one takes less time than the first, which reads the fonts.
    """
    template = "bilan.typ" if content.kind == BILAN else "synthese.typ"
    return typeset(template, document(content), "pdf", content.built)
