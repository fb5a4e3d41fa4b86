"""Where the definitions of the pipeline are, and every one of them as read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from socle.files import documents
from socle.files.documents import Document
from socle.settings import PROJECT_ROOT

DEFINITIONS = PROJECT_ROOT / "pipeline" / "definitions"


def load_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of that name; FileNotFoundError when there is none."""
    return documents.load_schema(_schema(name))


def read_document(
    path: Path, schema: str, verbatim: bool = False, meant: Callable[[Any], Any] | None = None
) -> Document:
    """Return the file read and checked against the schema of that name (see socle.files.documents)."""
    # A campaign's formats.yml holds several formats, a shipped file holds one.
    return documents.read_document(path, _schema(schema), verbatim, or_several=schema == "format", meant=meant)


def _schema(name: str) -> Path:
    return DEFINITIONS / "schemas" / f"{name}.json"


@dataclass(frozen=True)
class Definitions:
    """Every definition file as read, the shipped one of each kind first."""

    variables: Document
    messages: Document
    funding: Document
    national: Document
    formats: tuple[Document, ...]
    indicators: tuple[Document, ...]
    expectations: tuple[Document, ...]

    def all(self) -> tuple[Document, ...]:
        """Return them in the order in which errors are listed."""
        alone = (self.messages, self.funding, self.national)
        return (self.variables, *self.formats, *self.indicators, *self.expectations, *alone)
