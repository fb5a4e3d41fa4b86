"""Points à vérifier: what waits for the Caf in the published year, and how each point ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from access.people.identity import EVERYWHERE
from dashboard.loading.corrections import correct_point
from dashboard.loading.territory import campaigns_of, theirs
from dashboard.loading.waiting import offer_publication
from dashboard.screen.done import show_done
from dashboard.screen.places import named
from dashboard.screen.refusals import shown
from dashboard.screen.tables import small, table
from dashboard.visit.visitor import Visitor
from pipeline.builds.open_points import OpenPoint, WaitingReturn, open_points, waiting_returns
from pipeline.codebook.load import load_codebook
from pipeline.core.decisions import CLOSED, CONFIRMED, LIFTED, load_decisions
from pipeline.preparation.territory import owners
from pipeline.preparation.write_decisions import (
    choose_reply,
    end_point,
    lift_rule,
    liftable_rules,
    still_open,
    still_waiting,
    validate_waiting,
    withdraw,
)
from pipeline.reading.campaigns import Campaign
from socle.files.manifest import current_build
from socle.words.french import count, day
from socle.words.states import EFFECTS, SEVERITIES

_DONE = "points_fait"
_SHOWN = 50
_CORRECT, _LIFT = "corriger", "lever"
_ENDINGS = {
    _CORRECT: "Corriger une réponse",
    CONFIRMED: "Confirmer la valeur\u202f: elle compte, et n'est plus demandée",
    CLOSED: "Clore sans correction\u202f: ce qui n'est pas compté ne l'est toujours pas, et n'est plus demandé",
    _LIFT: "Lever la règle pour toute l'année\u202f: ce qu'elle relève compte, et n'est plus demandé",
}
_NATURES = {
    "validation": "bilan validé", "choix": "réponse gardée", "ecart": "réponse laissée",
    "confirmee": "valeur confirmée", "close": "point clos", "levee": "règle levée",
}  # fmt: skip


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Points à vérifier")
    show_done(_DONE)
    build, manifest = current_build(visitor.folder), visitor.manifest
    published = {line["campagne"] for line in manifest.campaigns} if manifest else set()
    years = {year.name: year for year in campaigns_of(visitor, visitor.folder) if year.name in published}
    if build is None or not years:
        st.info("Rien n'est encore publié. Commencez par «\u202fCharger un fichier\u202f».")
        return
    campagne = st.selectbox("Année scolaire", list(years), key="points_annee")
    mine = _chosen(visitor, years[campagne])
    offer_publication(visitor)
    waiting = still_waiting(visitor.folder, campagne, list(filter(mine, waiting_returns(build, campagne))))
    _validate(visitor, campagne, [one for one in waiting if one.attente == "statut"])
    _choose(visitor, campagne, [one for one in waiting if one.attente == "choix"])
    _points(visitor, campagne, list(filter(mine, open_points(build, campagne))))
    _decisions(visitor, years[campagne])


def _chosen(visitor: Visitor, year: Campaign) -> Callable[[OpenPoint | WaitingReturn], bool]:
    """What says whether a point or a return is shown: it is the visitor's, and of the département that is chosen."""
    own = theirs(visitor)
    code = None
    if visitor.territory is None and len(year.departements) > 1:
        code = st.selectbox(
            "Département", [None, *year.departements], key=f"points_departement_{year.name}",
            format_func=lambda one: named(one or EVERYWHERE),
        )  # fmt: skip
    return lambda one: own(year.name, one.departement) and code in (None, one.departement)


