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
    shown_page = read(visitor, essentiel, choice.campagne, choice.departement.code)
    if is_on():
        show_projection(shown_page)
        return
    show_filters(visitor, choice)
    _show(visitor, shown_page, choice)


def _show(visitor: Visitor, shown_page: Essentiel, choice: Choice) -> None:
    st.header(plain(shown_page.title))
    small(shown_page.made_by)
    show_marks(shown_page.marks)
    show_start()
    if shown_page.warning:
        st.warning(plain(shown_page.warning))
    _paragraphs("Agrément et collecte", (" ".join(shown_page.agreed), " ".join(shown_page.collected)))
    for text in shown_page.context:
        st.info(plain(text))
    st.header("Chiffres clés", anchor="cles")
    show_cards(shown_page.key_figures)
    _paragraphs("Ce que déclarent les porteurs", shown_page.sentences)
    if shown_page.look_first.lines:
        st.header("À regarder d'abord", anchor="a-regarder")
        st.markdown(
            "\n".join(f"{rank}. {plain(line)}" for rank, line in enumerate(shown_page.look_first.lines, start=1))
        )
    if shown_page.word:
        st.header("Le mot du comité", anchor="mot")
        st.text(shown_page.word)
    show_figure(visitor, as_figure(shown_page, choice), choice.charts, f"{choice.departement.code}-{choice.campagne}")
    _paragraphs("Lire ce bilan", shown_page.how_to_read)


def _paragraphs(title: str, texts: tuple[str, ...]) -> None:
    said = [plain(text) for text in texts if text]
    if said:
        st.header(title)
        st.markdown("\n\n".join(said))
