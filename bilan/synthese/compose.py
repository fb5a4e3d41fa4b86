"""The synthèse of a porteur -> one Content: what its document says, recto verso."""

from __future__ import annotations

from collections.abc import Iterator

from bilan.model.content import DIFFUSION, SYNTHESE, Block, Box, Content, Heading, Paragraph, Section, paragraphs
from bilan.synthese.write import Synthese


def compose_synthese(synthese: Synthese) -> Content:
    """Return the document of a synthèse."""
    return Content(
        kind=SYNTHESE,
        edition=DIFFUSION,
        campagne=synthese.shown or synthese.campagne,
        departement=synthese.departement,
        title=synthese.title,
        subtitle="",
        made_by=" ".join(synthese.made_by),
        author=synthese.author,
        marks=synthese.marks,
        watermark="Données fictives" if synthese.fictif else "",
        warning=synthese.warning,
        sections=(Section("synthese", "", "Synthèse", synthese.title, tuple(_blocks(synthese))),),
        foot=synthese.end,
        version=synthese.version,
        built=synthese.built,
        contents=False,
    )


def _blocks(synthese: Synthese) -> Iterator[Block]:
    yield from paragraphs(synthese.notice, "alerte")
    if synthese.context:
        yield Paragraph(synthese.context, "note")
    yield from paragraphs(synthese.introduction, "chapeau")
    if synthese.table:
        yield synthese.table
    yield from paragraphs((synthese.no_france, synthese.peers), "note")
    if synthese.sentences:
        yield Heading("En phrases")
        yield from paragraphs(synthese.sentences)
    if synthese.referentiel:
        yield synthese.referentiel
    if synthese.to_check:
        yield Heading("À vérifier")
        yield from paragraphs(synthese.to_check, "point")
        yield from paragraphs((synthese.answer,))
    if synthese.per_action:
        yield synthese.per_action
    if synthese.definitions:
        yield Box("lire", "Lire cette synthèse", synthese.definitions)
