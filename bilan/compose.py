"""A published build -> the whole bilan of a year, as one Content: what every document says, in its order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import count
from string import ascii_uppercase

from bilan.model.content import (
    BILAN,
    COMITE,
    DIFFUSION,
    Block,
    Box,
    Content,
    Glossary,
    Heading,
    KeyFigures,
    Paragraph,
    Section,
    paragraphs,
    paragraphs_of,
)
from bilan.parts.chapters import Chapter, write_chapter
from bilan.parts.essentiel import Essentiel, write_essentiel
from bilan.synthese.fiches import fiches
from bilan.words.declared import DeclaredChapter, load_layout
from bilan.words.glossary import glossary
from bilan.words.reading import Reading, read_open
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from socle.words.states import ADOPTED
from warehouse.listings.campagnes import campagnes, departement_named, known_campagne
from warehouse.listings.texts import texts
from warehouse.open import Warehouse, open_current
from warehouse.scope import INTERNAL, LOCAL, Scope

ESSENTIEL, FICHES, GLOSSARY = "essentiel", "fiches", "glossaire"
_NAMES = {ESSENTIEL: "L'essentiel", FICHES: "Fiches des actions", GLOSSARY: "Glossaire"}
"""Of the sections that are no chapter."""
TO_WRITE, QUOTES = "perspectives", "paroles"
"""The chapter that people write, after the bilan is made if not before; the one that is not there without a quote."""
_QUOTED = "citations"
_ROLES = {DIFFUSION: "public", COMITE: "comite"}
_INTERNAL_USE = "Usage interne\u202f: réservé au comité de pilotage et à la Caf"


def compose(
    folder: DataFolder,
    campagne: str,
    departement: str,
    edition: str = DIFFUSION,
    sections: Collection[str] | None = None,
) -> Content:
    """Return the bilan of that year and département; with `sections`, those of its sections only (see section_names).

    The edition `diffusion` holds what anyone may read, `comite` what the committee may. What the agent wrote is in
    both: it was written for the bilan. Raise Refusal when the year is not there, when it is not adopted and the edition
    is the one to diffuse, when a section is not known, or when nothing is published.
    """
    with open_current(folder, LOCAL) as whole:
        known = known_campagne(campagnes(whole, departement), campagne)
        if edition == DIFFUSION and known.etat != ADOPTED:
            known_departement = departement_named(whole, departement)
            raise Refusal("bilan_non_arrete", campagne=campagne, departement=known_departement.nom)
        written = texts(whole, campagne, departement)
    with open_current(folder, Scope(_ROLES[edition], departement)) as warehouse:
        reading = replace(read_open(warehouse, campagne, departement), texts=written)
        return write_bilan(warehouse, reading, edition, sections)


def section_names(edition: str, chapters: Mapping[str, str]) -> dict[str, str]:
    """Return {id: name} of the sections of an edition, in their order; `chapters` is {id: name} of a build's."""
    declared = [chapter for chapter in load_layout().chapters.values() if edition == COMITE or not chapter.reserve]
    named = {
        chapter.id: chapter.nom or chapters.get(chapter.id, chapter.id)
        for chapter in sorted(declared, key=lambda chapter: chapter.annexe)
    }
    last = (FICHES, GLOSSARY) if edition == COMITE else (GLOSSARY,)
    return {ESSENTIEL: _NAMES[ESSENTIEL], **named, **{name: _NAMES[name] for name in last}}


