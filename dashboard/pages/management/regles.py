"""Années arrêtées et règles: what today's rules would change in each adopted year, and its renewal with a reason."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bilan.frozen import freeze_all
from bilan.words.numbers import SayingThresholds
from bilan.words.values import change_text
from dashboard.loading import child
from dashboard.loading.territory import campaigns_of
from dashboard.screen.done import show_done
from dashboard.screen.refusals import shown
from dashboard.screen.tables import small, table
from dashboard.visit.visitor import Visitor
from pipeline.builds.adoption import in_force, read_arrets
from pipeline.builds.build_anomalies import thresholds
from pipeline.renew import pending_rules
from socle.process.machine import refusing_machine
from socle.words.french import count, day, number
from socle.words.refusal import Refusal
from socle.words.states import PENDING_EFFECTS

Row = dict[str, Any]
_DONE, _FIGURES = "regles_fait", "regles_chiffres"


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Années arrêtées et règles")
    show_done(_DONE)
    st.write(
        "Une année arrêtée garde les chiffres que le comité a arrêtés, même quand les règles de lecture ou de contrôle "
        "changent ensuite. Cette page dit, année par année, ce que les règles d'aujourd'hui y changeraient."
    )
    if visitor.build is None:
        st.info("Rien n'est encore publié. Commencez par «\u202fCharger un fichier\u202f».")
        return
    mine = {campaign.name for campaign in campaigns_of(visitor, visitor.folder)}
    adopted = [a.campagne for a in reversed(in_force(read_arrets(visitor.folder))) if a.campagne in mine]
    if not adopted:
        st.info("Aucune année n'est arrêtée.")
        return
    rows = [row for row in pending_rules(visitor.folder.builds / visitor.build) if row["campagne"] in adopted]
    _pending(rows, adopted)
    _figures(visitor, adopted)
    _renew(visitor, adopted)


def _pending(rows: list[Row], adopted: list[str]) -> None:
    st.subheader("Ce que les règles d'aujourd'hui changeraient")
    with shown():
        table([_line(row) for row in rows], "Règles d'aujourd'hui qui changeraient une année arrêtée")
    untouched = [name for name in adopted if name not in {row["campagne"] for row in rows}]
    if untouched:
        small(f"Rien n'y changerait\u202f: {', '.join(untouched)}.")


def _line(row: Row) -> Row:
    return {
        "Année": row["campagne"],
        "Règle": row["libelle"],
        "Depuis": day(row["depuis"]) if row["depuis"] else None,
        "Effet": PENDING_EFFECTS[row["effet"]],
        "Lignes": number(row["nb_concernes"]),
    }


def _figures(visitor: Visitor, adopted: list[str]) -> None:
    st.subheader("Les chiffres qui changeraient")
    small("Rien n'est publié\u202f: l'année est recalculée à part, comme si elle était rouverte.")
    campagne = st.selectbox("Année à recalculer", adopted, key="regles_annee")
    if st.button("Calculer", key="regles_calculer"):
        said = child.run(visitor.folder, f"Calcul de {campagne}", "regles", campagne)
        st.session_state[_FIGURES] = (visitor.build, campagne, said["chiffres"]) if said else None
    found = st.session_state.get(_FIGURES)
    if found and found[:2] == (visitor.build, campagne):
        _show_figures(visitor, campagne, found[2])


def _show_figures(visitor: Visitor, campagne: str, rows: list[Row]) -> None:
    if not rows:
        st.info(f"Aucun chiffre de {campagne} ne changerait.")
        return
    says = SayingThresholds.of(thresholds(visitor.folder.builds / str(visitor.build)))
    st.text(f"{count(len(rows), 'chiffre')} de {campagne}\u202f:")
    with shown():
        table(
            [
                {
                    "Chiffre": row["libelle"],
                    "Où": "France" if row["niveau"] == "france" else row["code"],
                    "Arrêté": change_text(row, "_avant", says),
                    "Avec les règles d'aujourd'hui": change_text(row, "", says),
                }
                for row in rows
            ],
            f"Chiffres de {campagne} qui changeraient",
        )


def _renew(visitor: Visitor, adopted: list[str]) -> None:
    st.subheader("Reprendre toutes les années arrêtées")
    small(
        "Toutes prennent les règles d'aujourd'hui et restent arrêtées, à la date de ce jour. Les chiffres d'avant sont "
        "gardés, l'historique dit qui, quand et pourquoi. Pour une seule année, rouvrez-la dans «\u202fArrêter le "
        "bilan\u202f»."
    )
    reason = st.text_input("Motif, gardé dans l'historique", key="regles_motif").strip()
    if st.button("Tout reprendre", disabled=not reason, key="regles_reprendre"):
        _confirm(visitor, adopted, reason)


@st.dialog("Tout reprendre avec les règles d'aujourd'hui\u202f?")
def _confirm(visitor: Visitor, adopted: list[str], reason: str) -> None:
    st.text(
        f"Les chiffres de {count(len(adopted), 'année arrêtée', 'années arrêtées')} sont recalculés et publiés. Les "
        "porteurs voient les nouveaux, aussitôt."
    )
    if st.button("Tout reprendre", type="primary", key="regles_oui"):
        by = visitor.identity.nom
        if child.run(visitor.folder, "Reprise des années arrêtées", "reprendre", reason, by, *adopted):
            for campagne in adopted:
                visitor.record("reprise", campagne)
            st.session_state[_DONE] = f"Années reprises. {_keep(visitor, adopted, by)}"
            st.rerun()


def _keep(visitor: Visitor, campagnes: list[str], by: str) -> str:
    """Keep the bilans as they are now; the renewal stands, whatever comes of it."""
    try:
        with st.spinner("Les bilans sont mis en page et gardés…"), refusing_machine(visitor.folder):
            for campagne in campagnes:
                freeze_all(visitor.folder, campagne, by)
    except Refusal as refusal:
        return f"{refusal.on_screen} Gardez leurs bilans dans «\u202fÉtablir le bilan\u202f»."
    return "Leurs bilans sont gardés."
