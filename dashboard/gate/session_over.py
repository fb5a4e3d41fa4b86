"""What an open tab shows once its session has ended, and nothing else."""

from __future__ import annotations

import streamlit as st

from access.entry.sessions import ABSOLUTE, IDLE
from dashboard.visit.addresses import IDENTIFICATION


def show_session_over() -> None:
    """Say that the session has ended, and where to identify again."""
    st.title("Votre session est terminée")
    st.write(
        f"Une session se ferme après {IDLE // 60} minutes sans activité, {ABSOLUTE // 3600} heures en tout, ou quand "
        "le compte change. Plus rien n'est affiché ici."
    )
    st.html(f'<p><a href="{IDENTIFICATION}?fin=session" target="_self">S\'identifier de nouveau</a></p>')
