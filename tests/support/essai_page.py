"""A page of everything that Streamlit serves apart from the page itself: files, uploads, fragments, charts, faults."""

from __future__ import annotations

from io import BytesIO

import plotly.graph_objects as go
import streamlit as st
from PIL import Image

from dashboard.visit.data import read
from dashboard.visit.visitor import Visitor
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from warehouse.scope import Scope


def page(visitor: Visitor) -> None:
    """Draw it, every text naming whom it is for."""
    who = visitor.identity.nom
    st.title("Essai")
    st.write(f"Page de {who}")
    st.write(read(visitor, whose_figures))
    st.text_input("Texte", key="texte")
    st.write(f"Saisi : {st.session_state.texte}")
    st.download_button("Fichier", data=f"fichier de {who}".encode(), file_name="fichier.txt")
    st.download_button("Fichier préparé", data=lambda: f"fichier préparé de {who}".encode(), file_name="prepare.txt")
    st.image(picture(visitor.identity.compte), caption="Image")
    st.dataframe({"Porteur": [who], "Enfants": [12]})
    st.plotly_chart(go.Figure(go.Bar(x=[who], y=[12])), key="graphique")
    sent = st.file_uploader("Déposer", key="depot")
    if sent:
        st.write(f"Reçu {sent.name} : {len(sent.getvalue())} octets")
    part(who)
    if st.button("Panne"):
        raise RuntimeError("mot-de-passe-de-la-base")
    if st.button("Refus"):
        raise Refusal("aucune_construction")


@st.fragment
def part(who: str) -> None:
    """What is drawn again without the rest of the page."""
    st.button("Fragment")
    st.write(f"Fragment de {who}")


def whose_figures(folder: DataFolder, scope: Scope) -> str:
    """A reader of the warehouse, as far as dashboard.visit.data.read knows."""
    return f"Chiffres de {scope.role} {scope.territoire} {scope.porteur_id}"


def picture(number: int) -> bytes:
    """A picture that only that account has."""
    file = BytesIO()
    Image.new("RGB", (8, 8), (number % 256, 100, 200)).save(file, "PNG")
    return file.getvalue()
