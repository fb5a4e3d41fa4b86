"""Arrêter le bilan: the state of each year, what stands in the way, the committee's decision and what it opens."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from bilan.frozen import freeze_all
from dashboard.loading import child
from dashboard.loading.territory import campaigns_of
from dashboard.loading.waiting import offer_publication
from dashboard.screen.done import show_done
from dashboard.screen.refusals import shown
from dashboard.screen.tables import small, table
from dashboard.visit.visitor import Visitor
from pipeline.adopt import obstacles
from pipeline.builds.adoption import Arret, read_arrets
from socle.process.machine import refusing_machine
from socle.words.french import count, day, listing, number, out_of, today
from socle.words.refusal import Refusal
from socle.words.states import ADOPTED, campagne_text, not_counted
from warehouse.listings.set_aside import answers_set_aside
from warehouse.open import open_current

_DONE = "arreter_fait"
_ADOPTED_ALREADY = "arret_deja_fait"
_EVENTS = {
    "arret": "arrêtée",
    "reprise": "reprise avec les règles de ce jour",
    "reouverture": "rouverte",
    "arret_perdu": "fichier de l'arrêt perdu",
}


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Arrêter le bilan")
    show_done(_DONE)
    st.write(
        "Une année est provisoire jusqu'à ce que le comité de pilotage en arrête les chiffres. Les porteurs et les "
        "données ouvertes ne montrent que les années arrêtées."
    )
    manifest = visitor.manifest
    if manifest is None:
        st.info("Rien n'est encore publié. Commencez par «\u202fCharger un fichier\u202f».")
        return
    mine = {campaign.name for campaign in campaigns_of(visitor, visitor.folder)}
    refused_by_campagne = {name: why for name, why in obstacles(visitor.folder).items() if name in mine}
    offer_publication(visitor)
    _states([line for line in manifest.campaigns if line["campagne"] in mine], refused_by_campagne)
    for arret in manifest.no_longer_adopted:
        if arret["campagne"] in mine:
            changed = count(arret["chiffres_modifies"], "chiffre a changé", "chiffres ont changé")
            st.warning(
                f"{arret['campagne']}\u202f: {changed} depuis l'arrêt, l'année est de nouveau provisoire. Remettez les "
                "fichiers d'alors, ou rouvrez-la puis arrêtez-la de nouveau."
            )
    _adopt(visitor, [name for name, why in refused_by_campagne.items() if why is None])
    arrets = [arret for arret in read_arrets(visitor.folder) if arret.campagne in mine]
    _reopen(visitor, [arret for arret in reversed(arrets) if arret.etat == ADOPTED])
    _history(arrets)


def _states(lines: list[dict[str, Any]], refused_by_campagne: dict[str, Refusal | None]) -> None:
    ordered = sorted(lines, key=lambda line: (line["campagne"], line["departement"] or ""), reverse=True)
    table(
        [
            {
                "Année": line["campagne"],
                "Département": line["departement"],
                "État": campagne_text(line["etat"], line["arretee_le"]),
                "Bilans retenus": _returns(line),
                "À vérifier": number(line["nb_alertes"]),
            }
            for line in ordered
        ],
        "État de chaque année",
    )
    for campagne, why in refused_by_campagne.items():
        if why is not None and why.code != _ADOPTED_ALREADY:
            st.text(f"• {campagne}\u202f: {why.on_screen}")


def _returns(line: dict[str, Any]) -> str:
    returned, awaited = line["nb_reponses"], line["nb_actions_attendues"]
    return f"{out_of(returned, awaited)} attendus" if awaited else number(returned)


def _adopt(visitor: Visitor, ready: list[str]) -> None:
    st.subheader("Arrêter une année")
    if not ready:
        st.info("Aucune année ne peut être arrêtée maintenant\u202f: la liste ci-dessus dit pourquoi.")
        return
    campagne = st.selectbox("Année à arrêter", ready, key="arreter_annee")
    _set_aside(visitor, campagne)
    on = st.date_input(
        "Jour où le comité l'a arrêtée", today(), max_value=today(), format="DD/MM/YYYY", key="arreter_jour"
    )
    by = st.text_input("Qui l'enregistre, ou au nom de qui", visitor.identity.nom, key="arreter_par")
    if st.button("Arrêter cette année", type="primary", key="arreter"):
        _confirm_adoption(visitor, campagne, on, by)


def _set_aside(visitor: Visitor, campagne: str) -> None:
    """What enters no figure is read before the figures are adopted."""
    with open_current(visitor.folder, visitor.scope) as warehouse:
        answers = answers_set_aside(warehouse, campagne)
    if not answers:
        small("Aucune réponse n'est mise de côté\u202f: toutes celles qui ont été lues sont comptées.")
        return
    with st.expander(f"{not_counted(len(answers))}, dans {campagne}"):
        table(
            [
                {
                    "Porteur": answer.raison_sociale,
                    "Action": answer.action_id,
                    "Question": answer.question,
                    "Réponse": answer.valeur,
                    "Ce qu'il en est": answer.message,
                    "Chiffres où elle n'entre pas": listing(list(answer.chiffres)),
                }
                for answer in answers
            ],
            f"Réponses de {campagne} à vérifier, non comptées",
        )


@st.dialog("Arrêter cette année\u202f?")
def _confirm_adoption(visitor: Visitor, campagne: str, on: date, by: str) -> None:
    st.text(
        f"Les chiffres publiés de {campagne} deviennent ceux que le comité a arrêtés le {day(on)}, et sont gardés. "
        "Aussitôt\u202f:"
    )
    st.text("• chaque porteur voit sa synthèse de cette année, à côté des chiffres du département\u202f;")
    st.text("• les chiffres du département entrent dans les données ouvertes, ceux qui reposent sur trop peu de "
            "porteurs étant cachés.")  # fmt: skip
    small("Vous pourrez rouvrir l'année, mais ce qui aura été lu l'aura été.")
    if st.button("Arrêter l'année", type="primary", key="arreter_oui"):
        done = child.run(visitor.folder, "Arrêt de l'année", "arreter", campagne, on.isoformat(), by)
        if done:
            visitor.record("arret", campagne)
            st.session_state[_DONE] = f"Année scolaire {campagne} arrêtée le {day(on)}. {_keep(visitor, campagne, by)}"
            st.rerun()


def _keep(visitor: Visitor, campagne: str, by: str) -> str:
    """Keep the bilan; the adoption stands, whatever comes of it."""
    try:
        with st.spinner("Le bilan est mis en page et gardé…"), refusing_machine(visitor.folder):
            freeze_all(visitor.folder, campagne, by)
    except Refusal as refusal:
        return f"{refusal.on_screen} Gardez son bilan dans «\u202fÉtablir le bilan\u202f»."
    return "Son bilan est gardé."


def _reopen(visitor: Visitor, adopted: list[Arret]) -> None:
    st.subheader("Rouvrir une année")
    if not adopted:
        st.info("Aucune année n'est arrêtée.")
        return
    chosen = st.selectbox(
        "Année à rouvrir", adopted, index=None, placeholder="Choisissez", key="rouvrir_annee",
        format_func=lambda arret: f"{arret.campagne}, arrêtée le {day(date.fromisoformat(arret.date))}",
    )  # fmt: skip
    reason = st.text_input("Motif, gardé dans l'historique", key="rouvrir_motif")
    if chosen and st.button("Rouvrir cette année", disabled=not reason.strip(), key="rouvrir"):
        _confirm_reopening(visitor, chosen.campagne, reason.strip())


@st.dialog("Rouvrir cette année\u202f?")
def _confirm_reopening(visitor: Visitor, campagne: str, reason: str) -> None:
    st.text(f"Les chiffres de {campagne} redeviennent provisoires\u202f: les porteurs ne les voient plus, aussitôt.")
    if st.button("Rouvrir l'année", type="primary", key="rouvrir_oui"):
        done = child.run(visitor.folder, "Réouverture de l'année", "rouvrir", campagne, reason)
        if done:
            visitor.record("reouverture", campagne)
            st.session_state[_DONE] = f"Année scolaire {campagne} rouverte."
            st.rerun()


def _history(arrets: list[Arret]) -> None:
    events = [(arret.campagne, event) for arret in arrets for event in arret.historique]
    if not events:
        return
    st.subheader("Historique")
    ordered = sorted(events, key=lambda pair: pair[1]["ecrit_le"], reverse=True)
    with shown():
        table(
            [
                {
                    "Enregistré le": day(date.fromisoformat(event["ecrit_le"][:10])),
                    "Année": campagne,
                    "Décision": _EVENTS[event["action"]],
                    "Le": day(date.fromisoformat(event["date"])) if event.get("date") else None,
                    "Par": event.get("par"),
                    "Motif": event.get("motif"),
                }
                for campagne, event in ordered
            ],
            "Historique des arrêts",
        )
