"""What is in the data folder and not published yet -> a sentence, and the button that publishes it."""

from __future__ import annotations

import streamlit as st

from dashboard.loading import child
from dashboard.loading.territory import has_all, year_of
from dashboard.screen.done import show_done
from dashboard.screen.tables import small
from dashboard.visit.visitor import Visitor
from pipeline.builds.result import changes
from pipeline.reading.campaigns import folder_departement, input_text

_SHOWN = 5
_DONE = "publication_faite"


def offer_publication(visitor: Visitor) -> None:
    """Draw them when something waits: a text just written, files put in the folder by hand, a new version."""
    show_done(_DONE)
    manifest = visitor.manifest
    changed = changes(visitor.folder, manifest) if manifest else None
    if not changed:
        return
    every = (*changed.added, *changed.modified, *changed.removed)
    names = [input_text(name) for name in every if _concerns(visitor, name)]
    if not names and not has_all(visitor):
        return
    names += ["une nouvelle version de l'outil ou de ses définitions"] if changed.program else []
    more = f" et {len(names) - _SHOWN} de plus" if len(names) > _SHOWN else ""
    small(f"En attente de publication\u202f: {', '.join(names[:_SHOWN])}{more}.")
    if not has_all(visitor) and len(names) - changed.program < len(every):
        small("La publication prendra aussi ce que d'autres départements ont enregistré.")
    if st.button("Publier maintenant", key="publier_en_attente"):
        done = child.run(visitor.folder, "Publication", "build")
        if done:
            visitor.record("publication", str(done["construction"]))
            st.session_state[_DONE] = "Publié\u202f: les pages montrent les nouveaux chiffres."
            st.rerun()


def _concerns(visitor: Visitor, name: str) -> bool:
    """Whether something that waits is the visitor's, or a declaration that the départements of a year share."""
    campagne, _, file = name.partition("/")
    if has_all(visitor):
        return True
    year = year_of(visitor, visitor.folder, campagne)
    if year is None:
        return False
    if folder_departement(file):
        return folder_departement(file) == visitor.territory
    return file.endswith(".yml") or year.file(visitor.territory, file)
