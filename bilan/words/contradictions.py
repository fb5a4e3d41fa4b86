"""Definitions of the bilan that are each well formed -> the French sentences of what they say against one another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from bilan.words.sentences import Clause, conditions, is_condition, parts
from bilan.words.vocabulary import ASKED, ASPECTS, EVERYWHERE, FORMS, OF_A_FAMILY, OF_ONE_PAGE, OWN
from socle.words.nearest import nearest

if TYPE_CHECKING:
    from socle.files.documents import Document

Place = tuple[str | int, ...]
_Reference: TypeAlias = "tuple[Document, Place, Collection[str], Collection[str], str]"
"""File, place, names, those among which they must be, what they are."""
_PLACEHOLDER = re.compile(r"\{[^{}]+\}")


@dataclass(frozen=True)
class BilanDefinitions:
    """The four files, as read."""

    phrases: Document
    chapitres: Document
    synthese: Document
    glossaire: Document

    @classmethod
    def names(cls) -> list[str]:
        """Return the names of the files, in the order in which their errors are listed."""
        return [field.name for field in fields(cls)]

    def all(self) -> dict[str, Document]:
        """Return {name: file} in that order."""
        return {name: getattr(self, name) for name in self.names()}


class Named(Protocol):
    """What is asked of an indicator, of a build's catalogue or of the program's own."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def serie_de(self) -> str:
        """The entry it is a modality of; itself when it is none."""

    @property
    def famille(self) -> str:
        """The family of entries."""

    @property
    def source(self) -> str:
        """The table that it counts."""

    @property
    def phrase(self) -> str | None:
        """The pattern that it names."""


