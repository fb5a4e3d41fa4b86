"""Format files -> the formats: those shipped, those of a data folder or a campagne, and what extends what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.codebook.documents import Definitions
from pipeline.codebook.model import Format, FormatColumn
from socle.files.documents import Document


def format_entries(document: Document) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """Yield (path, entry) of every sound format: a file holds one, or a list of them."""
    if isinstance(document.content, list):
        yield from document.entries()
    elif document.sound:
        yield (), document.content


def shipped_formats(definitions: Definitions) -> dict[str, Mapping[str, Any]]:
    """Return {id: entry} of the formats that count for every campagne, those of the data folder last."""
    entries: dict[str, Mapping[str, Any]] = {}
    for document in definitions.formats:
        if document.campagne is None:
            for _, entry in format_entries(document):
                whole = extended(entry, entries)
                if whole:
                    entries[whole["id"]] = whole
    return entries


def campaign_formats(
    definitions: Definitions, shipped: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[Format, ...]]:
    """Return {campagne: formats of its formats.yml}, what they extend being shipped."""
    by_campagne: dict[str, tuple[Format, ...]] = {}
    for document in definitions.formats:
        if document.campagne:
            wholes = (extended(entry, shipped) for _, entry in format_entries(document))
            by_campagne[document.campagne] = tuple(fmt for whole in wholes if whole for fmt in format_tables(whole))
    return by_campagne


def extended(entry: Mapping[str, Any], bases: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the entry with all that the format it extends says; None when that format is unknown.

    A column of the entry replaces the one of the same header, and the one that fed the same variable; of two that
    feed the same variable, the one that may be absent gives way.
    """
    if "etend" not in entry:
        return entry
    base = bases.get(entry["etend"])
    if base is None:
        return None
    whole = {**base, **entry, "colonnes": _columns_over(base["colonnes"], entry["colonnes"])}
    parts = {part["nom"]: part for part in base.get("parties", ())}
    for part in entry.get("parties", ()):
        below = parts.get(part["nom"], {})
        parts[part["nom"]] = {**below, **part, "colonnes": _columns_over(below.get("colonnes", ()), part["colonnes"])}
    return {**whole, "parties": list(parts.values())} if parts else whole


def _columns_over(base: Iterable[Mapping[str, Any]], over: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    answered = answering(over)
    headers = {column["entete"] for column in over}
    variables = {column["variable"] for column in answered if column.get("variable")}
    kept = [c for c in base if c["entete"] not in headers and c.get("variable") not in variables]
    return [*kept, *answered]


def answering(columns: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the columns of an entry that extends a format, without those that may be absent and that another answers.

    A draft lists what the file does not have beside what it could not place: the answer makes one of the other.
    """
    fed = {column["variable"] for column in columns if column.get("variable") and not column.get("facultative")}
    return [c for c in columns if not (c.get("facultative") and c.get("variable") in fed)]


def format_tables(entry: Mapping[str, Any]) -> Iterator[Format]:
    """Yield the tables of a format: the main one, then its parts."""
    layout = entry.get("disposition", "tableau")
    main = Format(
        **{name: entry[name] for name in ("id", "libelle", "modele", "nature")},
        grain=entry.get("grain"),
        campagnes=(entry["campagnes"][0], entry["campagnes"][1]),
        colonnes=_format_columns(entry["colonnes"]),
        fichier=entry.get("fichier", {}),
        disposition=layout,
        lignes_entete=entry.get("lignes_entete", 1),
        exercice=entry.get("exercice", "reel"),
        sans_statut=entry.get("sans_statut", False),
    )
    yield main
    for part in entry.get("parties", ()):
        yield replace(
            main,
            nature=part["nature"],
            colonnes=_format_columns(part["colonnes"]),
            partie=part["nom"],
            cle=part.get("cle"),
            lignes_entete=part.get("lignes_entete", 1),
        )


def _format_columns(columns: Iterable[Mapping[str, Any]]) -> tuple[FormatColumn, ...]:
    return tuple(FormatColumn(**{"variable": None, **column}) for column in columns)
