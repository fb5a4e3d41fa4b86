"""Données personnelles: the information notice, and what is kept of the person who reads it."""

from __future__ import annotations

import json

import streamlit as st

from access.rights.personal import personal_data
from dashboard.gate.notice import notice
from dashboard.visit.visitor import Visitor
from socle.settings import load_settings


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Données personnelles")
    for paragraph in notice(load_settings()):
        st.text(paragraph)
    st.subheader("Ce qui est gardé de vous")
    st.text("Votre compte et le journal de vos visites, dans un fichier que tout éditeur de texte ouvre.")
    st.download_button(
        "Télécharger mes données",
        data=lambda: _mine(visitor),
        file_name="mes-donnees-clas.json",
        mime="application/json",
        on_click="ignore",
    )


def _mine(visitor: Visitor) -> str:
    kept = personal_data(visitor.folder, visitor.identity.identifiant, visitor.author)
    return json.dumps(kept, ensure_ascii=False, indent=2)