@dataclass(frozen=True)
class CatalogueNames:
    """Names that definitions may give to indicators and to what they count."""

    series: frozenset[str]
    entries: frozenset[str]
    """Entries of the catalogue: a series, or the family of several."""
    familles: frozenset[str]
    tables: frozenset[str]
    phrases: frozenset[str]
    """Patterns that indicators name."""

    @classmethod
    def of(cls, indicators: Iterable[Named]) -> CatalogueNames:
        """Return the names of a catalogue."""
        every = list(indicators)
        return cls(
            frozenset(indicator.id for indicator in every),
            frozenset(indicator.serie_de for indicator in every),
            frozenset(indicator.famille for indicator in every),
            frozenset(indicator.source for indicator in every),
            frozenset(indicator.phrase for indicator in every if indicator.phrase),
        )

    def __or__(self, other: CatalogueNames) -> CatalogueNames:
        return CatalogueNames(*(mine | theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def contradictions(read: BilanDefinitions) -> Iterator[str]:
    """Yield each one with its file and entry; what refers to an ill-formed entry is not reported twice."""
    yield from _phrase_errors(read)
    yield from _chapter_errors(read)
    for path, line in read.synthese.entries("lignes"):
        if line["phrase"]:
            yield from _unknown(read.synthese, path, "le motif", [line["phrase"]], _patterns(read))
    words = Counter(entry["mot"] for _, entry in read.glossaire.entries("mots"))
    for word in (word for word, times in words.items() if times > 1):
        yield read.glossaire.located(("mots",), f"«\u202f{word}\u202f» est défini deux fois.")


def unknown_names(read: BilanDefinitions, known: CatalogueNames) -> Iterator[str]:
    """Yield a sentence for each unknown name of an indicator, family or table, and for each pattern never said."""
    names = known.series | known.entries
    for document, path, wanted, among, what in _references(read, known):
        yield from _unknown(document, path, what, wanted, among)
    if read.phrases.content is None:
        return
    for document, path, clause in _clauses(read):
        for name in _indicators_in(clause, read):
            yield from _unknown(document, path, "l'indicateur", [name], names)
    yield from _never_said(read, known)


def _references(read: BilanDefinitions, known: CatalogueNames) -> Iterator[_Reference]:
    """What is named outside sentences."""
    phrases, names = read.phrases, known.series | known.entries
    indicator = "l'indicateur"
    for path, key_figure in phrases.entries("chiffres_cles"):
        yield phrases, path, [key_figure["indicateur"]], known.series, indicator
    for path, shares in phrases.entries("sommes"):
        yield phrases, path, shares, known.series, indicator
    for part in ("referentiel", "modalites"):
        for path, _ in phrases.entries(part):
            yield phrases, path, [str(path[-1])], known.series, indicator
    for path, _ in phrases.entries("bases"):
        yield phrases, path, [str(path[-1])], names | known.tables, "l'indicateur ou la table"
    for path, chapter in read.chapitres.entries("chapitres"):
        yield read.chapitres, path, chapter.get("familles", ()), known.familles, "la famille"
        for rank, figure in enumerate(chapter.get("figures", ())):
            yield read.chapitres, (*path, "figures", rank), figure.get("indicateurs", ()), names, indicator
    for path, line in read.synthese.entries("lignes"):
        yield read.synthese, path, [line["indicateur"]], known.series, indicator
    for path, _ in read.synthese.entries("referentiel"):
        yield read.synthese, path, [str(path[-1])], known.series, indicator


def _phrase_errors(read: BilanDefinitions) -> Iterator[str]:
    nouns = _names(read.phrases, "noms")
    for document, path, clause in _clauses(read):
        for sentence in dict.fromkeys(_clause_errors(clause, nouns, read)):
            yield document.located(path, sentence)
    for path, noun in read.phrases.entries("bases"):
        yield from _unknown(read.phrases, path, "le nom", [noun], nouns)
    if read.phrases.content is not None and (missing := sorted(set(ASKED) - _patterns(read))):
        yield read.phrases.located(("phrases",), f"il manque ce que le programme dit\u202f: {', '.join(missing)}.")


def _chapter_errors(read: BilanDefinitions) -> Iterator[str]:
    document = read.chapitres
    chapters, patterns = _names(document, "chapitres"), _patterns(read)
    reserved = {path[-1] for path, chapter in document.entries("chapitres") if chapter.get("reserve")}
    for path, page in document.entries("pages"):
        yield from _unknown(document, path, "le chapitre", page["chapitres"], chapters)
        if not page.get("reserve") and (kept := reserved & set(page["chapitres"])):
            yield document.located(path, f"le chapitre «\u202f{min(kept)}\u202f» est réservé, la page ne l'est pas.")
    figures: Counter[str] = Counter()
    for path, chapter in document.entries("chapitres"):
        yield from _unknown(document, path, "le motif", chapter.get("phrases", ()), patterns)
        figures.update(figure["id"] for figure in chapter.get("figures", ()))
    for name in (name for name, times in figures.items() if times > 1):
        yield document.located(("chapitres",), f"deux figures ont l'identifiant «\u202f{name}\u202f».")


def _clause_errors(clause: Clause, nouns: Collection[str], read: BilanDefinitions) -> Iterator[str]:
    """What cannot be understood in a clause, or names what is not there."""
    for text in _texts(clause):
        if set("{}") & set(_PLACEHOLDER.sub("", text)):
            yield f"une accolade n'est pas fermée, ou pas ouverte, dans «\u202f{text}\u202f»."
    for condition in (condition_found for inner in _walk(clause) for condition_found in conditions(inner)):
        if not is_condition(condition):
            yield f"«\u202f{condition}\u202f» n'est ni un nom, ni «\u202fnon nom\u202f», ni une comparaison."
    patterns = _patterns(read)
    for name in _motifs(clause):
        yield from _unknown_sentence("le motif", name, patterns)
    for part in parts(clause):
        kind, _, noun = part.form.partition(" ")
        if part.pattern:
            yield from _unknown_sentence("le motif", part.pattern, patterns)
        elif kind not in FORMS:
            yield from _unknown_sentence("la forme", kind, FORMS)
        if noun:
            yield from _unknown_sentence("le nom", noun, nouns)
        if part.agreed not in (0, 2, 3):
            yield f"«\u202f{part.name}\u202f» s'accorde en deux formes, ou en trois\u202f: aucun, un, plusieurs."
        yield from _aspect_errors(part.name)


def _aspect_errors(name: str) -> Iterator[str]:
    first, _, aspect = name.partition(".")
    if aspect and first not in OWN and aspect not in (*ASPECTS, OF_A_FAMILY):
        yield from _unknown_sentence(f"ce qui est dit de «\u202f{first}\u202f»,", aspect, ASPECTS)


def _indicators_in(clause: Clause, read: BilanDefinitions) -> Iterator[str]:
    """The names of a clause that can only be those of indicators."""
    others = {*EVERYWHERE, *OF_ONE_PAGE, *_names(read.phrases, "sommes")}
    for part in parts(clause):
        first, _, rest = part.name.partition(".")
        name = rest if first in OWN and rest else first.partition("#")[0]
        if name not in others and not name.isdigit():
            yield name


def _never_said(read: BilanDefinitions, known: CatalogueNames) -> Iterator[str]:
    said = {*ASKED, *known.series, *known.entries, *known.phrases}
    for _, _, clause in _clauses(read):
        said |= {*_motifs(clause), *(part.pattern for part in parts(clause) if part.pattern)}
    said |= {name for _, chapter in read.chapitres.entries("chapitres") for name in chapter.get("phrases", ())}
    said |= {line["phrase"] for _, line in read.synthese.entries("lignes")}
    for path, _ in read.phrases.entries("phrases"):
        if path[-1] not in said:
            yield read.phrases.located(path, "rien ne dit ce motif, et aucun indicateur ne porte ce nom.")


def _clauses(read: BilanDefinitions) -> Iterator[tuple[Document, Place, Clause]]:
    """Every clause of the sound entries, with its file and place."""
    phrases = read.phrases
    for path, clauses in phrases.entries("phrases"):
        yield from ((phrases, (*path, rank), clause) for rank, clause in enumerate(clauses))
    for path, both in phrases.entries("referentiel"):
        yield from ((phrases, (*path, answer), text) for answer, text in both.items())
    for path, declared in phrases.entries("chiffres_cles"):
        yield from (
            (phrases, (*path, "detail", rank), inner_clause)
            for rank, inner_clause in enumerate(declared.get("detail", ()))
        )
    for path, chapter in read.chapitres.entries("chapitres"):
        yield from (
            (read.chapitres, (*path, "titre", rank), inner_clause) for rank, inner_clause in enumerate(chapter["titre"])
        )


def _walk(clause: Clause) -> Iterator[Mapping[str, Any]]:
    """The clause and those nested in it; a plain text becomes {texte: …}."""
    whole: Mapping[str, Any] = {"texte": clause} if isinstance(clause, str) else clause
    yield whole
    for inner in whole.get("selon", ()):
        yield from _walk(inner)


def _texts(clause: Clause) -> Iterator[str]:
    yield from (inner["texte"] for inner in _walk(clause) if "texte" in inner)


def _motifs(clause: Clause) -> Iterator[str]:
    yield from (name for inner in _walk(clause) for name in inner.get("motifs", ()))


def _patterns(read: BilanDefinitions) -> set[str]:
    return _names(read.phrases, "phrases")


def _names(document: Document, key: str) -> set[str]:
    """Those declared, of ill-formed entries too: they are reported already."""
    declared = document.content.get(key) if isinstance(document.content, dict) else None
    return set(declared) if isinstance(declared, dict) else set()


def _unknown(document: Document, path: Place, what: str, names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for name in names:
        for sentence in _unknown_sentence(what, name, known):
            yield document.located(path, sentence)


def _unknown_sentence(what: str, name: str, known: Collection[str]) -> Iterator[str]:
    # Of a file that cannot be read, nothing is known: it is reported already.
    if known and name not in known:
        near = nearest(name, known)
        unknown = "inconnue" if what.startswith("la ") else "inconnu"
        yield f"{what} «\u202f{name}\u202f» est {unknown}" + (f" (proche\u202f: {near})." if near else ".")
