"""Rows and texts -> a table that a screen reader reads, a note in small; every text is shown as it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

# Those that may be broken at the end of a line: French needs the others, before « : » and « % ».
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: object) -> str:
    """Return a text that Streamlit's Markdown shows as it is: what a porteur typed makes no link, picture or colour."""
    return _MARKUP.sub(r"\\\1", _BLANKS.sub(" ", str(text)).strip())


def table(rows: Sequence[Mapping[str, object]], description: str) -> None:
    """Draw the rows, the same columns in each; `description` is what a screen reader says first. None: nothing."""
    if not rows:  # Streamlit's own word for it is English, and too pale
        return
    cells = [{plain(name): "" if value is None else plain(value) for name, value in row.items()} for row in rows]
    st.table(pd.DataFrame(cells), hide_index=True, hide_header=False, alt=description)


def small(text: str) -> None:
    """Draw a note in small, in the colour of the text: `st.caption` is too pale for WCAG AA."""
    st.markdown(f":small[{plain(text)}]")
