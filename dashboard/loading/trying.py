"""Step 3: the trial is built in a child process; its points, corrected here; porteurs unknown to the register."""

from __future__ import annotations

import io
from pathlib import Path

import streamlit as st

from dashboard.loading import child
from dashboard.loading.corrections import correct, show_corrections
from dashboard.loading.steps import TRY, Loading, show_moves
from dashboard.loading.territory import theirs
from dashboard.loading.unknown_porteurs import show_unknown
from dashboard.screen.tables import small, table
from pipeline.builds.build_anomalies import AnomalyPoint, ReadSheet, points, sheets_read
from pipeline.preparation.unknown_porteurs import own_register, unknown_porteurs
from socle.files.cells import write_csv
from socle.words.french import count, number
from socle.words.states import FILE_STATES, SEVERITIES

_SHOWN = 50
_COLUMNS = ("campagne", "fichier", "feuille", "ligne", "porteur", "gravite", "message", "valeur", "colonne")


def trying(load: Loading) -> None:
    """Draw the step."""
    if load.trial is None:
        st.write(
            "L'essai lit tout, contrôle tout et calcule les chiffres, sans rien publier. C'est l'affaire d'une minute."
        )
        _build(load, "Construire l'essai")
    elif load.fresh:
        st.success("L'essai est construit. Rien n'est encore publié.")
    else:
        st.warning("Ce qui suit est l'essai d'avant vos derniers changements. Refaites-le quand vous avez fini.")
        _build(load, "Refaire l'essai")
    if load.trial is not None:
        _show(load, load.trial)
    for campagne in load.campagnes:
        show_corrections(load.visitor, campagne)
    show_moves(load, TRY, "Voir ce qui va changer")


def _build(load: Loading, label: str) -> None:
    if st.button(label, type="primary", key="essai") and child.run(
        load.visitor.folder, "Construction de l'essai", "essai"
    ):
        st.rerun()


def _show(load: Loading, trial: Path) -> None:
    mine = theirs(load.visitor)
    _sheets(sheets_read(trial, load.own_labels))
    all_points = [point for point in points(trial, load.labels) if mine(point.campagne, point.departement)]
    st.subheader(f"Points à vérifier\u202f: {count(len(all_points), 'point')}")
    if not all_points:
        st.info("Rien n'est à vérifier dans ces fichiers.")
    else:
        kept = _filtered(all_points)
        _table(kept)
        st.subheader("Corriger une réponse")
        correct(load.visitor, kept)
    register = own_register(load.visitor.folder.prepared(), load.visitor.territory)
    unknown = unknown_porteurs(trial, register, mine)
    here = [porteur for porteur in unknown if any(place.campagne in load.campagnes for place in porteur.places)]
    if here:
        st.subheader(count(len(here), "porteur inconnu", "porteurs inconnus"))
        show_unknown(load.visitor, here)


def _sheets(read: list[ReadSheet]) -> None:
    if read:
        table(
            [
                {
                    "Année": sheet.campagne,
                    "Fichier": sheet.fichier,
                    "Feuille": sheet.feuille or None,
                    "Lignes lues": number(sheet.lignes_lues) if sheet.lignes_lues is not None else None,
                    "État": FILE_STATES[sheet.statut],
                    "Pourquoi": sheet.message,
                }
                for sheet in read
            ],
            "Fichiers lus",
        )


def _filtered(all_points: list[AnomalyPoint]) -> list[AnomalyPoint]:
    present = [gravity for gravity in SEVERITIES if any(point.gravite == gravity for point in all_points)]
    numbers = {gravity: len([point for point in all_points if point.gravite == gravity]) for gravity in present}
    chosen = st.multiselect(
        "Gravité", present, format_func=lambda gravity: f"{SEVERITIES[gravity]} ({numbers[gravity]})",
        placeholder="Toutes", key="essai_gravite",
    )  # fmt: skip
    return [point for point in all_points if not chosen or point.gravite in chosen]


def _table(shown_points: list[AnomalyPoint]) -> None:
    alone = len({point.fichier for point in shown_points}) == 1
    table(
        [
            {
                "Où": _place(point, alone),
                "Porteur": point.porteur,
                "Gravité": SEVERITIES[point.gravite],
                "Ce qu'il faut faire": point.message,
            }
            for point in shown_points[:_SHOWN]
        ],
        "Points à vérifier",
    )
    if len(shown_points) > _SHOWN:
        small(f"Les {_SHOWN} premiers sont montrés\u202f; le fichier à télécharger les a tous.")
    st.download_button(
        f"Télécharger {count(len(shown_points), 'point')} en CSV", data=lambda: _csv(shown_points),
        file_name="points-a-verifier.csv",
        mime="text/csv", on_click="ignore",
    )  # fmt: skip


def _place(point: AnomalyPoint, alone: bool) -> str:
    line = f"ligne {point.ligne}" if point.ligne else None
    return ", ".join(part for part in (None if alone else point.fichier, point.feuille, line) if part)


def _csv(all_points: list[AnomalyPoint]) -> str:
    file = io.StringIO()
    lines = [[getattr(point, name) for name in _COLUMNS] for point in all_points]
    write_csv(file, [_COLUMNS, *lines], delimiter=";", end="\r\n")
    return "\ufeff" + file.getvalue()