def write_bilan(warehouse: Warehouse, reading: Reading, edition: str, wanted: Collection[str] | None = None) -> Content:
    """Return the bilan of what was read already, from a build that is open."""
    names = section_names(edition, reading.chapters)
    unknown = sorted(set(wanted or ()) - set(names))
    if unknown:
        raise Refusal("section_inconnue", section=unknown[0], connues=", ".join(names))
    page = write_essentiel(reading)
    internal = (_INTERNAL_USE,) if edition == COMITE else ()
    return Content(
        kind=BILAN,
        edition=edition,
        campagne=reading.year,
        departement=reading.departement.code,
        title=page.title,
        subtitle="Édition du comité" if edition == COMITE else "",
        made_by=page.made_by,
        author=f"Caf {reading.departement.de}",
        marks=(*page.marks, *internal),
        watermark=_watermark(reading, edition),
        warning=page.warning,
        sections=tuple(
            section for section in _sections(warehouse, reading, page) if wanted is None or section.id in wanted
        ),
        foot=page.foot,
        version=reading.version,
        built=reading.built,
    )


def _watermark(reading: Reading, edition: str) -> str:
    said = (
        (reading.campagne.fictif, "Données fictives"),
        (reading.campagne.etat != ADOPTED, "Provisoire"),
        (edition == COMITE, "Usage interne"),
    )
    return " · ".join(word for holds, word in said if holds)


def _sections(warehouse: Warehouse, reading: Reading, page: Essentiel) -> Iterator[Section]:
    yield Section(ESSENTIEL, "", _NAMES[ESSENTIEL], page.title, tuple(_essentiel(page)))
    chapters = [
        chapter for chapter in load_layout().chapters.values() if not chapter.reserve or reading.scope.role in INTERNAL
    ]
    numbers, letters = map(str, count(1)), iter(ascii_uppercase)
    for declared in sorted(chapters, key=lambda chapter: chapter.annexe):
        if declared.id == QUOTES and not any(text.nature == _QUOTED for text in reading.texts):
            continue
        yield _chapter(warehouse, reading, declared, next(letters if declared.annexe else numbers))
    number = next(letters)
    if sheets := tuple(fiches(warehouse, reading, number)):
        yield Section(FICHES, number, _NAMES[FICHES], _NAMES[FICHES], sheets, annexe=True)
    entries = tuple((entry["mot"], entry["sens"]) for entry in glossary())
    yield Section(GLOSSARY, "", _NAMES[GLOSSARY], _NAMES[GLOSSARY], (Glossary(entries),), annexe=True)


def _essentiel(page: Essentiel) -> Iterator[Block]:
    yield Heading("Agrément et collecte")
    yield from paragraphs(page.agreed, "chapeau")
    yield from paragraphs(page.collected)
    yield from paragraphs(page.context, "note")
    yield Heading("Chiffres clés")
    yield KeyFigures(page.key_figures)
    if page.sentences:
        yield Heading("Ce que déclarent les porteurs")
        yield from paragraphs(page.sentences)
    if page.look_first.lines:
        yield Heading("À regarder d'abord")
        yield from paragraphs(page.look_first.lines, "point")
    if page.word:
        yield Box("mot", "Le mot du comité", paragraphs_of(page.word))
    yield Box("lire", "Lire ce bilan", page.how_to_read)


def _chapter(warehouse: Warehouse, reading: Reading, declared: DeclaredChapter, number: str) -> Section:
    chapter = write_chapter(warehouse, reading, declared, number)
    return Section(chapter.id, chapter.number, chapter.name, chapter.title, tuple(_blocks(chapter)), declared.annexe)


def _blocks(chapter: Chapter) -> Iterator[Block]:
    yield from paragraphs(chapter.sentences)
    for heading, text in chapter.texts:
        if chapter.id == QUOTES:
            yield from (Box("citation", "", (quote,)) for quote in paragraphs_of(text))
            continue
        if heading != chapter.name:
            yield Heading(heading)
        yield from paragraphs(paragraphs_of(text))
    yield from chapter.figures
    if chapter.comment:
        yield Box("commentaire", "Commentaire de la Caf", paragraphs_of(chapter.comment))
    if chapter.id == TO_WRITE and not chapter.texts:
        yield Box("a_ecrire", "Ce que le comité retient pour l'année qui vient", ())
    elif chapter.empty:
        yield Paragraph(chapter.empty, "note")