def _validate(visitor: Visitor, campagne: str, waiting: list[WaitingReturn]) -> None:
    if not waiting:
        return
    st.subheader(f"À valider par la Caf\u202f: {count(len(waiting), 'bilan')}")
    st.write(
        "Le statut de ces bilans manque ou n'a pas pu être lu. Ils sont reçus, et leurs chiffres attendent que la Caf "
        "les valide, tous avec un même motif."
    )
    table(
        [
            {
                "Porteur": one.porteur,
                "Action": one.action_id,
                "Réponse": one.reponse_id,
                "Statut écrit": one.statut_ecrit or "(vide)",
                "Où": _place(one.fichier, one.feuille, one.ligne),
            }
            for one in waiting[:_SHOWN]
        ],
        "Bilans à valider",
    )
    with st.form(f"valider_{campagne}", border=False, clear_on_submit=False):
        reason = st.text_input(
            "Motif de la validation", key=f"valider_motif_{campagne}", placeholder="statut perdu à l'export"
        )
        label = "Valider ce bilan" if len(waiting) == 1 else f"Valider ces {len(waiting)} bilans"
        if st.form_submit_button(label, type="primary"):
            with shown():
                number = validate_waiting(
                    visitor.folder, campagne, waiting, reason, visitor.identity.nom, visitor.territory
                )
                _done(visitor, f"{campagne}, {number} validés", f"{count(number, 'bilan validé', 'bilans validés')}.")


def _choose(visitor: Visitor, campagne: str, waiting: list[WaitingReturn]) -> None:
    bilans = list(dict.fromkeys(one.bilan for one in waiting))
    if not bilans:
        return
    st.subheader(f"À choisir parmi plusieurs réponses\u202f: {count(len(bilans), 'bilan')}")
    st.write("Ces réponses diffèrent, et leurs dates ne disent pas laquelle est la dernière. Aucune n'est comptée.")
    first = {one.bilan: one for one in reversed(waiting)}
    bilan = st.selectbox(
        "Bilan", bilans, key=f"choisir_bilan_{campagne}",
        format_func=lambda bilan: f"{first[bilan].porteur}, action {first[bilan].action_id or '(structure)'}",
    )  # fmt: skip
    replies = [one for one in waiting if one.bilan == bilan]
    with st.form(f"choisir_{campagne}_{bilan}", border=False):
        kept = st.radio(
            "Réponse à garder", replies, index=None, key=f"choisir_reponse_{campagne}_{bilan}",
            format_func=lambda one: f"{one.reponse_id}, datée du {one.date_validation or '(sans date)'}, "
            f"{_place(one.fichier, one.feuille, one.ligne)}",
        )  # fmt: skip
        reason = st.text_input("Motif du choix", key=f"choisir_motif_{campagne}_{bilan}")
        if st.form_submit_button("Garder cette réponse", type="primary") and kept is not None:
            with shown():
                choose_reply(visitor.folder, campagne, kept, waiting, reason, visitor.identity.nom, visitor.territory)
                _done(visitor, f"{campagne}, réponse {kept.reponse_id} gardée", "Réponse gardée.")


def _points(visitor: Visitor, campagne: str, points: list[OpenPoint]) -> None:
    found = still_open(visitor.folder, campagne, points)
    st.subheader(f"Points ouverts\u202f: {count(len(found), 'point')}")
    if not found:
        st.info("Aucun point n'est ouvert pour cette année.")
        return
    porteurs = list(dict.fromkeys(point.porteur or "(sans porteur)" for point in found))
    chosen = st.multiselect("Porteur", porteurs, placeholder="Tous", key=f"points_porteur_{campagne}")
    kept = [point for point in found if not chosen or (point.porteur or "(sans porteur)") in chosen]
    table(
        [
            {
                "Où": _place(point.fichier, point.feuille, point.ligne),
                "Porteur": point.porteur,
                "Gravité": SEVERITIES[point.gravite],
                "Effet": EFFECTS[point.effet],
                "Ce qu'il faut faire": point.message,
            }
            for point in kept[:_SHOWN]
        ],
        "Points ouverts",
    )
    if len(kept) > _SHOWN:
        small(f"Les {_SHOWN} premiers sont montrés\u202f; choisissez un porteur pour voir les siens.")
    point = st.selectbox(
        "Point à terminer", kept, index=None, placeholder="Choisissez", key=f"points_point_{campagne}",
        format_func=lambda one: f"{_place(one.fichier, one.feuille, one.ligne)}\u202f: {one.message}",
    )  # fmt: skip
    if point is not None:
        _end(visitor, point, found)


