"""A Content -> the bytes of a document, by the renderer that its suffix names, imported when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from bilan.model.content import BILAN, Content
from socle.files.file_names import file_name


@dataclass(frozen=True)
class Kind:
    """One kind of document."""

    suffix: str
    room: str
    """Folder of bilan where its renderer is."""
    label: str
    mime: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.suffix: kind
    for kind in (
        Kind("pdf", "print", "PDF, à imprimer et à archiver", "application/pdf"),
        Kind("docx", "office", "Word, à compléter", f"{_OFFICE}.wordprocessingml.document"),
        Kind("xlsx", "office", "Excel, les tableaux", f"{_OFFICE}.spreadsheetml.sheet"),
        Kind("pptx", "office", "PowerPoint, à projeter", f"{_OFFICE}.presentationml.presentation"),
    )
}
"""{suffix: kind of document}."""


def render(content: Content, suffix: str) -> bytes:
    """Return the document; the same content gives the same bytes. KeyError for a suffix that is none of KINDS."""
    kind = KINDS[suffix]
    module = import_module(f"bilan.{kind.room}.{kind.suffix}")
    rendered: bytes = getattr(module, f"render_{kind.suffix}")(content)
    return rendered


def document_name(content: Content, suffix: str) -> str:
    """Return how its file is called: « bilan-clas-45-2019-2020-diffusion.pdf »."""
    place = f"{content.departement}-{content.campagne}"
    if content.kind == BILAN:
        return f"bilan-clas-{place}-{content.edition}.{suffix}"
    return f"{file_name(content.title)}.{suffix}"
