"""Above every page: for whom it is drawn, of which build, and what must be known before a figure is read."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from access.entry import csrf
from access.people.identity import ROLES
from dashboard.screen.places import where
from dashboard.screen.tables import small
from dashboard.visit.addresses import GOODBYE
from dashboard.visit.visitor import Visitor
from socle.files.manifest import pointed_build
from socle.words.french import count, moment
from warehouse.scope import INTERNAL

_BUTTON = (
    "font: inherit; color: inherit; background: transparent; border: 1px solid currentcolor; border-radius: .5rem; "
    "padding: .375rem .75rem; min-height: 2.5rem; cursor: pointer"
)


def show_visitor(visitor: Visitor, token: str) -> None:
    """Draw, under the menu, who is identified and the way out."""
    who = visitor.identity
    with st.sidebar:
        st.text(f"{who.nom}\n{ROLES[who.role]} {where(who.territoire)}")
        st.html(
            f'<form method="post" action="{GOODBYE}"><input type="hidden" name="jeton" '
            f'value="{csrf.form_token(token)}"><button type="submit" style="{_BUTTON}">Se déconnecter</button></form>'
        )


def show_banner(visitor: Visitor) -> None:
    """Draw what every page must say: fictitious data, nothing published, an older build, files that were refused."""
    manifest = visitor.manifest
    if manifest is None:
        st.warning("Rien n'est encore publié\u202f: les pages de chiffres sont vides.")
        return
    if manifest.fictif:
        st.warning("DONNÉES FICTIVES, site de démonstration\u202f: aucun des porteurs n'existe.")
    if visitor.scope.role in INTERNAL:
        if pointed_build(visitor.folder) != manifest.build:
            st.error(f"La dernière construction est abîmée\u202f: les chiffres sont ceux de {manifest.build}.")
        if refused := visitor.refused:
            number = count(len(refused), "fichier refusé", "fichiers refusés")
            st.warning(f"{number}\u202f: des chiffres manquent ou datent d'avant. La page d'accueil dit lesquels.")
    published = moment(datetime.fromisoformat(manifest.created_at))
    small(f"Chiffres publiés le {published}, version {manifest.figures_hash[:8]}.")
