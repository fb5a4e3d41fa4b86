"""A point of the trial -> a correction with its reason, and the corrections of a year, which can be taken away."""

from __future__ import annotations

import streamlit as st

from dashboard.loading.territory import open_folder, year_of
from dashboard.screen.refusals import shown
from dashboard.screen.tables import plain, small, table
from dashboard.visit.visitor import Visitor
from pipeline.builds.build_anomalies import AnomalyPoint
from pipeline.preparation import preparation
from pipeline.preparation.row_answers import RowAnswer, row_answers
from pipeline.preparation.write_corrections import add_correction, remove_correction
from pipeline.staging.corrections import Correction, load_corrections, same_text
from socle.words.french import today
from socle.words.refusal import Refusal


def correct(visitor: Visitor, points: list[AnomalyPoint]) -> None:
    """Draw the choice of a point, of an answer of its line, and what is to be read in its place."""
    done = _corrected(visitor, {point.campagne for point in points})
    left = [
        point
        for point in points
        if point.ligne and (point.campagne, point.fichier, point.ligne, point.variable) not in done
    ]
    point = st.selectbox(
        "Point à corriger", left, index=None, format_func=_named,
        placeholder="Choisissez", key="corriger_point",
    )  # fmt: skip
    if point is not None:
        correct_point(visitor, point)


def correct_point(visitor: Visitor, point: AnomalyPoint) -> None:
    """Draw the choice of an answer of the point's line, and what is to be read in its place."""
    with shown():
        answers = _answers(visitor, point)
        if not answers:
            small("Rien ne peut être corrigé sur cette ligne\u202f: demandez le fichier corrigé au porteur.")
            return
        mine = [rank for rank, answer in enumerate(answers) if _is_of(answer, point)]
        answer = st.selectbox(
            "Réponse à corriger", answers, index=mine[0] if mine else None, format_func=_said,
            placeholder="Choisissez", key=f"corriger_reponse_{_key(point)}",
        )  # fmt: skip
        if answer is not None:
            _ask(visitor, point, answer)


def show_corrections(visitor: Visitor, campagne: str) -> None:
    """Draw the corrections of a year, with a way to take one away."""
    prepared = visitor.folder.prepared()
    year = year_of(visitor, prepared, campagne)
    declared = [
        one
        for one in load_corrections(prepared.raw / campagne)
        if year and year.row(visitor.territory, one.fichier, one.ligne)
    ]
    if not declared:
        return
    st.subheader(f"Corrections de {campagne}")
    table(
        [
            {
                "Fichier": correction.fichier,
                "Ligne": str(correction.ligne),
                "Variable": correction.variable,
                "Reçu": correction.attendu or "(vide)",
                "Lu à la place": correction.valeur or "(vide)",
                "Motif": correction.motif,
                "Par": correction.par,
            }
            for correction in declared
        ],
        f"Corrections de {campagne}",
    )
    chosen = st.selectbox(
        f"Correction de {campagne} à retirer", declared, index=None, placeholder="Choisissez",
        format_func=lambda correction: f"{correction.fichier}, ligne {correction.ligne}, {correction.variable}",
        key=f"retirer_correction_{campagne}",
    )  # fmt: skip
    if chosen and st.button("Retirer cette correction", key=f"retirer_correction_oui_{campagne}"):
        with shown():
            remove_correction(
                preparation.begin(visitor.folder, visitor.identity.nom, visitor.territory), chosen, visitor.territory
            )
            visitor.record("correction", f"{campagne}/{chosen.fichier}, ligne {chosen.ligne}, retirée")
            st.rerun()


def _ask(visitor: Visitor, point: AnomalyPoint, answer: RowAnswer) -> None:
    with st.form(f"corriger_{_key(point)}_{answer.variable}", border=False):
        st.text(f"Le fichier contient\u202f: {answer.texte or '(case vide)'}")
        value = st.text_input("Lire à la place (vide pour vider la case)", key=f"corriger_valeur_{_key(point)}")
        reason = st.text_input(
            "Motif, que le porteur lira", key=f"corriger_motif_{_key(point)}", placeholder="confirmé par téléphone"
        )
        if st.form_submit_button("Enregistrer la correction", type="primary"):
            with shown():
                _save(visitor, point, answer, value, reason)
                st.rerun()


def _save(visitor: Visitor, point: AnomalyPoint, answer: RowAnswer, value: str, reason: str) -> None:
    if not reason.strip():
        raise Refusal("correction_sans_motif")
    if same_text(value, answer.texte):
        raise Refusal("correction_sans_effet")
    prepared = preparation.begin(visitor.folder, visitor.identity.nom, visitor.territory)
    correction = Correction(
        campagne=point.campagne,
        fichier=point.fichier,
        feuille=answer.feuille,
        ligne=answer.ligne,
        variable=answer.variable,
        attendu=answer.texte,
        valeur=value.strip(),
        motif=reason.strip(),
        par=visitor.identity.nom,
        date=today().isoformat(),
    )
    add_correction(prepared, correction, visitor.territory)
    visitor.record("correction", f"{point.campagne}/{point.fichier}, ligne {answer.ligne}, {answer.variable}")


def _answers(visitor: Visitor, point: AnomalyPoint) -> tuple[RowAnswer, ...]:
    kept: dict[object, tuple[RowAnswer, ...]] = st.session_state.setdefault("corriger_lignes", {})
    key = _key(point)
    if key not in kept:
        with st.spinner("Lecture de la ligne…"):
            folder = open_folder(visitor)
            kept.clear()
            kept[key] = row_answers(
                folder, point.campagne, point.fichier, point.feuille, point.ligne or 0, visitor.territory
            )
    return kept[key]


def _corrected(visitor: Visitor, campagnes: set[str]) -> set[tuple[object, ...]]:
    """The cells that have a correction already."""
    raw = open_folder(visitor).raw
    declared = [correction for campagne in campagnes for correction in load_corrections(raw / campagne)]
    return {(correction.campagne, correction.fichier, correction.ligne, correction.variable) for correction in declared}


def _is_of(answer: RowAnswer, point: AnomalyPoint) -> bool:
    return answer.variable == point.variable and answer.ligne == point.ligne


def _named(point: AnomalyPoint) -> str:
    sheet = f", {point.feuille}" if point.feuille else ""
    return f"{point.fichier}{sheet}, ligne {point.ligne}\u202f: {point.message}"


def _said(answer: RowAnswer) -> str:
    return f"{answer.libelle}\u202f: {plain(answer.texte) or '(vide)'}"


def _key(point: AnomalyPoint) -> str:
    return f"{point.campagne}/{point.fichier}/{point.feuille}/{point.ligne}/{point.regle}/{point.variable}"
