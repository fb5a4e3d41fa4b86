"""The six figures of L'essentiel: as cards, and as a figure like the others, with its table, files and sheets."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from bilan.model.content import KeyFigure
from bilan.model.exhibit import Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.parts.essentiel import Essentiel
from dashboard.screen.filters import Choice
from dashboard.screen.tables import plain


def show_cards(cards: tuple[KeyFigure, ...]) -> None:
    """Draw one card a figure: value, base, the year before, France."""
    with st.grid(3, min_column_width=260, border=True):
        for card in cards:
            said = "  \n".join(f":small[{plain(text)}]" for text in card.lines)
            st.markdown(f"{plain(card.label)}\n\n#### {plain(card.value.text)}\n\n{said}")


def as_figure(page: Essentiel, choice: Choice) -> Exhibit:
    """Return the same numbers as a table."""
    where = f"{choice.campagne}/{choice.departement.code}"
    return Exhibit(
        id="chiffres-cles",
        number="",
        title="Les chiffres clés en tableau",
        chart="aucun",
        unit="n",
        axis="",
        row_label="Chiffre clé",
        columns=(
            ExhibitColumn("valeur", choice.departement.nom),
            ExhibitColumn("detail", "Détail", "texte"),
            ExhibitColumn("base", "Base", "texte"),
            ExhibitColumn("avant", "Année précédente", "texte"),
            ExhibitColumn("france", "France", "texte"),
        ),
        rows=tuple(
            ExhibitRow(
                card.indicateur,
                card.label,
                (
                    replace(card.value, explained=f"{card.indicateur}/{where}"),
                    *(ExhibitCell(text) for text in (card.detail, card.base, card.before, card.france)),
                ),
            )
            for card in page.key_figures
        ),
        message="",
        lecture="",
        champ="",
        source="",
        n="",
        alt=f"Chiffres clés. {page.title}.",
        marks=page.marks,
        notes=(page.foot,),
    )
