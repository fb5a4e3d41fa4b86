"""Accueil: who I am, what I may read here, and the state of each school year."""

from __future__ import annotations

import streamlit as st

from dashboard.visitor import Visitor


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Bilan annuel du Clas")
    st.write(visitor.identity.nom)
