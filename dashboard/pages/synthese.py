"""Ma synthèse: a porteur's own year beside the département and France, on a phone first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from bilan.figure import Cell, Column, Figure, Row
from bilan.synthese import Synthese, synthese
from dashboard.data import read
from dashboard.figure_view import show_figure, show_marks
from dashboard.filters import chosen, show_filters
from dashboard.tables import plain, small
from dashboard.visitor import Visitor
from socle.settings import load_settings
from warehouse.own_returns import own_available


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Ma synthèse")
    choice = chosen(visitor, own_available)
    if choice is None:
        return
    found = read(visitor, synthese, choice.campagne, choice.departement.code, load_settings().contact)
    _record_once(visitor, found)
    show_filters(visitor, choice, own_available, charts=False)
    _show(visitor, found, f"{choice.departement.code}-{choice.campagne}")


def _record_once(visitor: Visitor, found: Synthese) -> None:
    """The journal tells that a synthèse was read, once a session and year, and not at each gesture."""
    told = f"synthèse {found.shown or found.campagne}"
    key = f"consulte {visitor.scope.porteur_id} {told}"
    if key not in st.session_state:
        visitor.record("consultation", told)
        st.session_state[key] = True


def _show(visitor: Visitor, found: Synthese, where: str) -> None:
    st.header(plain(found.title))
    for line in found.made_by:
        small(line)
    if found.marks:
        show_marks(found.marks)
    for text in (found.warning, *found.notice):
        if text:
            st.warning(plain(text))
    if found.context:
        st.info(plain(found.context))
    _say(found.introduction)
    if found.table:
        _show_rows(visitor, found.table, where)
    if found.no_france:
        small(found.no_france)
    _say(found.sentences, "En phrases")
    if found.peers:
        _say((found.peers,))
    if found.referentiel:
        _show_rows(visitor, found.referentiel, where)
    if found.to_check:
        st.subheader("À vérifier")
        st.markdown("\n".join(f"* {plain(point)}" for point in found.to_check))
        _say((found.answer,))
    if found.per_action:
        _show_rows(visitor, found.per_action, where)
    _say(found.definitions, "Trois mots")
    _say((found.end,))


def _say(texts: Sequence[str], title: str = "") -> None:
    said = [plain(text) for text in texts if text]
    if said and title:
        st.subheader(title)
    if said:
        st.markdown("\n\n".join(said))


def _show_rows(visitor: Visitor, figure: Figure, where: str) -> None:
    """One block a row, that a phone shows whole; then the same as a table, with its words and files."""
    st.subheader(plain(figure.title), anchor=f"{figure.id}-lignes")
    with st.grid(2, min_column_width=300, border=True):
        for row in figure.rows:
            st.markdown(_block(figure.columns, row))
    with st.expander("Le tableau des mêmes chiffres", key=f"lignes-{figure.id}"):
        show_figure(visitor, figure, charts=False, where=where)


def _block(columns: Sequence[Column], row: Row) -> str:
    lines = [
        f"{plain(column.label)}\u202f: {_value(column, cell)}"
        for column, cell in zip(columns, row.cells, strict=True)
        if cell.text and column.role != "base"
    ]
    return f"**{plain(row.label)}**\n\n" + "  \n".join(lines)


def _value(column: Column, cell: Cell) -> str:
    return f"**{plain(cell.text)}**" if column.key == "vous" else plain(cell.text)
