"""What the theme does not say: text that Streamlit draws too pale to be read (WCAG AA)."""

from __future__ import annotations

import streamlit as st

_STYLE = """
<style>
[data-testid="stTable"] th, [data-testid="stTable"] th * { color: inherit !important; font-weight: 600; }
</style>
"""


def show_style() -> None:
    """Put it in the page; nothing is seen of it."""
    st.html(_STYLE)
