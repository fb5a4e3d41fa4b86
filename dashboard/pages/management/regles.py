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
from dashboard.visit.places import by_year, is_mine
from dashboard.visit.visitor import Visitor
from pipeline.adopt import places_text
from pipeline.builds.adoption import Pair, in_force
from pipeline.builds.build_anomalies import thresholds
from pipeline.renew import pending_rules
from socle.process.machine import refusing_machine
from socle.words.french import count, day, number
from socle.words.refusal import Refusal
from socle.words.states import PENDING_EFFECTS, year_text

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
    manifest = visitor.manifest
    if visitor.build is None or manifest is None:
        st.info("Rien n'est encore publié. Commencez par «\u202fCharger un fichier\u202f».")
        return
    campaigns = campaigns_of(visitor, visitor.folder)
    declared = {campaign.name for campaign in campaigns}
    found = reversed(in_force(visitor.folder, campaigns))
    pairs = [one.pair for one in found if one.campagne in declared and is_mine(visitor, one.departement)]
    if not pairs:
        st.info("Aucune année n'est arrêtée.")
        return
    names = {pair: places_text(manifest, [pair]) for pair in pairs}
    rows = [
        row
        for row in pending_rules(visitor.folder.builds / visitor.build)
        if (row["campagne"], row.get("departement")) in names
    ]
    _pending(rows, names)
    _figures(visitor, names)
    _renew(visitor, pairs)


def _pending(rows: list[Row], names: dict[Pair, str]) -> None:
    st.subheader("Ce que les règles d'aujourd'hui changeraient")
    with shown():
        table(
            [{"Année": names[row["campagne"], row["departement"]]} | _line(row) for row in rows],
            "Règles d'aujourd'hui qui changeraient une année arrêtée",
        )
    changed = {(row["campagne"], row["departement"]) for row in rows}
    untouched = [name for pair, name in names.items() if pair not in changed]
    if untouched:
        small(f"Rien n'y changerait\u202f: {', '.join(untouched)}.")


def _line(row: Row) -> Row:
    return {
        "Règle": row["libelle"],
        "Depuis": day(row["depuis"]) if row["depuis"] else None,
        "Effet": PENDING_EFFECTS[row["effet"]],
        "Lignes": number(row["nb_concernes"]),
    }


def _figures(visitor: Visitor, names: dict[Pair, str]) -> None:
    st.subheader("Les chiffres qui changeraient")
    small("Rien n'est publié\u202f: l'année est recalculée à part, comme si elle était rouverte.")
    pair = st.selectbox("Année à recalculer", list(names), format_func=names.__getitem__, key="regles_annee")
    if st.button("Calculer", key="regles_calculer"):
        with shown():
            visitor.scope.check(pair[1])
            said = child.run(visitor.folder, f"Calcul de {names[pair]}", "regles", *pair)
            st.session_state[_FIGURES] = (visitor.build, pair, said["chiffres"]) if said else None
    found = st.session_state.get(_FIGURES)
    if found and found[:2] == (visitor.build, pair):
        _show_figures(visitor, names[pair], found[2])


def _show_figures(visitor: Visitor, named: str, rows: list[Row]) -> None:
    if not rows:
        st.info(f"Aucun chiffre de {named} ne changerait.")
        return
    says = SayingThresholds.of(thresholds(visitor.folder.builds / str(visitor.build)))
    st.text(f"{count(len(rows), 'chiffre')} de {named}\u202f:")
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
            f"Chiffres de {named} qui changeraient",
        )


def _renew(visitor: Visitor, pairs: list[Pair]) -> None:
    st.subheader("Reprendre toutes les années arrêtées")
    small(
        "Toutes prennent les règles d'aujourd'hui et restent arrêtées, à la date de ce jour. Les chiffres d'avant sont "
        "gardés, l'historique dit qui, quand et pourquoi. Pour une seule année, rouvrez-la dans «\u202fArrêter le "
        "bilan\u202f»."
    )
    reason = st.text_input("Motif, gardé dans l'historique", key="regles_motif").strip()
    if st.button("Tout reprendre", disabled=not reason, key="regles_reprendre"):
        _confirm(visitor, pairs, reason)


@st.dialog("Tout reprendre avec les règles d'aujourd'hui\u202f?")
def _confirm(visitor: Visitor, pairs: list[Pair], reason: str) -> None:
    years = list(by_year(pairs))
    st.text(
        f"Les chiffres de {count(len(years), 'année arrêtée', 'années arrêtées')} sont recalculés et publiés. Les "
        "porteurs voient les nouveaux, aussitôt."
    )
    if st.button("Tout reprendre", type="primary", key="regles_oui"):
        by, place = visitor.identity.nom, visitor.identity.territoire
        if child.run(visitor.folder, "Reprise des années arrêtées", "reprendre", reason, by, place, *years):
            for pair in pairs:
                visitor.record("reprise", year_text(*pair))
            st.session_state[_DONE] = f"Années reprises. {_keep(visitor, pairs, by)}"
            st.rerun()


def _keep(visitor: Visitor, pairs: list[Pair], by: str) -> str:
    """Keep the bilans as they are now; the renewal stands, whatever comes of it."""
    try:
        with st.spinner("Les bilans sont mis en page et gardés…"), refusing_machine(visitor.folder):
            freeze_all(visitor.folder, pairs, by)
    except Refusal as refusal:
        return f"{refusal.on_screen} Gardez leurs bilans dans «\u202fÉtablir le bilan\u202f»."
    return "Leurs bilans sont gardés."
