"""The names that the register does not know -> attached to a porteur, or added to the register."""

from __future__ import annotations

import streamlit as st

from dashboard.loading.territory import open_folder
from dashboard.screen.refusals import shown
from dashboard.screen.tables import plain, small, table
from dashboard.visit.visitor import Visitor
from pipeline.preparation import preparation
from pipeline.preparation.row_answers import row_answers
from pipeline.preparation.unknown_porteurs import Candidate, UnknownPorteur, attach_unknown, own_register
from pipeline.preparation.write_register import RegisterLine, add_porteur, attach_name, read_register
from pipeline.reading.campaigns import load_campaigns
from socle.words.french import percentage
from socle.words.refusal import Refusal


def show_unknown(visitor: Visitor, unknown: list[UnknownPorteur]) -> None:
    """Draw the names and, for the one that is chosen, its candidates and the two ways to settle it."""
    table(
        [
            {
                "Nom reçu": porteur.nom,
                "Où": ", ".join(
                    f"{place.campagne}, {place.fichier}, ligne {place.ligne}" for place in porteur.places[:2]
                ),
                "Bilans écartés": str(len(porteur.places)),
                "Nom connu le plus proche": _near(porteur.candidates[0]) if porteur.candidates else "aucun",
            }
            for porteur in unknown
        ],
        "Porteurs inconnus",
    )
    chosen = st.selectbox(
        "Porteur inconnu à régler", unknown, format_func=lambda porteur: porteur.nom,
        index=0 if len(unknown) == 1 else None,
        placeholder="Choisissez", key="inconnu",
    )  # fmt: skip
    if chosen is None:
        return
    with shown():
        register = own_register(open_folder(visitor), visitor.territory)
        if any(chosen.nom in line.names for line in read_register(open_folder(visitor))):
            st.info(f"{plain(chosen.nom)} est réglé\u202f: refaites l'essai pour voir l'effet.")
            return
        attach, add = st.tabs(["Le rattacher à un porteur connu", "L'ajouter au registre"])
        with attach:
            _attach(visitor, chosen, register)
        with add:
            _add(visitor, chosen)


def _attach(visitor: Visitor, unknown: UnknownPorteur, register: list[RegisterLine]) -> None:
    near = {candidate.porteur_id: candidate for candidate in unknown.candidates}
    present = [line for line in register if not line.remplace_par]
    # Those whose name is near come first.
    ordered = sorted(present, key=lambda line: -near[line.porteur_id].score if line.porteur_id in near else 0)
    chosen = st.selectbox(
        "C'est un autre nom de", ordered, index=None, placeholder="Choisissez",
        format_func=lambda line: _line(line, near.get(line.porteur_id)), key=f"rattacher_{unknown.nom}",
    )  # fmt: skip
    if st.button("Rattacher ce nom", type="primary", disabled=chosen is None, key="rattacher") and chosen:
        with shown():
            prepared = preparation.begin(visitor.folder, visitor.identity.nom, visitor.territory)
            attach_unknown(prepared, chosen.porteur_id, unknown, visitor.identity.nom, visitor.territory)
            visitor.record("reglage", f"registre, autre nom de {chosen.porteur_id}")
            st.rerun()


def _add(visitor: Visitor, unknown: UnknownPorteur) -> None:
    siret_received = _siret(visitor, unknown)
    with st.form(f"ajouter_{unknown.nom}", border=False):
        name = st.text_input("Raison sociale", value=unknown.nom, key=f"ajouter_nom_{unknown.nom}")
        siret = st.text_input(
            "SIRET (quatorze chiffres\u202f; vide s'il n'est pas connu)", value=siret_received,
            key=f"ajouter_siret_{unknown.nom}",
        )  # fmt: skip
        if st.form_submit_button("Ajouter ce porteur", type="primary"):
            with shown():
                prepared = preparation.begin(visitor.folder, visitor.identity.nom, visitor.territory)
                place = unknown.places[0]
                own = next(campaign for campaign in load_campaigns(prepared) if campaign.name == place.campagne)
                code = visitor.territory or place.departement or own.departements[0]
                made = add_porteur(prepared, name, siret, visitor.identity.nom, code)
                if name != unknown.nom:
                    attach_name(prepared, made, unknown.nom, visitor.identity.nom)
                visitor.record("reglage", f"registre, {made} ajouté")
                st.rerun()


def _siret(visitor: Visitor, unknown: UnknownPorteur) -> str:
    """The SIRET beside the name in the file, as it is written there."""
    kept: dict[str, str] = st.session_state.setdefault("inconnu_siret", {})
    if unknown.nom not in kept:
        place = unknown.places[0]
        folder = open_folder(visitor)
        try:
            answers = row_answers(folder, place.campagne, place.fichier, place.feuille, place.ligne, visitor.territory)
        except Refusal as error:
            small(f"Le SIRET du fichier n'a pas pu être relu\u202f: {error}")
            answers = ()
        kept[unknown.nom] = next((answer.texte for answer in answers if answer.variable == "siret"), "")
    return kept[unknown.nom]


def _line(line: RegisterLine, candidate: Candidate | None) -> str:
    return f"{line.raison_sociale} ({line.porteur_id})" + (f", {_why(candidate)}" if candidate else "")


def _near(candidate: Candidate) -> str:
    return f"{candidate.nom} ({candidate.porteur_id}), {percentage(candidate.score)}"


def _why(candidate: Candidate) -> str:
    return f"«\u202f{candidate.nom}\u202f» ressemble à {percentage(candidate.score)}"
