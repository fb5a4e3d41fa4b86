"""Accueil: who I am, the pages open to me, and the state of each school year."""

from __future__ import annotations

from typing import Any

import streamlit as st

from access.people.identity import EVERYWHERE, ROLES
from dashboard.screen.places import where
from dashboard.screen.tables import small, table
from dashboard.visit.navigation import pages_of
from dashboard.visit.visitor import Visitor
from socle.files.manifest import Manifest
from socle.words.french import count, number
from socle.words.states import ADOPTED, PROVISIONAL, campagne_text
from warehouse.scope import INTERNAL

_ROLES = {
    "agent": "Vous chargez les fichiers, corrigez, publiez, et tenez les comptes.",
    "comite": "Vous lisez le bilan départemental et les actions, provisoires comprises.",
    "analyste": "Vous interrogez les tables publiées.",
    "porteur": "Vous lisez votre synthèse, à côté des chiffres du département et de la France.",
}


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Bilan annuel du Clas")
    who = visitor.identity
    st.text(f"Vous êtes {who.nom}, {ROLES[who.role]} {where(who.territoire)}. {_ROLES[who.role]}")
    manifest = visitor.manifest
    if manifest is None:
        _nothing_published(who.role)
    elif visitor.scope.role in INTERNAL:
        _years(_mine(visitor, manifest))
        _refused(visitor.refused)
    else:
        _adopted(_mine(visitor, manifest))
    st.subheader("Vos pages")
    for entry in pages_of(who.role)[1:]:
        st.html(f'<p><a href="/{entry.path}" target="_self">{entry.title}</a></p>')


def _nothing_published(role: str) -> None:
    todo = "Déposez les fichiers reçus, puis publiez." if role == "agent" else "Revenez quand la Caf aura publié."
    st.info(f"Rien n'est encore publié. {todo}")


def _mine(visitor: Visitor, manifest: Manifest) -> list[dict[str, Any]]:
    territory = visitor.scope.territoire
    lines = [line for line in manifest.campaigns if territory in (EVERYWHERE, line["departement"])]
    return sorted(lines, key=lambda line: (line["campagne"], line["departement"] or ""), reverse=True)


def _years(lines: list[dict[str, Any]]) -> None:
    st.subheader("Années scolaires")
    table(
        [
            {
                "Année": line["campagne"],
                "Département": line["departement"],
                "État": _state(line),
                "Actions agréées": number(line.get("nb_actions_agreees")),
                "Bilans attendus": number(line.get("nb_actions_attendues")),
                "Bilans retenus": number(line.get("nb_reponses")),
                "À vérifier": number(line.get("nb_alertes")),
            }
            for line in lines
        ],
        "Années scolaires",
    )


def _refused(refused: list[dict[str, Any]]) -> None:
    if refused:
        st.subheader(count(len(refused), "fichier refusé", "fichiers refusés"))
        for one in refused:
            st.text(f"{one['campagne']}\u202f: {one['message']}")


def _adopted(lines: list[dict[str, Any]]) -> None:
    years = list(dict.fromkeys(line["campagne"] for line in lines if line.get("etat") == ADOPTED))
    st.subheader("Années que vous pouvez lire")
    if years:
        st.html(
            "".join(f'<p><a href="/synthese?annee={year}" target="_self">Ma synthèse {year}</a></p>' for year in years)
        )
        small("Une année paraît ici quand le comité de pilotage en a arrêté les chiffres.")
    else:
        st.info("Aucune encore\u202f: une année paraît ici quand le comité de pilotage en a arrêté les chiffres.")


def _state(line: dict[str, Any]) -> str:
    return campagne_text(line.get("etat") or PROVISIONAL, line.get("arretee_le"))
