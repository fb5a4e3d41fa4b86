"""Step 2: what was read in each file; an export never seen is described here, header by header."""

from __future__ import annotations

import streamlit as st

from dashboard.loading.corrections import show_corrections
from dashboard.loading.headers import describe
from dashboard.loading.steps import RECOGNISE, Loading, show_moves
from dashboard.screen.refusals import shown
from dashboard.screen.tables import plain, small, table
from pipeline.drafting.draft import Draft
from pipeline.drafting.run import draft_file
from pipeline.preparation import preparation
from pipeline.reading.campaigns import input_hashes
from pipeline.reading.received import on_disk
from pipeline.staging.try_file import Trial, try_file
from socle.words.french import count, number
from socle.words.refusal import Refusal

_UNKNOWN = ("format_inconnu", "entetes_inconnus", "brouillon_incomplet")
_KEY = "chargement_lus"
Found = Trial | Draft | Refusal


def recognised(load: Loading) -> None:
    """Draw the step."""
    drafts = {file: _read(load, *file) for file in load.files}
    if not drafts:
        st.info("Aucun fichier n'est chargé\u202f: seules des déclarations changent. Continuez vers l'essai.")
    for (campagne, name), what in drafts.items():
        st.markdown(f"**{plain(name)}**, année scolaire {campagne}")
        with shown():
            if isinstance(what, Draft):
                describe(load.visitor, what, name)
            elif isinstance(what, Refusal):
                st.error(plain(what.on_screen))
                if what.code == "correction_perimee":
                    show_corrections(load.visitor, campagne)
            else:
                _show(what)
        if st.button("Retirer ce fichier du chargement", key=f"retirer_{campagne}_{name}"):
            preparation.restore_file(load.visitor.folder, campagne, name, load.visitor.territory)
            st.rerun()
    _removed(load)
    whole = all(isinstance(what, Trial) for what in drafts.values())
    if not whole:
        small("Un fichier refusé n'entre pas dans les chiffres. Décrivez-le, retirez-le ou déposez-le corrigé.")
    show_moves(load, RECOGNISE, "Continuer vers l'essai")


def _removed(load: Loading) -> None:
    """The files that the load takes away, each of which can stay."""
    for campagne, name in load.removed:
        st.markdown(f"**{plain(name)}**, année scolaire {campagne}\u202f: retiré, mis de côté.")
        if st.button("Le laisser en place", key=f"remettre_{campagne}_{name}"):
            with shown():
                preparation.restore_file(load.visitor.folder, campagne, name, load.visitor.territory)
                st.rerun()


def _show(trial: Trial) -> None:
    st.success("Ce fichier est reconnu.")
    table(
        [
            {
                "Feuille": read.feuille or None,
                "Format": read.libelle,
                "Lignes lues": number(read.lignes),
                "Questions": number(read.questions),
                "Colonnes ignorées": ", ".join(read.ignorees) or None,
            }
            for read in trial.tables
        ],
        "Ce qui a été lu",
    )
    for sentence in trial.asides:
        st.warning(plain(sentence))
    small(f"{count(len(trial.anomalies), 'point relevé', 'points relevés')} à la lecture\u202f; l'essai les dira tous.")


def _read(load: Loading, campagne: str, name: str) -> Found:
    """Read the file once, as long as nothing that its reading depends on changes."""
    kept: dict[object, Found] = st.session_state.setdefault(_KEY, {})
    key = _key(load, campagne, name)
    if key not in kept:
        with st.spinner(f"Lecture de {name}…"):
            draft = _try(load, campagne, name)
        # A draft is written in formats.yml, on which the reading depends: it is kept as of what is there now.
        key = _key(load, campagne, name)
        kept[key] = draft
    return kept[key]


def _key(load: Loading, campagne: str, name: str) -> object:
    inputs = input_hashes(load.visitor.folder.prepared())
    return (campagne, name, *(text for label, text in inputs.items() if label.endswith(".yml") or name in label))


def _try(load: Loading, campagne: str, name: str) -> Found:
    prepared = load.visitor.folder.prepared()
    path = on_disk(prepared.raw / campagne, name)
    try:
        return try_file(prepared, path, campagne)
    except Refusal as refusal:
        if refusal.code not in _UNKNOWN:
            return refusal
        try:
            drafted, _ = draft_file(prepared, path, campagne)
        except Refusal as other:
            return other
        return drafted if isinstance(drafted, Draft) else refusal
