"""Any figure of the bilan -> its place on a page: message, chart, table, words, files, sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from bilan.model.exhibit import NOTHING, VALUE, ZERO, Exhibit, ExhibitCell
from dashboard.exhibits.figure_files import CSV, XLSX, csv_file, xlsx_file
from dashboard.exhibits.plots import chart, config
from dashboard.exhibits.provenance import show_provenance
from dashboard.screen.refusals import shown
from dashboard.screen.tables import plain
from dashboard.visit.visitor import Visitor
from socle.words.states import HIDDEN

SIGNS = {"oui": "●", "non": "○", "partiel": "◐", "absent": "–"}
WORDLESS = (VALUE, ZERO, NOTHING)
"""States whose text is a number, or nothing: the others are words, and stand in italics."""


def show_figure(visitor: Visitor, figure: Exhibit, charts: bool = True, where: str = "") -> None:
    """Draw it. `charts` is False when tables alone are wanted; `where` goes into the names of its files."""
    st.subheader(f"{plain(figure.number)} {plain(figure.title)}".strip(), anchor=figure.id)
    _part(visitor, figure, charts, where)


@st.fragment
def _part(visitor: Visitor, figure: Exhibit, charts: bool, where: str) -> None:
    """What is drawn again alone when one of its boxes is opened."""
    with shown():
        if figure.marks:
            show_marks(figure.marks)
        if figure.message:
            st.markdown(f"**{plain(figure.message)}**")
        drawn = chart(figure) if charts else None
        if drawn is None:
            show_table(figure)
        else:
            st.plotly_chart(drawn, key=f"graphique-{figure.id}", config=config(figure), alt=figure.alt)
            with st.expander("Le tableau des mêmes chiffres", key=f"tableau-{figure.id}"):
                show_table(figure)
        show_words(figure)
        show_files(visitor, figure, where)
        show_provenance(visitor, figure.id, explained(figure))


def show_marks(marks: Sequence[str]) -> None:
    """Draw what must be seen with a figure: provisional or adopted, fictitious."""
    st.markdown(f":small[{' · '.join(f'**{plain(mark)}**' for mark in marks)}]")


def show_table(figure: Exhibit) -> None:
    """Draw the table, as a screen reader reads it; what is no number is in italics or has its sign."""
    heads = [figure.row_label, *(column.label for column in figure.columns)]
    lines = [[plain(row.label), *(_cell(cell) for cell in row.cells)] for row in figure.rows]
    frame = pd.DataFrame(lines, columns=[plain(head) for head in heads])
    st.table(frame, hide_index=True, hide_header=False, border="horizontal", alt=figure.alt)


def explained(figure: Exhibit) -> Mapping[str, str]:
    """Return {name of a figure that can be told about: its label}; one that is hidden here is not told elsewhere."""
    return {
        cell.explained: f"{row.label}, {column.label}"
        for row in figure.rows
        for column, cell in zip(figure.columns, row.cells, strict=True)
        if cell.explained and cell.state != HIDDEN
    }


def _cell(cell: ExhibitCell) -> str:
    text = plain(cell.text)
    if cell.sign:
        return f"{SIGNS[cell.sign]} {text}"
    return text if cell.state in WORDLESS or not text else f"*{text}*"


def show_words(figure: Exhibit) -> None:
    """Draw, under the table, how to read it and what it rests on."""
    lines = [f"**{name}**\u202f: {plain(text)}" for name, text in figure.words()]
    lines += [plain(note) for note in figure.notes]
    if lines:
        st.markdown("  \n".join(f":small[{line}]" for line in lines))


def show_files(visitor: Visitor, figure: Exhibit, where: str = "") -> None:
    """Draw the buttons that give the same table as CSV and as XLSX; what is taken is journaled."""
    name = f"{figure.id}-{where}" if where else figure.id
    what = f"Tableau {figure.number}" if figure.number else "Ce tableau"

    def recorded(kind: str, content: bytes) -> bytes:
        visitor.record("telechargement", f"{name}.{kind}")
        return content

    with st.container(horizontal=True):
        st.download_button(
            f"{what} en CSV", lambda: recorded("csv", csv_file(figure)), f"{name}.csv", CSV,
            key=f"csv-{figure.id}", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            f"{what} en Excel", lambda: recorded("xlsx", xlsx_file(figure)), f"{name}.xlsx", XLSX,
            key=f"xlsx-{figure.id}", on_click="ignore",
        )  # fmt: skip
