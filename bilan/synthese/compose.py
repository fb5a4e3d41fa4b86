"""The synthèse of a porteur -> one Content: what its document says, recto verso."""

from __future__ import annotations

from collections.abc import Iterator

from bilan.model.content import DIFFUSION, SYNTHESE, Block, Box, Content, Heading, Paragraph, Section, paragraphs
from bilan.synthese.write import Synthese


def compose_synthese(found: Synthese) -> Content:
    """Return the document of a synthèse."""
    return Content(
        kind=SYNTHESE,
        edition=DIFFUSION,
        campagne=found.shown or found.campagne,
        departement=found.departement,
        title=found.title,
        subtitle="",
        made_by=" ".join(found.made_by),
        author=found.author,
        marks=found.marks,
        watermark="Données fictives" if found.fictif else "",
        warning=found.warning,
        sections=(Section("synthese", "", "Synthèse", found.title, tuple(_blocks(found))),),
        foot=found.end,
        version=found.version,
        built=found.built,
        contents=False,
    )


def _blocks(found: Synthese) -> Iterator[Block]:
    yield from paragraphs(found.notice, "alerte")
    if found.context:
        yield Paragraph(found.context, "note")
    yield from paragraphs(found.introduction, "chapeau")
    if found.table:
        yield found.table
    yield from paragraphs((found.no_france, found.peers), "note")
    if found.sentences:
        yield Heading("En phrases")
        yield from paragraphs(found.sentences)
    if found.referentiel:
        yield found.referentiel
    if found.to_check:
        yield Heading("À vérifier")
        yield from paragraphs(found.to_check, "point")
        yield from paragraphs((found.answer,))
    if found.per_action:
        yield found.per_action
    if found.definitions:
        yield Box("lire", "Lire cette synthèse", found.definitions)
