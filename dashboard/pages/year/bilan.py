"""Établir le bilan: the document of a year, its edition and its parts, what it will say, and its four files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import streamlit as st

from bilan.compose import compose, section_names
from bilan.frozen import freeze, frozen, frozen_content, frozen_document
from bilan.model.content import COMITE, DIFFUSION, Content, KeyFigures, Paragraph
from bilan.model.exhibit import Exhibit
from bilan.render import KINDS, document_name, render
from dashboard.exhibits.figure_view import show_marks
from dashboard.exhibits.key_figures import show_cards
from dashboard.screen.filters import Choice, chosen, show_filters
from dashboard.screen.refusals import shown
from dashboard.screen.tables import plain, small, table
from dashboard.visit.data import read
from dashboard.visit.navigation import AGENT
from dashboard.visit.visitor import Visitor
from socle.french import count, moment
from socle.paths import DataFolder
from socle.states import ADOPTED
from warehouse.listings.campagnes import campagnes
from warehouse.listings.texts import chapters
from warehouse.open import open_current
from warehouse.scope import Scope

_EDITIONS = {
    DIFFUSION: "À diffuser\u202f: ce que chacun peut lire",
    COMITE: "Du comité\u202f: usage interne, avec ce que déclare chaque action",
}


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Établir le bilan")
    choice = chosen(visitor)
    if choice is None:
        return
    show_filters(visitor, choice, with_charts=False)
    adopted = read(visitor, state, choice.campagne, choice.departement.code) == ADOPTED
    if not adopted:
        st.info(
            f"{choice.campagne} n'est pas arrêtée\u202f: seule l'édition du comité peut être établie, marquée "
            "«\u202fProvisoire\u202f»."
        )
    edition = st.radio(
        "Édition", [DIFFUSION, COMITE] if adopted else [COMITE], format_func=_EDITIONS.__getitem__, key="bilan_edition"
    )
    names = read(visitor, part_names, edition)
    kept = st.multiselect(
        "Parties", list(names), default=list(names), format_func=names.__getitem__, key=f"bilan_parties_{edition}",
        placeholder="Choisissez",
    )  # fmt: skip
    if not kept:
        st.warning("Choisissez au moins une partie.")
        return
    content = read(visitor, content_of, choice.campagne, choice.departement.code, edition, tuple(kept))
    _files(visitor, content)
    _preview(content)
    _frozen(visitor, choice, adopted and visitor.identity.role == AGENT)


def state(folder: DataFolder, scope: Scope, campagne: str, departement: str) -> str:
    """Return whether the year is provisoire or arretee."""
    with open_current(folder, scope) as warehouse:
        return campagnes(warehouse, departement)[campagne].etat


def part_names(folder: DataFolder, scope: Scope, edition: str) -> dict[str, str]:
    """Return {part: its name} of an edition, in the order of the document."""
    with open_current(folder, scope) as warehouse:
        return section_names(edition, chapters(warehouse))


def content_of(
    folder: DataFolder, scope: Scope, campagne: str, departement: str, edition: str, parts: Sequence[str]
) -> Content:
    """Return what the document says; raise Refusal when the département is not in the scope's territory."""
    scope.check(departement)
    return compose(folder, campagne, departement, edition, parts)


def _files(visitor: Visitor, content: Content) -> None:
    st.header("Le document", anchor="document")
    small("Chaque fichier est mis en page quand vous le demandez\u202f: comptez quelques secondes.")
    with st.container(horizontal=True):
        for suffix, kind in KINDS.items():
            st.download_button(
                kind.label, partial(_made, visitor, content, suffix), document_name(content, suffix),
                kind.mime, key=f"bilan_{suffix}", on_click="ignore",
            )  # fmt: skip


def _made(visitor: Visitor, content: Content, suffix: str) -> bytes:
    visitor.record("telechargement", document_name(content, suffix))
    return render(content, suffix)


def _preview(content: Content) -> None:
    st.header("Ce qu'il dira", anchor="apercu")
    st.markdown(f"**{plain(content.title)}**")
    small(content.made_by)
    show_marks(content.marks)
    for block in content.sections[0].blocks:
        if isinstance(block, Paragraph):
            st.markdown(plain(block.text))
        elif isinstance(block, KeyFigures):
            show_cards(block.figures)
    rows = [
        {
            "Partie": section.heading,
            "Titre": section.title,
            "Tableaux et graphiques": sum(isinstance(block, Exhibit) for block in section.blocks),
        }
        for section in content.sections
    ]
    table(rows, f"Parties du document ({count(len(rows), 'partie')})")


def _frozen(visitor: Visitor, choice: Choice, may_keep: bool) -> None:
    st.header("Versions gardées", anchor="gardees")
    st.markdown(
        "Quand le comité arrête une année, son bilan est gardé tel qu'il est ce jour-là. Il reste disponible ici, quoi "
        "qu'il arrive ensuite aux données."
    )
    kept = [gel for gel in frozen(visitor.folder, choice.departement.code) if gel.campagne == choice.campagne]
    if not kept:
        st.info(f"Aucune version de {choice.campagne} n'est gardée.")
        if may_keep and st.button("Garder celle d'aujourd'hui", key="bilan_garder"):
            with shown(), st.spinner("Le bilan est mis en page et gardé…"):
                freeze(visitor.folder, choice.campagne, choice.departement.code, visitor.identity.nom)
                st.rerun()
        return
    for gel in kept:
        with shown(), st.container(horizontal=True, vertical_alignment="center"):
            frozen_content(visitor.folder, gel.nom)  # one that was damaged says so instead of its buttons
            on = moment(datetime.fromisoformat(gel.gele_le))
            st.text(f"Gardée le {on} par {gel.par}, version {gel.version}")
            for suffix in KINDS:
                st.download_button(
                    f"{suffix.upper()} du {on}", partial(_kept, visitor, gel.nom, suffix),
                    f"{gel.nom}.{suffix}", KINDS[suffix].mime, key=f"gel_{gel.nom}_{suffix}", on_click="ignore",
                )  # fmt: skip


def _kept(visitor: Visitor, name: str, suffix: str) -> bytes:
    visitor.record("telechargement", f"version gardée {name}, {suffix}")
    return frozen_document(visitor.folder, name, suffix)
