"""Step 5: accept and publish, or give up; either way what is left is said."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath

import streamlit as st

from dashboard.loading import child
from dashboard.loading.steps import CHOOSE, PUBLISH, Loading, go, show_moves
from dashboard.loading.territory import theirs
from dashboard.loading.words import file_text
from dashboard.screen.refusals import shown
from dashboard.screen.tables import plain, small
from dashboard.visit.visitor import Visitor
from pipeline.adopt import places_text
from pipeline.deposits.load_history import Change
from pipeline.preparation import preparation
from socle.words.french import count, day

DONE = "chargement_fait"


def publishing(load: Loading) -> None:
    """Draw the step."""
    manifest = load.manifest
    assert manifest is not None  # noqa: S101  # the step is not drawn without a trial
    st.write("Si vous acceptez, ces fichiers entrent dans le dossier de données et les chiffres sont publiés\u202f:")
    for change in load.changes:
        st.text(f"• {change_text(change)}")
    mine = theirs(load.visitor)
    refused = manifest.refused_of(load.visitor.territory)
    if refused:
        number = count(len(refused), "fichier reste refusé", "fichiers restent refusés")
        st.warning(plain(f"{number}\u202f: {' '.join(one['message'] for one in refused)}"))
    for adopted in manifest.no_longer_adopted:
        if not mine(adopted["campagne"], adopted["departement"]):
            continue
        named = places_text(manifest, [(adopted["campagne"], adopted["departement"])])
        on = day(date.fromisoformat(adopted["arretee_le"]))
        st.warning(
            f"Des chiffres de {named} ne sont plus ceux que le comité a arrêtés le {on}\u202f: "
            "l'année redeviendrait provisoire, et les porteurs ne la verraient plus."
        )
    if st.button("Accepter et publier", type="primary", key="accepter"):
        who = (load.visitor.identity.nom, *([load.visitor.territory] if load.visitor.territory else []))
        done = child.run(load.visitor.folder, "Publication", "accepter", *who)
        if done:
            load.visitor.record("publication", str(done["construction"]))
            st.session_state[DONE] = f"Publié\u202f: {count(len(load.changes), 'fichier')} dans le dossier de données."
            go(CHOOSE)
    show_moves(load, PUBLISH)


def offer_to_give_up(load: Loading) -> None:
    """Draw, under every step, the way out."""
    st.divider()
    if load.preparation and load.preparation.par != load.visitor.identity.nom:
        small(f"Ce chargement a été commencé par {load.preparation.par}\u202f: vous pouvez le continuer.")
    if st.button("Abandonner ce chargement", key="abandonner"):
        _give_up(load.visitor)


@st.dialog("Abandonner ce chargement\u202f?")
def _give_up(visitor: Visitor) -> None:
    st.write(
        "Les fichiers déposés, les corrections et les réponses de ce chargement sont oubliés. Le dossier de données et "
        "les chiffres publiés restent comme avant."
    )
    if st.button("Abandonner", type="primary", key="abandonner_oui"):
        with shown():
            preparation.give_up(visitor.folder, visitor.territory)
            visitor.record("chargement", "abandonné")
            st.session_state[DONE] = "Chargement abandonné\u202f: rien n'a changé."
            go(CHOOSE)


def change_text(change: Change) -> str:
    """Return « 2019-2020, reponses.csv : ajouté »."""
    what = "ajouté" if change.avant is None else "retiré, mis de côté" if change.apres is None else "modifié"
    *folders, name = PurePosixPath(change.chemin.removeprefix("raw/")).parts
    return f"{', '.join((*folders, file_text(name)))}\u202f: {what}"
