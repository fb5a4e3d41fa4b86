"""All that a document says, from one published build: the renderers draw it as it is, add nothing and hide nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from bilan.model.exhibit import Exhibit, ExhibitCell

BILAN, SYNTHESE = "bilan", "synthese"
"""What a document is: the bilan of a year, the synthèse of a porteur."""
DIFFUSION, COMITE = "diffusion", "comite"
EDITIONS = (DIFFUSION, COMITE)
"""What anyone may read, or what the committee alone may (« usage interne »)."""
STYLES = ("phrase", "chapeau", "point", "note", "alerte")
"""Of a paragraph: a sentence, the one that opens, an item of a list, small print, what must be seen."""
BOXES = ("mot", "commentaire", "lire", "citation", "a_ecrire")
"""What is set apart: the committee's word, the Caf's comment, how to read, a porteur's words, room to write."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    text: str
    style: str = "phrase"

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise ValueError(f"no such style: {self.style}")


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str


@dataclass(frozen=True)
class Box:
    """Texts set apart under a heading, written by people: never markup."""

    kind: str
    heading: str
    paragraphs: tuple[str, ...]
    """None where there is room to write."""

    def __post_init__(self) -> None:
        if self.kind not in BOXES:
            raise ValueError(f"no such box: {self.kind}")


@dataclass(frozen=True)
class KeyFigures:
    """Cards of a few figures, side by side."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Glossary:
    """Words and what they mean, in alphabetical order."""

    entries: tuple[tuple[str, str], ...]


Block = Paragraph | Heading | Box | KeyFigures | Exhibit | Glossary


@dataclass(frozen=True)
class Section:
    """One part of the document."""

    id: str
    number: str
    """« 3 », « A »; "" for the first page."""
    name: str
    """Of the table of contents, a sheet, a running head: « Les enfants et les jeunes »."""
    title: str
    """Its message, or its name where nothing may be said."""
    blocks: tuple[Block, ...]
    annexe: bool = False

    @property
    def heading(self) -> str:
        """Return « 3. Les enfants et les jeunes »."""
        return f"{self.number}. {self.name}" if self.number else self.name


@dataclass(frozen=True)
class Content:
    """One document, every text ready to show."""

    kind: str
    edition: str
    campagne: str
    departement: str
    """Code."""
    title: str
    subtitle: str
    made_by: str
    """« Établi par la Caf du Loiret à partir de… »."""
    author: str
    """« Caf du Loiret »."""
    marks: tuple[str, ...]
    """Provisional or adopted, fictitious, for internal use."""
    watermark: str
    """What crosses every page: « Données fictives · Provisoire »; "" when nothing needs to."""
    warning: str | None
    sections: tuple[Section, ...]
    foot: str
    """« Champ : …. Source : …. Version …, …. »."""
    version: str
    """The short hash of the build's figures."""
    built: datetime
    """Of the build: the only date that a document holds, so that the same build gives the same bytes."""
    contents: bool = True
    """Whether a table of contents is wanted."""

    def keywords(self) -> tuple[str, ...]:
        """Return the key words of a document's properties, its marks among them."""
        return ("Clas", "bilan", self.campagne, *self.marks, f"version {self.version}")

    def figures(self) -> Iterator[Exhibit]:
        """Yield every table and chart, in the order of the document."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Exhibit):
                    yield block


@dataclass(frozen=True)
class KeyFigure:
    """One of the six figures, as a card shows it."""

    indicateur: str
    label: str
    value: ExhibitCell
    detail: str
    """« dont 198 bénévoles »; empty when there is none."""
    base: str
    """« 41 actions »; empty when nobody answered."""
    before: str
    """« 433 en 2018-2019 », or why there is none."""
    france: str
    """« 10,4 en 2019-2020 (…) », or that nothing is published; empty when nothing is to be said of it."""

    @property
    def national(self) -> str:
        """Return the figure of France as a card says it."""
        return f"France\u202f: {self.france}" if self.france else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Return what a card says under its value."""
        return tuple(text for text in (self.detail, self.base, self.before, self.national) if text)


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text that someone wrote: what a blank line separates."""
    return tuple(part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip())


def paragraphs(lines: Collection[str], style: str = "phrase") -> Iterator[Paragraph]:
    """Yield a paragraph of that style for each line that says something."""
    for line in lines:
        if line:
            yield Paragraph(line, style)