def _end(visitor: Visitor, point: OpenPoint, found: list[OpenPoint]) -> None:
    codebook = load_codebook((visitor.folder.root,))
    rules = [rule.id for rule in liftable_rules(codebook, [point]).values()]
    offered = [_CORRECT] if point.ligne else []
    offered += [CONFIRMED] if point.confirmable else []
    offered += [CLOSED] + ([_LIFT] if rules else [])
    fin = st.radio(
        "Ce que devient ce point", offered, format_func=lambda code: _ENDINGS[code], key=f"points_fin_{point.numero}"
    )
    if fin == _CORRECT:
        correct_point(visitor, point)
        small("Une correction enregistrée se publie dans «\u202fCharger un fichier\u202f».")
        return
    if fin == _LIFT:
        same = [one for one in found if (one.regle, one.variable) == (point.regle, point.variable)]
        small(f"Cette règle relève {count(len(same), 'point ouvert', 'points ouverts')} cette année.")
        if visitor.territory:
            small(f"Elle ne sera levée que pour le département {named(visitor.territory)}.")
    with st.form(f"points_{point.numero}_{fin}", border=False):
        reason = st.text_input("Motif de la décision", key=f"points_motif_{point.numero}")
        if st.form_submit_button("Enregistrer la décision", type="primary"):
            with shown():
                if fin == _LIFT:
                    lift_rule(
                        visitor.folder, codebook, point.campagne, rules[0], reason, visitor.identity.nom,
                        visitor.territory,
                    )  # fmt: skip
                else:
                    end_point(visitor.folder, point, fin, reason, visitor.identity.nom, visitor.territory)
                _done(visitor, f"{point.campagne}/{point.fichier}, ligne {point.ligne}, {fin}", "Décision enregistrée.")


def _decisions(visitor: Visitor, year: Campaign) -> None:
    campagne, own = year.name, owners(visitor.folder, year)
    # A rule that is lifted for every département counts here too, and is read without being taken away.
    made = [
        one
        for one in load_decisions(visitor.folder.raw / campagne)
        if own.decision(visitor.territory, one) or (one.nature == LIFTED and not one.departement)
    ]
    if not made:
        return
    st.subheader("Décisions prises")
    table(
        [
            {
                "Décision": _NATURES[one.nature],
                "Sur": one.reponse_id or one.regle,
                "Où": _place(one.fichier, one.feuille, one.ligne) if one.fichier else None,
                **({"Département": one.departement} if any(other.departement for other in made) else {}),
                "Motif": one.motif,
                "Par": one.auteur,
                "Le": day(date.fromisoformat(one.date_decision)),
            }
            for one in made
        ],
        "Décisions prises",
    )
    by_rank = {one.numero: one for one in made if own.decision(visitor.territory, one)}
    chosen = st.selectbox(
        "Décision à retirer", by_rank, index=None, placeholder="Choisissez", key=f"retirer_decision_{campagne}",
        format_func=lambda rank: f"{_NATURES[by_rank[rank].nature]}, {by_rank[rank].reponse_id or by_rank[rank].regle}",
    )  # fmt: skip
    if chosen and st.button("Retirer cette décision", key=f"retirer_decision_oui_{campagne}"):
        with shown():
            withdraw(visitor.folder, campagne, chosen, visitor.identity.nom, visitor.territory)
            _done(visitor, f"{campagne}, décision {chosen} retirée", "Décision retirée.")


def _done(visitor: Visitor, what: str, said: str) -> None:
    visitor.record("decision", what)
    st.session_state[_DONE] = f"{said} Publiez pour que les chiffres en tiennent compte."
    st.rerun()


def _place(fichier: str, feuille: str | None, ligne: int | None) -> str:
    line = f"ligne {ligne}" if ligne else None
    return ", ".join(part for part in (fichier, feuille, line) if part)
