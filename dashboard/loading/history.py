"""The history: what was loaded, which can be taken back; the builds kept, to which one may go back."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard.loading.publishing import DONE, change_text
from dashboard.loading.steps import TRY, go
from dashboard.loading.territory import has_all
from dashboard.screen.refusals import shown
from dashboard.screen.tables import plain, table
from dashboard.visit.visitor import Visitor
from pipeline.deposits.load_history import Load, loads
from pipeline.preparation import preparation
from pipeline.preparation.foreign_changes import own_changes
from pipeline.run import run_rollback
from socle.files.manifest import Manifest, published_builds, read_manifest
from socle.words.french import count, moment

_SHOWN = 30


def history(visitor: Visitor) -> None:
    """Draw the loads, then the builds."""
    _loads(visitor)
    _builds(visitor)


def _loads(visitor: Visitor) -> None:
    st.subheader("Chargements")
    mine = [(load, own_changes(visitor.folder, load, visitor.territory)) for load in loads(visitor.folder)]
    past = [(load, own) for load, own in mine if own]
    if not past:
        st.info("Aucun chargement n'a encore été publié d'ici.")
        return
    table(
        [
            {
                "Quand": _when(load.quand),
                "Par": load.par,
                "Ce qui a changé": "\u202f; ".join(map(change_text, own)),
            }
            for load, own in past[:_SHOWN]
        ],
        "Chargements publiés",
    )
    chosen = st.selectbox(
        "Chargement à annuler", [load for load, own in past if own == load.changements], index=None,
        placeholder="Choisissez", key="annuler_chargement",
        format_func=lambda load: f"{_when(load.quand)}, {count(len(load.changements), 'fichier')}",
    )  # fmt: skip
    if chosen and st.button("Annuler ce chargement", key="annuler"):
        _take_back(visitor, chosen)


@st.dialog("Annuler ce chargement\u202f?")
def _take_back(visitor: Visitor, load: Load) -> None:
    st.write("Les fichiers d'avant sont préparés à la place des siens. Vous verrez ce qui change avant de publier.")
    for change in load.changements:
        st.text(f"• {change_text(change)}")
    if st.button("Préparer l'annulation", type="primary", key="annuler_oui"):
        with shown():
            preparation.take_back(visitor.folder, load, visitor.identity.nom, visitor.territory)
            visitor.record("chargement", f"annulation du {_when(load.quand)} préparée")
            st.session_state[DONE] = (
                "L'annulation est préparée\u202f: continuez dans l'onglet «\u202fChargement\u202f»."
            )
            go(TRY)


def _builds(visitor: Visitor) -> None:
    st.subheader("Constructions publiées")
    kept = [(path.name, read_manifest(path)) for path in reversed(published_builds(visitor.folder))]
    rows = [(name, manifest) for name, manifest in kept if manifest]
    if not rows:
        st.info("Rien n'a encore été publié.")
        return
    whole = has_all(visitor)
    table(
        [
            {
                "Construite le": _when(manifest.created_at),
                "Construction": name,
                "État": "publiée" if name == visitor.build else "gardée",
                **({"Fichiers refusés": str(len(manifest.refused))} if whole else {}),
                "Version des chiffres": manifest.figures_hash[:8],
            }
            for name, manifest in rows
        ],
        "Constructions",
    )
    others = [(name, manifest) for name, manifest in rows if name != visitor.build]
    if not others or not whole:
        return
    chosen = st.selectbox(
        "Revenir à une construction", others, index=None, placeholder="Choisissez", key="revenir_construction",
        format_func=lambda pair: f"{pair[0]}, du {_when(pair[1].created_at)}",
    )  # fmt: skip
    if chosen and st.button("Revenir à cette construction", key="revenir"):
        _roll_back(visitor, *chosen)


@st.dialog("Revenir à cette construction\u202f?")
def _roll_back(visitor: Visitor, name: str, manifest: Manifest) -> None:
    st.write(
        plain(
            f"Chacun verra de nouveau les chiffres du {_when(manifest.created_at)}, aussitôt. Les fichiers ne changent "
            "pas\u202f: la prochaine publication repartira d'eux. Pour retirer un fichier, annulez son chargement."
        )
    )
    if st.button("Revenir", type="primary", key="revenir_oui"):
        with shown():
            run_rollback(visitor.folder, name)
            visitor.record("retour_arriere", name)
            st.session_state[DONE] = f"Les chiffres du {_when(manifest.created_at)} sont de nouveau publiés."
            st.rerun()


def _when(text: str) -> str:
    return moment(datetime.fromisoformat(text))
