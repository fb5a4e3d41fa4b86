"""Glossaire: one word for one thing, in the words of the screens and the documents."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bilan.words.glossary import glossary
from dashboard.screen.tables import table
from dashboard.visit.visitor import Visitor


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Glossaire")
    sought = st.text_input("Chercher un mot", key="glossaire_recherche").casefold()
    entries = [entry for entry in glossary() if sought in _whole(entry).casefold()]
    if entries:
        rows = [
            {"Mot": entry["mot"], "Ce que c'est": entry["sens"], "Dit aussi": ", ".join(entry.get("aussi", []))}
            for entry in entries
        ]
        table(rows, "Glossaire")
    else:
        st.info("Aucun mot ne correspond.")


def _whole(entry: dict[str, Any]) -> str:
    return " ".join((entry["mot"], entry["sens"], *entry.get("aussi", [])))
