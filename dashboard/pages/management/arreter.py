"""Arrêter le bilan: the state of each year, what stands in the way, the committee's decision and what it opens."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from bilan.frozen import adopted_places, freeze_all
from dashboard.loading import child
from dashboard.loading.territory import campaigns_of
from dashboard.loading.waiting import offer_publication
from dashboard.screen.done import show_done
from dashboard.screen.refusals import shown
from dashboard.screen.tables import small, table
from dashboard.visit.places import EVERY, by_year, is_mine, place_text
from dashboard.visit.visitor import Visitor
from pipeline.adopt import obstacles, places_text
from pipeline.builds.adoption import Arret, InForce, Pair, in_force, read_arrets
from socle.files.manifest import Manifest
from socle.process.machine import refusing_machine
from socle.words.french import count, day, listing, number, out_of, today
from socle.words.refusal import Refusal
from socle.words.states import campagne_text, not_counted, year_text
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
    campaigns = campaigns_of(visitor, visitor.folder)
    declared = {campaign.name for campaign in campaigns}
    refused = {
        (campagne, code): why
        for (campagne, code), why in obstacles(visitor.folder).items()
        if campagne in declared and is_mine(visitor, code)
    }
    offer_publication(visitor)
    _states([line for line in manifest.campaigns if (line["campagne"], line["departement"]) in refused])
    _obstacles(manifest, refused)
    for arret in manifest.no_longer_adopted:
        if arret["campagne"] in declared and is_mine(visitor, arret["departement"]):
            changed = count(arret["chiffres_modifies"], "chiffre a changé", "chiffres ont changé")
            named = places_text(manifest, [(arret["campagne"], arret["departement"])])
            st.warning(
                f"{named}\u202f: {changed} depuis l'arrêt, l'année est de nouveau provisoire. Remettez les "
                "fichiers d'alors, ou rouvrez-la puis arrêtez-la de nouveau."
            )
    _adopt(visitor, manifest, refused)
    adopted = [one for one in in_force(visitor.folder, campaigns) if one.campagne in declared]
    _reopen(visitor, manifest, [one for one in adopted if is_mine(visitor, one.departement)])
    arrets = [arret for arret in read_arrets(visitor.folder) if arret.campagne in declared]
    _history([arret for arret in arrets if arret.departement is None or is_mine(visitor, arret.departement)])


def _states(lines: list[dict[str, Any]]) -> None:
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


def _obstacles(manifest: Manifest, refused: dict[Pair, Refusal | None]) -> None:
    for pair, why in refused.items():
        if why is not None and why.code != _ADOPTED_ALREADY:
            st.text(f"• {places_text(manifest, [pair])}\u202f: {why.on_screen}")


def _returns(line: dict[str, Any]) -> str:
    returned, awaited = line["nb_reponses"], line["nb_actions_attendues"]
    return f"{out_of(returned, awaited)} attendus" if awaited else number(returned)


def _adopt(visitor: Visitor, manifest: Manifest, refused: dict[Pair, Refusal | None]) -> None:
    st.subheader("Arrêter une année")
    ready = by_year([pair for pair, why in refused.items() if why is None])
    if not ready:
        st.info("Aucune année ne peut être arrêtée maintenant\u202f: la liste ci-dessus dit pourquoi.")
        return
    campagne = st.selectbox("Année à arrêter", list(ready), key="arreter_annee")
    place = _place(visitor, manifest, campagne, ready[campagne], refused)
    _set_aside(visitor, campagne, place)
    on = st.date_input(
        "Jour où le comité l'a arrêtée", today(), max_value=today(), format="DD/MM/YYYY", key="arreter_jour"
    )
    by = st.text_input("Qui l'enregistre, ou au nom de qui", visitor.identity.nom, key="arreter_par")
    if st.button("Arrêter cette année", type="primary", key="arreter"):
        _confirm_adoption(visitor, campagne, place, on, by)


def _place(
    visitor: Visitor, manifest: Manifest, campagne: str, ready: list[str], refused: dict[Pair, Refusal | None]
) -> str:
    """The département to adopt: asked where the year has several and the agent is of them all."""
    if not is_mine(visitor, EVERY) or len(manifest.departements(campagne)) < 2:
        return ready[0]
    whole = all(why is None or why.code == _ADOPTED_ALREADY for (year, _), why in refused.items() if year == campagne)
    offered = [EVERY, *ready] if whole and len(ready) > 1 else ready
    return st.selectbox("Département", offered, format_func=place_text, key="arreter_departement")


def _set_aside(visitor: Visitor, campagne: str, place: str) -> None:
    """What enters no figure is read before the figures are adopted."""
    with open_current(visitor.folder, visitor.scope) as warehouse:
        answers = [one for one in answers_set_aside(warehouse, campagne) if place in (EVERY, one.departement)]
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
def _confirm_adoption(visitor: Visitor, campagne: str, place: str, on: date, by: str) -> None:
    named = _named(visitor, campagne, place)
    st.text(
        f"Les chiffres publiés de {named} deviennent ceux que le comité a arrêtés le {day(on)}, et sont gardés. "
        "Aussitôt\u202f:"
    )
    st.text("• chaque porteur voit sa synthèse de cette année, à côté des chiffres du département\u202f;")
    st.text("• les chiffres du département entrent dans les données ouvertes, ceux qui reposent sur trop peu de "
            "porteurs étant cachés.")  # fmt: skip
    small("Vous pourrez rouvrir l'année, mais ce qui aura été lu l'aura été.")
    if st.button("Arrêter l'année", type="primary", key="arreter_oui"):
        with shown():
            if adopt_year(visitor, campagne, place, on, by):
                kept = _keep(visitor, campagne, place, by)
                st.session_state[_DONE] = f"Année scolaire {named} arrêtée le {day(on)}. {kept}"
                st.rerun()


def adopt_year(visitor: Visitor, campagne: str, place: str, on: date, by: str) -> bool:
    """Adopt a year in a département, or in EVERY; return whether it was done.

    Raise Refusal when the visitor may not act there, whatever their page offered.
    """
    visitor.scope.check(place)
    done = child.run(visitor.folder, "Arrêt de l'année", "arreter", campagne, place, on.isoformat(), by)
    if done:
        visitor.record("arret", year_text(campagne, None if place == EVERY else place))
    return done is not None


def _named(visitor: Visitor, campagne: str, place: str) -> str:
    manifest = visitor.manifest
    return campagne if manifest is None or place == EVERY else places_text(manifest, [(campagne, place)])


def _keep(visitor: Visitor, campagne: str, place: str, by: str) -> str:
    """Keep the bilan; the adoption stands, whatever comes of it."""
    try:
        with st.spinner("Le bilan est mis en page et gardé…"), refusing_machine(visitor.folder):
            pairs = adopted_places(visitor.folder, campagne) if place == EVERY else [(campagne, place)]
            freeze_all(visitor.folder, pairs, by)
    except Refusal as refusal:
        return f"{refusal.on_screen} Gardez son bilan dans «\u202fÉtablir le bilan\u202f»."
    return "Son bilan est gardé."


def _reopen(visitor: Visitor, manifest: Manifest, adopted: list[InForce]) -> None:
    st.subheader("Rouvrir une année")
    if not adopted:
        st.info("Aucune année n'est arrêtée.")
        return
    days = {one.pair: day(date.fromisoformat(one.arret.date)) for one in adopted}
    choices: list[Pair] = []
    for campagne, codes in sorted(by_year(list(days)).items(), reverse=True):
        choices += [(campagne, EVERY)] if len(codes) > 1 else []
        choices += [(campagne, code) for code in codes]

    def said(pair: Pair) -> str:
        if pair[1] == EVERY:
            return f"{pair[0]}, tous les départements"
        return f"{places_text(manifest, [pair])}, arrêtée le {days[pair]}"

    chosen = st.selectbox(
        "Année à rouvrir", choices, index=None, placeholder="Choisissez", key="rouvrir_annee", format_func=said
    )
    reason = st.text_input("Motif, gardé dans l'historique", key="rouvrir_motif")
    if chosen and st.button("Rouvrir cette année", disabled=not reason.strip(), key="rouvrir"):
        _confirm_reopening(visitor, *chosen, reason.strip())


@st.dialog("Rouvrir cette année\u202f?")
def _confirm_reopening(visitor: Visitor, campagne: str, place: str, reason: str) -> None:
    named = _named(visitor, campagne, place)
    st.text(f"Les chiffres de {named} redeviennent provisoires\u202f: les porteurs ne les voient plus, aussitôt.")
    if st.button("Rouvrir l'année", type="primary", key="rouvrir_oui"):
        with shown():
            if reopen_year(visitor, campagne, place, reason):
                st.session_state[_DONE] = f"Année scolaire {named} rouverte."
                st.rerun()


def reopen_year(visitor: Visitor, campagne: str, place: str, reason: str) -> bool:
    """Reopen a year in a département, or in EVERY; return whether it was done. Raise Refusal as `adopt_year`."""
    visitor.scope.check(place)
    done = child.run(visitor.folder, "Réouverture de l'année", "rouvrir", campagne, place, reason)
    if done:
        visitor.record("reouverture", year_text(campagne, None if place == EVERY else place))
    return done is not None


def _history(arrets: list[Arret]) -> None:
    """What was done of a whole year is also in the file of each département taken apart since: it is told once."""
    whole = [event for arret in arrets if arret.departement is None for event in arret.historique]
    events = [
        (year_text(arret.campagne, arret.departement), event)
        for arret in arrets
        for event in arret.historique
        if arret.departement is None or event not in whole
    ]
    if not events:
        return
    st.subheader("Historique")
    ordered = sorted(events, key=lambda pair: pair[1]["ecrit_le"], reverse=True)
    with shown():
        table(
            [
                {
                    "Enregistré le": day(date.fromisoformat(event["ecrit_le"][:10])),
                    "Année": year,
                    "Décision": _EVENTS[event["action"]],
                    "Le": day(date.fromisoformat(event["date"])) if event.get("date") else None,
                    "Par": event.get("par"),
                    "Motif": event.get("motif"),
                }
                for year, event in ordered
            ],
            "Historique des arrêts",
        )
