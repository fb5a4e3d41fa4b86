"""What was done by the gesture before -> a sentence, once, in a place that is there when there is none."""

from __future__ import annotations

import streamlit as st


def show_done(key: str) -> None:
    """Draw what the session keeps under that key, and forget it.

    The place is always there: tabs below one that comes and goes would open on the first again.
    """
    place = st.empty()
    if done := st.session_state.pop(key, ""):
        place.success(done)
