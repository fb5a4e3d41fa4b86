"""A refused action, or a refused page -> its sentence, shown in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.screen.tables import plain
from dashboard.visit.visitor import BuildChanged
from socle.refusal import Refusal


@contextmanager
def shown() -> Iterator[None]:
    """Draw the sentence of a Refusal raised within; draw all again when another build came meanwhile."""
    try:
        yield
    except BuildChanged:
        st.rerun()
    except Refusal as error:
        st.error(plain(error.on_screen))
