"""A page of chapters: its filters, then each chapter's title, sentences, figures, texts and comment."""

from __future__ import annotations

import streamlit as st

from bilan.parts import chapters
from bilan.parts.chapters import Chapter
from bilan.words.declared import load_layout
from dashboard.exhibits.figure_view import show_figure
from dashboard.exhibits.territory_map import show_map
from dashboard.screen.filters import Choice, chosen, show_filters
from dashboard.screen.tables import plain
from dashboard.visit.data import read
from dashboard.visit.visitor import Visitor

_MAPPED = "territoires"
"""The chapter that a map may illustrate."""


def show_page(visitor: Visitor, name: str) -> None:
    """Draw the page of bilan/definitions/chapitres.yml that has that name."""
    st.title(load_layout().pages[name].titre)
    choice = chosen(visitor)
    if choice is None:
        return
    show_filters(visitor, choice)
    page = read(visitor, chapters.page, choice.campagne, choice.departement.code, name)
    for text in dict.fromkeys(chapter.warning for chapter in page.chapters if chapter.warning):
        st.warning(plain(text))
    for text in dict.fromkeys(chapter.context for chapter in page.chapters if chapter.context):
        st.info(plain(text))
    for chapter in page.chapters:
        show_chapter(visitor, chapter, choice)


def show_chapter(visitor: Visitor, chapter: Chapter, choice: Choice) -> None:
    """Draw one chapter."""
    st.header(f"{plain(chapter.number)}. {plain(chapter.name)}", anchor=chapter.id, divider="gray")
    if chapter.title != chapter.name:
        st.markdown(f"**{plain(chapter.title)}**")
    if chapter.sentences:
        st.markdown("\n\n".join(plain(sentence) for sentence in chapter.sentences))
    for heading, text in chapter.texts:
        st.markdown(f"**{plain(heading)}**")
        st.text(text)
    if chapter.id == _MAPPED:
        show_map(visitor, choice)
    for figure in chapter.figures:
        show_figure(visitor, figure, choice.charts, f"{choice.departement.code}-{choice.campagne}")
    if chapter.comment:
        st.markdown("**Commentaire de la Caf**")
        st.text(chapter.comment)
    if chapter.empty:
        st.info(plain(chapter.empty))
