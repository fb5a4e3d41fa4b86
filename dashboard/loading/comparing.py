"""Step 4: what publishing the trial would change: files, returns, figures before and after, points, states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from bilan.words.numbers import SayingThresholds
from bilan.words.values import change_text
from dashboard.loading.steps import COMPARE, Loading, show_moves
from dashboard.loading.territory import theirs
from dashboard.loading.words import file_text
from dashboard.screen.tables import small, table
from pipeline.builds.build_anomalies import thresholds
from pipeline.builds.difference import Difference, compare
from socle.files.manifest import current_build
from socle.words.french import count
from socle.words.states import FILE_STATES, campagne_text, severity_text

_SHOWN, _OPEN = 100, 20
Row = dict[str, Any]


def comparing(load: Loading) -> None:
    """Draw the step."""
    assert load.trial is not None  # noqa: S101  # the step is not drawn without it
    difference = _difference(load).of(theirs(load.visitor))
    if difference.avant is None:
        st.info("Rien n'était publié\u202f: tout ce qui suit est nouveau.")
    elif not difference:
        st.info("Rien ne change par rapport à ce qui est publié.")
    rules = SayingThresholds.of(thresholds(load.trial))
    _part("année change d'état", "années changent d'état", difference.etats, _state)
    _part("chiffre change", "chiffres changent", difference.chiffres, lambda row: _figure(row, rules), always=True)
    _part("bilan change", "bilans changent", difference.bilans, _return)
    _part("fichier", "fichiers", difference.fichiers, _file)
    _part("indicateur du catalogue", "indicateurs du catalogue", difference.indicateurs, _indicator)
    _part("point relevé, nouveau ou résolu", "points relevés, nouveaux ou résolus", difference.points, _point)
    show_moves(load, COMPARE, "Continuer vers la publication")


def _difference(load: Loading) -> Difference:
    """Compare the two builds once: neither changes any more."""
    assert load.trial is not None  # noqa: S101
    before = current_build(load.visitor.folder)
    kept: dict[object, Difference] = st.session_state.setdefault("chargement_difference", {})
    key = (before, load.trial)
    if key not in kept:
        kept.clear()
        with st.spinner("Comparaison avec ce qui est publié…"):
            kept[key] = compare(before, load.trial)
    return kept[key]


def _part(singular: str, many: str, rows: list[Row], line: Callable[[Row], Row], always: bool = False) -> None:
    if not rows:
        return
    title = count(len(rows), singular, many)
    # The figures are what one comes for: however many, they are open.
    with st.expander(title, expanded=len(rows) <= _OPEN or always):
        table([line(row) for row in rows[:_SHOWN]], title)
        if len(rows) > _SHOWN:
            small(f"Les {_SHOWN} premières lignes sont montrées.")


def _state(row: Row) -> Row:
    return {
        "Année": row["campagne"],
        "Département": row["departement"],
        "Avant": campagne_text(row["etat_avant"]),
        "Après": campagne_text(row["etat"]),
    }


def _file(row: Row) -> Row:
    return {
        "Année": row["campagne"],
        "Fichier": file_text(row["fichier"]),
        "Changement": row["changement"],
        "Avant": FILE_STATES.get(row["statut_avant"]),
        "Après": FILE_STATES.get(row["statut"]),
    }


def _return(row: Row) -> Row:
    return {
        "Année": row["campagne"],
        "Porteur": row["raison_sociale"] or row["porteur_id"],
        "Action": row["action_id"],
        "Changement": row["changement"],
    }


def _indicator(row: Row) -> Row:
    return {"Indicateur": row["libelle"], "Changement": row["changement"]}


def _figure(row: Row, rules: SayingThresholds) -> Row:
    return {
        "Année": row["campagne"],
        "Territoire": "France" if row["niveau"] == "france" else row["code"],
        "Chiffre": row["libelle"],
        "Avant": change_text(row, "_avant", rules),
        "Après": change_text(row, "", rules),
    }


def _point(row: Row) -> Row:
    place = [row["fichier"], row["feuille"], f"ligne {row['ligne']}" if row["ligne"] else None]
    return {
        "Année": row["campagne"],
        "Changement": row["changement"],
        "Gravité": severity_text(row["gravite"]),
        "Où": ", ".join(part for part in place if part),
        "Point": row["message"],
    }
