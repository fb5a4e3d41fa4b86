"""definitions/*.yml -> their contents, checked when first read: what is wrong in any of them is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bilan.words.contradictions import BilanDefinitions, CatalogueNames, Named, contradictions, unknown_names
from socle.settings import PROJECT_ROOT
from socle.words.refusal import DefinitionError
from warehouse.figures.catalogue import shipped

DEFINITIONS = PROJECT_ROOT / "bilan" / "definitions"


@cache
def read_definitions(folder: Path = DEFINITIONS) -> Mapping[str, Any]:
    """Return {name: content} of the four files; raise DefinitionError with every error of all of them.

    What they say of indicators is judged apart, by `check_indicators`: a data folder may have some of its own.
    """
    read = _read(folder)
    if errors := _errors(read):
        raise DefinitionError(errors)
    return {name: document.content for name, document in read.all().items()}


def check_indicators(catalogue: Iterable[Named], folder: Path = DEFINITIONS) -> None:
    """Raise DefinitionError with every error, those of names that neither the build nor the program knows included."""
    read, built = _read(folder), CatalogueNames.of(catalogue)
    if not _errors(read) and not any(unknown_names(read, built)):
        return
    # A build made before an upgrade does not have the newest indicators.
    if errors := [*_errors(read), *unknown_names(read, built | CatalogueNames.of(shipped()))]:
        raise DefinitionError(errors)


@cache
def _read(folder: Path) -> BilanDefinitions:
    from socle.files.documents import read_document

    schemas = DEFINITIONS / "schemas"
    names = BilanDefinitions.names()
    return BilanDefinitions(*(read_document(folder / f"{name}.yml", schemas / f"{name}.json") for name in names))


def _errors(read: BilanDefinitions) -> list[str]:
    return [error for document in read.all().values() for error in document.errors()] + list(contradictions(read))
