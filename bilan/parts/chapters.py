"""One chapter of the bilan, or one page of a few: title, sentences, figures, texts and comment of the agent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bilan.exhibits.places import place_terms
from bilan.exhibits.templates import TEMPLATES
from bilan.model.exhibit import Exhibit
from bilan.words import wording
from bilan.words.declared import DeclaredChapter, DeclaredFigure, load_layout
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading, read_open
from bilan.words.sentences import Term
from bilan.words.terms import funding_terms, speaker
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from warehouse.open import Warehouse, open_current
from warehouse.scope import INTERNAL, Scope


@dataclass(frozen=True)
class Chapter:
    """One chapter, every text ready to show."""

    id: str
    number: str
    name: str
    """« Les enfants et les jeunes »."""
    title: str
    """Its message, or its name where nothing may be said."""
    marks: tuple[str, ...]
    context: str | None
    """What to know of the year before its figures are compared."""
    sentences: tuple[str, ...]
    figures: tuple[Exhibit, ...]
    texts: tuple[tuple[str, str], ...]
    """(heading, text) of the agent."""
    comment: str | None
    """« Commentaire de la Caf »."""
    empty: str
    """What to say when it holds nothing yet; "" otherwise."""
    warning: str | None


@dataclass(frozen=True)
class ThemePage:
    """One page: its chapters."""

    id: str
    title: str
    chapters: tuple[Chapter, ...]


# What the sentences of a chapter know beside the figures.
_FACTS: Mapping[str, Callable[[Warehouse, Reading], dict[str, Term | None]]] = {
    "territoires": lambda _, reading: place_terms(reading),
    "moyens": funding_terms,
}


def chapter(folder: DataFolder, scope: Scope, campagne: str, departement: str, name: str) -> Chapter:
    """Return one chapter of the bilan of that year and département, as that scope may read it.

    Raise Refusal when there is no such chapter for this scope, when the département is not in its territory, when it
    has no such year (or not one that this scope may read), or when nothing is published.
    """
    declared = load_layout().chapters.get(name)
    if declared is None or (declared.reserve and scope.role not in INTERNAL):
        raise Refusal("chapitre_inconnu", chapitre=name, connus=", ".join(chapter_ids(scope)))
    with open_current(folder, scope) as warehouse:
        return write_chapter(warehouse, read_open(warehouse, campagne, departement), declared)


def page(folder: DataFolder, scope: Scope, campagne: str, departement: str, name: str) -> ThemePage:
    """Return the chapters of one page (see `page_ids`); raise Refusal as `chapter` does."""
    layout = load_layout()
    declared = layout.pages.get(name)
    if declared is None or (declared.reserve and scope.role not in INTERNAL):
        raise Refusal("chapitre_inconnu", chapitre=name, connus=", ".join(page_ids(scope)))
    with open_current(folder, scope) as warehouse:
        reading = read_open(warehouse, campagne, departement)
        chapters = (layout.chapters[chapter] for chapter in declared.chapitres)
        return ThemePage(
            name, declared.titre, tuple(write_chapter(warehouse, reading, chapter) for chapter in chapters)
        )


def chapter_ids(scope: Scope) -> list[str]:
    """Return the chapters that this scope may read, in their order."""
    return [name for name, chapter in load_layout().chapters.items() if scope.role in INTERNAL or not chapter.reserve]


def page_ids(scope: Scope) -> dict[str, str]:
    """Return {id: title} of the pages that this scope may read, L'essentiel apart, in their order."""
    pages = load_layout().pages.items()
    return {name: page.titre for name, page in pages if scope.role in INTERNAL or not page.reserve}


def write_chapter(
    warehouse: Warehouse, reading: Reading, declared: DeclaredChapter, number: str | None = None
) -> Chapter:
    """Return the chapter, from an open build; `number` is by default its position among all the chapters."""
    facts = _FACTS[declared.id](warehouse, reading) if declared.id in _FACTS else {}
    says, patterns = speaker(reading, more=facts), load_phrases().patterns
    number = number or str(list(load_layout().chapters).index(declared.id) + 1)
    name = declared.nom or reading.chapters.get(declared.id, declared.id)
    figures = tuple(_figures(warehouse, reading, declared, number))
    texts = tuple(_texts(reading, declared))
    comments = {text.chapitre: text.texte for text in reading.texts if text.nature == "commentaire"}
    comment = comments.get(declared.id)
    sentences = tuple(line for pattern in declared.phrases for line in says.say(patterns[pattern]))
    return Chapter(
        id=declared.id,
        number=number,
        name=name,
        title=next(iter(says.say(declared.titre)), name),
        marks=wording.marks(reading),
        context=reading.campagne.contexte,
        sentences=sentences,
        figures=figures,
        texts=texts,
        comment=comment,
        empty="" if figures or texts or sentences or comment else " ".join(says.say(patterns["chapitre_vide"])),
        warning=reading.warning,
    )


def _figures(warehouse: Warehouse, reading: Reading, declared: DeclaredChapter, number: str) -> Iterator[Exhibit]:
    """Those declared that have something to show, then the indicators of the chapter that no figure names."""
    position = 0
    for declared_figure in (*declared.figures, *_others(reading, declared)):
        if declared_figure.reserve and reading.scope.role not in INTERNAL:
            continue
        figure = TEMPLATES[declared_figure.gabarit](warehouse, reading, declared_figure, f"{number}.{position + 1}")
        if figure is not None:
            position += 1
            yield figure


def _others(reading: Reading, declared: DeclaredChapter) -> Iterator[DeclaredFigure]:
    named = load_layout().named
    for unit in ("pct", "n", "ratio", "h", "eur"):
        left = tuple(
            name
            for name, series in reading.catalogue.items()
            if series.famille in declared.familles and series.unite == unit and not {name, series.serie_de} & named
        )
        if left:
            yield DeclaredFigure(f"autres-{unit}", "Autres indicateurs", "comparaison", "barres", left)


def _texts(reading: Reading, declared: DeclaredChapter) -> Iterator[tuple[str, str]]:
    for wanted, heading in declared.textes.items():
        for text in reading.texts:
            if wanted in (text.nature, text.chapitre) and text.nature != "commentaire":
                yield heading, text.texte
