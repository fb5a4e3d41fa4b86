"""Definition files -> the Codebook: all are read, sound entries are built, every error is reported at once."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.codebook.documents import DEFINITIONS, Definitions, read_document
from pipeline.codebook.formats import campaign_formats, format_tables, shipped_formats
from pipeline.codebook.funding import YEARLY, FormerThresholds, Funding, FundingYear, ThresholdYears
from pipeline.codebook.model import (
    ChangeRule,
    Codebook,
    Message,
    Rule,
    Variable,
)
from pipeline.codebook.national import National
from pipeline.codebook.relations import CONTRADICTED, contradicted_wholes, relation_sql, tuple_of
from pipeline.codebook.series import indicator_series
from socle.files.documents import Document
from socle.settings import PROJECT_ROOT
from socle.words.refusal import DefinitionError
from socle.words.states import COMPUTED, PUBLISHED, RECEIVED

EXPECTATIONS = PROJECT_ROOT / "expectations"
_KEPT = 4


def load_codebook(extra_dirs: tuple[Path, ...] = (), expectations_dir: Path | None = None) -> Codebook:
    """Return the shipped definitions, completed or replaced (by id) by those found in `extra_dirs`.

    An extra folder is a data folder (definitions/indicators.yml, raw/*/formats.yml) or a campaign's (formats.yml).
    Raises DefinitionError with every error of every file.
    """
    paths = _paths(extra_dirs, expectations_dir or EXPECTATIONS)
    named = tuple((kind, tuple(group)) for kind, group in paths.items())
    return _loaded(named, _hash(path for group in paths.values() for path in group))


@lru_cache(_KEPT)
def _loaded(named: tuple[tuple[str, tuple[Path, ...]], ...], content_hash: str) -> Codebook:
    """The codebook of these files and contents, kept: reading and checking them takes 0.2 s, at each visit."""
    from pipeline.codebook.contradictions import cross_errors

    definitions = _read(dict(named))
    codebook = build(definitions, content_hash)
    errors = [error for document in definitions.all() for error in document.errors()]
    errors += cross_errors(definitions, codebook)
    if errors:
        raise DefinitionError(errors)
    return codebook


def build(definitions: Definitions, content_hash: str) -> Codebook:
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
        campaign_formats=campaign_formats(definitions, shipped),
        indicators=tuple(
            series for entry in entries.values() for series in indicator_series(entry, modalities, settings.in_sql)
        ),
        familles=families,
        rules=_all_rules(definitions, anomalies, settings, {variable.id: variable for variable in variables}),
        messages={code: _message(code, entry, settings) for code, entry in anomalies.items()},
        funding=settings,
        national=national(definitions.national),
        absent_words=tuple(word for _, word in definitions.variables.entries("valeurs_absentes")),
        yes_words=_distinct(pair[0] for _, pair in definitions.variables.entries("oui_non")),
        no_words=_distinct(pair[1] for _, pair in definitions.variables.entries("oui_non") if pair[1]),
        hash=content_hash,
    )


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def variable(entry: Mapping[str, Any]) -> Variable:
    """Return one entry of variables.yml; free text is personal whatever it says of itself."""
    names = ("id", "type", "libelle", "description", "unite", "depuis", "jusqu_a", "vue", "source")
    return Variable(
        **{name: entry[name] for name in names if name in entry},
        entites=_tuple(entry["entite"]),
        bornes=_pair(entry.get("bornes")),
        plausible=_pair(entry.get("plausible")),
        evolution=ChangeRule(**entry["evolution"]) if "evolution" in entry else None,
        obligatoire=entry.get("obligatoire", False),
        cle=entry.get("cle", False),
        personnel=entry.get("personnel", False) or entry["type"] == "texte_libre",
        modalites=entry.get("modalites", {}),
    )


def funding(document: Document) -> Funding:
    """Return funding.yml; a year with a problem is left out."""
    years = {str(path[-1]): entry for path, entry in document.entries("annees")}
    settings = {str(path[-1]): value for path, value in document.entries("reglages")}
    return Funding(
        {year: FundingYear(annee=year, **entry) for year, entry in years.items()},
        settings,
        tuple(
            ThresholdYears(entry["depuis"], entry["jusqu_a"], _thresholds(entry), entry["source"])
            for _, entry in document.entries("referentiel")
        ),
        _former(document),
    )


def national(document: Document) -> National:
    """Return national.yml; where it has a problem, which stops the build, what no figure ever reaches."""
    if not document.sound:
        return National(sys.maxsize, 1.0, (PUBLISHED, RECEIVED, COMPUTED))
    return National(**{**document.content, "preference": tuple(document.content["preference"])})


def _former(document: Document) -> FormerThresholds | None:
    entry = dict(document.content or {}).get("referentiel_avant") if document.sound else None
    return FormerThresholds(entry["jusqu_au"], _thresholds(entry)) if entry else None


def _thresholds(entry: Mapping[str, Any]) -> dict[str, float | None]:
    return {name: entry[name] for name in YEARLY}


def _all_rules(
    definitions: Definitions, anomalies: Mapping[str, Any], settings: Funding, variables: Mapping[str, Variable]
) -> tuple[Rule, ...]:
    declared = [
        rule for document in definitions.expectations for rule in _rules(document, anomalies, settings, variables)
    ]
    return (*declared, *contradicted_wholes(declared, anomalies.get(CONTRADICTED, {}).get("gravite", "alerte")))


def _rules(
    document: Document, anomalies: Mapping[str, Any], settings: Funding, variables: Mapping[str, Variable]
) -> Iterator[Rule]:
    for _, entry in document.entries("regles"):
        column, made = entry["colonne"], relation_sql(entry, variables)
        condition = made.get("condition", entry.get("condition"))
        yield Rule(
            id=entry["id"],
            table=document.content.get("table", ""),
            type="lignes" if made else entry.get("type", "lignes"),
            message=entry["message"],
            gravite=entry.get("gravite") or anomalies.get(entry["message"], {}).get("gravite", "alerte"),
            colonne=column,
            valeur=_with_settings(entry.get("valeur", made.get("valeur", column)), settings),
            condition=None if condition is None else _with_settings(condition, settings),
            colonnes=tuple(entry.get("colonnes", ())),
            reference=entry.get("table"),
            cle=entry.get("cle"),
            relation=entry["type"] if made else None,
            tout=tuple_of(entry.get("tout")),
        )


def _message(code: str, entry: Mapping[str, str], settings: Funding) -> Message:
    phrase = _in_sentence(entry["phrase"], settings)
    return Message(code, entry["gravite"], entry["effet"], phrase, entry.get("depuis"), entry.get("effet_avant"))


def _with_settings(text: str, settings: Funding) -> str:
    """Put the thresholds of funding.yml in SQL, so that each is written once."""
    for name, value in settings.in_sql.items():
        if value is not None:
            text = text.replace(f"{{{name}}}", value if isinstance(value, str) else f"{value:g}")
    return text


def _in_sentence(text: str, settings: Funding) -> str:
    """Put in a sentence the settings that are the same every year: the others are those of its row."""
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
        "national": [DEFINITIONS / "national.yml"],
    }


def _read(paths: Mapping[str, Sequence[Path]]) -> Definitions:
    read = {kind: tuple(_read_one(path, kind) for path in group) for kind, group in paths.items()}
    return Definitions(
        variables=read["variables"][0],
        messages=read["messages"][0],
        funding=read["funding"][0],
        national=read["national"][0],
        formats=read["format"],
        indicators=read["indicators"],
        expectations=read["expectations"],
    )


def _read_one(path: Path, kind: str) -> Document:
    document = read_document(path, kind)
    of_a_campagne = kind == "format" and path.parent.parent.name == "raw"
    return replace(document, campagne=path.parent.name) if of_a_campagne else document


def _hash(paths: Iterable[Path]) -> str:
    hashing = hashlib.sha256()
    for path in paths:
        hashing.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return hashing.hexdigest()


def _tuple(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _pair(value: list[float] | None) -> tuple[float, float] | None:
    return (value[0], value[1]) if value else None
