"""Definition files -> the Codebook: all are read, sound entries are built, every error is reported at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.codebook.documents import DEFINITIONS, Document, read_document
from pipeline.codebook.funding import Funding, FundingYear
from pipeline.codebook.model import (
    Codebook,
    DefinitionError,
    Format,
    FormatColumn,
    Rule,
    Variable,
)
from pipeline.codebook.series import indicator_series
from pipeline.messages import Message
from socle.settings import PROJECT_ROOT

EXPECTATIONS = PROJECT_ROOT / "expectations"
_KEPT = 4


@dataclass(frozen=True)
class Definitions:
    """Every definition file as read, the shipped one of each kind first."""

    variables: Document
    messages: Document
    funding: Document
    formats: tuple[Document, ...]
    indicators: tuple[Document, ...]
    expectations: tuple[Document, ...]

    def all(self) -> tuple[Document, ...]:
        """Return them in the order in which errors are listed."""
        return (self.variables, *self.formats, *self.indicators, *self.expectations, self.messages, self.funding)


def load(extra_dirs: tuple[Path, ...], expectations_dir: Path | None) -> Codebook:
    """Return the checked codebook (see `codebook.load_codebook`); raise DefinitionError with every error."""
    paths = _paths(extra_dirs, expectations_dir or EXPECTATIONS)
    named = tuple((kind, tuple(group)) for kind, group in paths.items())
    return _loaded(named, _hash(path for group in paths.values() for path in group))


@lru_cache(_KEPT)
def _loaded(named: tuple[tuple[str, tuple[Path, ...]], ...], digest: str) -> Codebook:
    """The codebook of these files and contents, kept: reading and checking them takes 0.2 s, at each visit."""
    from pipeline.codebook.contradictions import cross_errors

    definitions = _read(dict(named))
    codebook = build(definitions, digest)
    errors = [error for document in definitions.all() for error in document.errors()]
    errors += cross_errors(definitions, codebook)
    if errors:
        raise DefinitionError(errors)
    return codebook


def build(definitions: Definitions, digest: str) -> Codebook:
    """Return the codebook of the sound entries; a later entry replaces the one of the same id, in its place."""
    variables = tuple(variable(entry) for _, entry in definitions.variables.entries("variables"))
    modalities = {v.id: v.modalites for v in variables}
    families: dict[str, str] = {}
    entries: dict[str, Mapping[str, Any]] = {}
    for document in definitions.indicators:
        families |= {str(path[-1]): label for path, label in document.entries("familles")}
        entries |= {entry["id"]: entry for _, entry in document.entries("indicateurs")}
    settings = funding(definitions.funding)
    shipped = shipped_formats(definitions)
    anomalies = {str(path[-1]): entry for path, entry in definitions.messages.entries("anomalies")}
    return Codebook(
        variables=variables,
        formats=tuple(fmt for entry in shipped.values() for fmt in format_tables(entry)),
        campaign_formats=_campaign_formats(definitions, shipped),
        indicators=tuple(
            series for entry in entries.values() for series in indicator_series(entry, modalities, settings.reglages)
        ),
        familles=families,
        rules=tuple(rule for document in definitions.expectations for rule in _rules(document, anomalies, settings)),
        messages={code: _message(code, entry, settings) for code, entry in anomalies.items()},
        funding=settings,
        absent_words=tuple(word for _, word in definitions.variables.entries("valeurs_absentes")),
        yes_words=tuple(word for _, word in definitions.variables.entries("oui")),
        no_words=tuple(word for _, word in definitions.variables.entries("non")),
        hash=digest,
    )


def variable(entry: Mapping[str, Any]) -> Variable:
    """Return one entry of variables.yml; free text is personal whatever it says of itself."""
    names = ("id", "type", "libelle", "description", "unite", "depuis", "jusqu_a", "vue", "source")
    return Variable(
        **{name: entry[name] for name in names if name in entry},
        entites=_tuple(entry["entite"]),
        bornes=_pair(entry.get("bornes")),
        plausible=_pair(entry.get("plausible")),
        obligatoire=entry.get("obligatoire", False),
        cle=entry.get("cle", False),
        personnel=entry.get("personnel", False) or entry["type"] == "texte_libre",
        modalites=entry.get("modalites", {}),
    )


def funding(document: Document) -> Funding:
    """Return funding.yml; a year with a problem is left out."""
    years = {str(path[-1]): entry for path, entry in document.entries("annees")}
    settings = {str(path[-1]): value for path, value in document.entries("reglages")}
    return Funding({year: FundingYear(annee=year, **entry) for year, entry in years.items()}, settings)


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


def _campaign_formats(
    definitions: Definitions, shipped: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[Format, ...]]:
    found: dict[str, tuple[Format, ...]] = {}
    for document in definitions.formats:
        if document.campagne:
            wholes = (extended(entry, shipped) for _, entry in format_entries(document))
            found[document.campagne] = tuple(fmt for whole in wholes if whole for fmt in format_tables(whole))
    return found


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


def _rules(document: Document, anomalies: Mapping[str, Any], settings: Funding) -> Iterator[Rule]:
    for _, entry in document.entries("regles"):
        column = entry["colonne"]
        yield Rule(
            id=entry["id"],
            table=document.content.get("table", ""),
            type=entry.get("type", "lignes"),
            message=entry["message"],
            gravite=entry.get("gravite") or anomalies.get(entry["message"], {}).get("gravite", "alerte"),
            colonne=column,
            valeur=_with_settings(entry.get("valeur", column), settings),
            condition=_with_settings(entry["condition"], settings) if "condition" in entry else None,
            colonnes=tuple(entry.get("colonnes", ())),
            reference=entry.get("table"),
            cle=entry.get("cle"),
        )


def _message(code: str, entry: Mapping[str, str], settings: Funding) -> Message:
    return Message(code, entry["gravite"], entry["effet"], _with_settings(entry["phrase"], settings))


def _with_settings(text: str, settings: Funding) -> str:
    """Put the thresholds of funding.yml in a condition or a sentence, so that each is written once."""
    for name, value in settings.reglages.items():
        if value is not None:
            text = text.replace(f"{{{name}}}", f"{value:g}")
    return text


def _paths(extra_dirs: tuple[Path, ...], expectations_dir: Path) -> dict[str, list[Path]]:
    """The files of each kind of definition, by the name of their schema."""
    extra = {"format": ("formats.yml", "raw/*/formats.yml"), "indicators": ("definitions/indicators.yml",)}
    found = {kind: [p for d in extra_dirs for g in globs for p in sorted(d.glob(g))] for kind, globs in extra.items()}
    return {
        "variables": [DEFINITIONS / "variables.yml"],
        "format": sorted((DEFINITIONS / "formats").glob("*.yml")) + found["format"],
        "indicators": [DEFINITIONS / "indicators.yml", *found["indicators"]],
        "expectations": sorted(expectations_dir.glob("*.yml")),
        "messages": [DEFINITIONS / "messages.yml"],
        "funding": [DEFINITIONS / "funding.yml"],
    }


def _read(paths: Mapping[str, Sequence[Path]]) -> Definitions:
    read = {kind: tuple(_read_one(path, kind) for path in group) for kind, group in paths.items()}
    return Definitions(
        variables=read["variables"][0],
        messages=read["messages"][0],
        funding=read["funding"][0],
        formats=read["format"],
        indicators=read["indicators"],
        expectations=read["expectations"],
    )


def _read_one(path: Path, kind: str) -> Document:
    document = read_document(path, kind)
    of_a_campagne = kind == "format" and path.parent.parent.name == "raw"
    return replace(document, campagne=path.parent.name) if of_a_campagne else document


def _hash(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _tuple(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _pair(value: list[float] | None) -> tuple[float, float] | None:
    return (value[0], value[1]) if value else None
