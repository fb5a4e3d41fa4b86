"""Données personnelles."""

from __future__ import annotations

import streamlit as st

from dashboard.visitor import Visitor


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Données personnelles")
