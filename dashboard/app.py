"""What Streamlit runs at each visit and each click: find who the visitor is, then draw the page asked for."""

from __future__ import annotations

from functools import partial

import streamlit as st

from access.entry import sessions
from dashboard.gate.cookies import session_cookie
from dashboard.gate.session_over import show_session_over
from dashboard.pages import draw
from dashboard.screen.banner import show_banner, show_visitor
from dashboard.screen.refusals import shown
from dashboard.screen.style import show_style
from dashboard.visit.navigation import PageEntry, pages_of
from dashboard.visit.visitor import Visitor, visitor
from socle.paths import DataFolder
from socle.settings import load_settings


def run() -> None:
    """Read the session again, at each run: one that was revoked meanwhile shows nothing any more."""
    st.set_page_config(layout="wide")
    settings = load_settings()
    folder = DataFolder(settings.data)
    token = st.context.cookies.to_dict().get(session_cookie(settings))
    session = sessions.find(folder, token)
    if session is None or token is None:
        over = st.Page(show_session_over, title="Session terminée", default=True)
        st.navigation([over], position="hidden").run()
        return
    who = visitor(folder, session.identity)
    menu: dict[str, list[st.Page]] = {}
    for entry in pages_of(session.identity.role):
        menu.setdefault(entry.section, []).append(_page(entry, who))
    chosen = st.navigation(menu, expanded=True)
    st.set_page_config(page_title=f"{chosen.title} — Bilan du Clas")
    show_style()
    show_visitor(who, token)
    show_banner(who)
    with shown():
        chosen.run()


def _page(entry: PageEntry, who: Visitor) -> st.Page:
    return st.Page(
        partial(draw, entry, who), title=entry.title, url_path=entry.path or entry.module, default=not entry.path
    )
