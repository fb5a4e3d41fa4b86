"""What the last action did -> its sentence, shown once, in an element that stays on the page when it is empty."""

from __future__ import annotations

import streamlit as st


def show_done(key: str) -> None:
    """Draw what the session keeps under that key, and forget it.

    The element always exists: if it came and went, Streamlit would open the tabs below it on the first one again.
    """
    element = st.empty()
    if done := st.session_state.pop(key, ""):
        element.success(done)
