"""Charger un fichier: five steps from a file received to published figures; the history, and the way back."""

from __future__ import annotations

import streamlit as st

from dashboard.loading.choose import choose
from dashboard.loading.comparing import comparing
from dashboard.loading.history import history
from dashboard.loading.publishing import DONE, offer_to_give_up, publishing
from dashboard.loading.recognised import recognised
from dashboard.loading.steps import CHOOSE, COMPARE, PUBLISH, RECOGNISE, TRY, loading, show_steps, step
from dashboard.loading.territory import closed
from dashboard.loading.trying import trying
from dashboard.screen.done import show_done
from dashboard.screen.tables import plain
from dashboard.visit.visitor import Visitor

_STEPS = {CHOOSE: choose, RECOGNISE: recognised, TRY: trying, COMPARE: comparing, PUBLISH: publishing}


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Charger un fichier")
    show_done(DONE)
    now, before = st.tabs(["Chargement", "Historique"])
    with now:
        if refusal := closed(visitor):
            st.info(plain(refusal.on_screen))
        else:
            _now(visitor)
    with before:
        history(visitor)


def _now(visitor: Visitor) -> None:
    load = loading(visitor)
    current = step(load)
    show_steps(current)
    _STEPS[current](load)
    if load.preparation:
        offer_to_give_up(load)
