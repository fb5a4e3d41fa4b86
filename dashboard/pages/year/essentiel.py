"""L'essentiel: the first page of the bilan, and the same for a meeting room (`?projection=1`)."""

from __future__ import annotations

import streamlit as st

from bilan.parts.essentiel import Essentiel, essentiel
from dashboard.exhibits.figure_view import show_figure, show_marks
from dashboard.exhibits.key_figures import as_figure, show_cards
from dashboard.exhibits.projection import is_on, show_projection, show_start
from dashboard.screen.filters import Choice, chosen, show_filters
from dashboard.screen.tables import plain, small
from dashboard.visit.data import read
from dashboard.visit.visitor import Visitor


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("L'essentiel")
    choice = chosen(visitor)
    if choice is None:
        return
    found = read(visitor, essentiel, choice.campagne, choice.departement.code)
    if is_on():
        show_projection(found)
        return
    show_filters(visitor, choice)
    _show(visitor, found, choice)


def _show(visitor: Visitor, found: Essentiel, choice: Choice) -> None:
    st.header(plain(found.title))
    small(found.made_by)
    show_marks(found.marks)
    show_start()
    if found.warning:
        st.warning(plain(found.warning))
    _paragraphs("Agrément et collecte", (" ".join(found.agreed), " ".join(found.collected)))
    for text in found.context:
        st.info(plain(text))
    st.header("Chiffres clés", anchor="cles")
    show_cards(found.key_figures)
    _paragraphs("Ce que déclarent les porteurs", found.sentences)
    if found.look_first.lines:
        st.header("À regarder d'abord", anchor="a-regarder")
        st.markdown("\n".join(f"{rank}. {plain(line)}" for rank, line in enumerate(found.look_first.lines, start=1)))
    if found.word:
        st.header("Le mot du comité", anchor="mot")
        st.text(found.word)
    show_figure(visitor, as_figure(found, choice), choice.charts, f"{choice.departement.code}-{choice.campagne}")
    _paragraphs("Lire ce bilan", found.how_to_read)


def _paragraphs(title: str, texts: tuple[str, ...]) -> None:
    said = [plain(text) for text in texts if text]
    if said:
        st.header(title)
        st.markdown("\n\n".join(said))
