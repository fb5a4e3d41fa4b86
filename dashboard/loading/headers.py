"""An export never seen -> one select box for each unknown header: what it asks, or why it is ignored."""

from __future__ import annotations

import streamlit as st

from dashboard.screen.refusals import shown
from dashboard.screen.tables import plain, small
from dashboard.visit.visitor import Visitor
from pipeline.codebook.load import load_codebook
from pipeline.drafting.columns import DraftColumn, Proposal
from pipeline.drafting.draft import Draft
from pipeline.preparation.write_formats import Header, HeaderAnswer, answer_draft, choices
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
        answers: dict[Header, HeaderAnswer] = {}
        for number, (partie, column) in enumerate(waiting, start=1):
            answers[(partie, column.entete)] = _ask(
                number, draft.id, column, _absent(draft, partie), choices(codebook, draft, partie)
            )
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


def _ask(number: int, draft_id: str, column: DraftColumn, absent: list[str], known: dict[str, str]) -> HeaderAnswer:
    near = {proposal.variable: _nearness(proposal) for proposal in column.proposals}
    # The nearest wordings first, then what such an export has and this one has not, then all the rest by its label.
    missing = {name: "attendu, et absent de ce fichier" for name in absent if name in known and name not in near}
    why = near | missing
    offered = [*why, _IGNORED, *(name for name in known if name not in why)]

    def said(name: str) -> str:
        if name == _IGNORED:
            return name
        return f"{known.get(name, name)} ({name})" + (f"\u202f: {why[name]}" if name in why else "")

    st.markdown(f"Colonne n° {number}\u202f: **{plain(column.entete)}**")
    small(f"{column.why[:1].upper()}{column.why[1:]}\u202f; cellules\u202f: {column.cells}.")
    chosen = st.selectbox(
        f"Que demande la colonne n° {number}\u202f?", offered, index=None, placeholder="Choisissez",
        format_func=said, key=f"entete_{draft_id}_{number}",
    )  # fmt: skip
    reason = st.text_input(
        f"Si la colonne n° {number} est ignorée, pourquoi\u202f?", key=f"entete_motif_{draft_id}_{number}"
    )
    return HeaderAnswer(ignoree=reason) if chosen == _IGNORED else HeaderAnswer(variable=chosen)


def _nearness(proposal: Proposal) -> str:
    if proposal.exact:
        return "même intitulé"
    return f"proche à {proposal.score:.0f}\u202f% de «\u202f{proposal.wording}\u202f»"


def _absent(draft: Draft, partie: str | None) -> list[str]:
    columns = [column for table in draft.tables if table.partie == partie for column in table.colonnes]
    return [column.variable for column in columns if column.facultative and column.variable]
