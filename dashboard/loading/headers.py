"""An export never seen -> one select box for each header that nobody knows: what it asks, or why it is ignored."""

from __future__ import annotations

import streamlit as st

from dashboard.refusals import shown
from dashboard.tables import plain, small
from dashboard.visitor import Visitor
from pipeline.codebook import load_codebook
from pipeline.draft import Draft
from pipeline.draft_columns import DraftColumn
from pipeline.draft_text import proposal_text
from pipeline.write_formats import Answer, Header, answer_draft, choices
from socle.french import count

_IGNORED = "Ignorer cette colonne"


def describe(visitor: Visitor, draft: Draft, name: str) -> None:
    """Draw the form that completes the draft."""
    waiting = draft.waiting
    st.warning(_what(draft))
    for sheet in draft.left_out:
        small(f"La feuille «\u202f{sheet}\u202f» n'est rattachée à rien\u202f: elle ne sera pas lue.")
    codebook = load_codebook((visitor.folder.prepared().root,))
    with st.form(f"decrire_{draft.id}"):
        answers: dict[Header, Answer] = {}
        for number, (partie, column) in enumerate(waiting):
            answers[(partie, column.entete)] = _ask(number, draft.id, column, choices(codebook, draft, partie))
        label = "Enregistrer ces réponses" if waiting else "Accepter cette description"
        if st.form_submit_button(label, type="primary"):
            with shown():
                answer_draft(visitor.folder.prepared(), draft, answers, visitor.identity.nom)
                visitor.record("reglage", f"intitulés de {draft.campagne}/{name}")
                st.rerun()


def _what(draft: Draft) -> str:
    known = count(draft.sure, "intitulé est reconnu", "intitulés sont reconnus")
    left = count(len(draft.waiting), "attend une réponse", "attendent une réponse")
    near = f" Il ressemble à «\u202f{draft.etend.libelle}\u202f»." if draft.etend else ""
    return plain(f"Cet export n'a jamais été vu.{near} {known}, {left}. Vos réponses serviront pour toute l'année.")


def _ask(number: int, draft_id: str, column: DraftColumn, known: dict[str, str]) -> Answer:
    proposed = {proposal.variable: proposal_text(proposal) for proposal in column.proposals}
    # The nearest wordings first, then all the others, by their label.
    offered = [*proposed, _IGNORED, *(name for name in known if name not in proposed)]
    st.markdown(f"**{plain(column.entete)}**")
    small(f"{column.why}\u202f; cellules\u202f: {column.cells}.")
    chosen = st.selectbox(
        f"Que demande «\u202f{plain(column.entete)}\u202f»\u202f?", offered, index=None, placeholder="Choisissez",
        format_func=lambda name: proposed.get(name, name if name == _IGNORED else f"{known[name]} ({name})"),
        key=f"entete_{draft_id}_{number}",
    )  # fmt: skip
    why = st.text_input("Si elle est ignorée, pourquoi\u202f?", key=f"entete_motif_{draft_id}_{number}")
    if chosen == _IGNORED:
        return Answer(ignoree=why)
    return Answer(variable=chosen)
