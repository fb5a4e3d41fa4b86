"""Porteurs: the register, the names that it does not know, and how each is settled."""

from __future__ import annotations

import streamlit as st

from dashboard.loading.territory import has_all, open_folder, theirs
from dashboard.loading.unknown_porteurs import show_unknown
from dashboard.screen.tables import small, table
from dashboard.visit.visitor import Visitor
from pipeline.preparation import preparation
from pipeline.preparation.unknown_porteurs import own_register, unknown_porteurs
from pipeline.preparation.write_register import RegisterLine
from socle.files.manifest import current_build
from socle.words.french import count

_SHOWN = 100


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Porteurs")
    st.write(
        "Le registre donne à chaque porteur un identifiant qui ne change jamais, et réunit les noms sous lesquels il "
        "écrit. Un nom qui n'y est pas fait écarter le bilan."
    )
    read = open_folder(visitor)
    register = own_register(read, visitor.territory)
    if read != visitor.folder and preparation.changes(visitor.folder):
        st.warning(
            "Des changements sont en préparation. Essayez-les et publiez-les dans «\u202fCharger un fichier\u202f»."
        )
        st.html('<p><a href="/charger" target="_self">Charger un fichier</a></p>')
    unknown, known = st.tabs(["Porteurs inconnus", "Registre"])
    with unknown:
        _unknown(visitor, register)
    with known:
        if not has_all(visitor):
            small("Les porteurs d'autres départements seuls ne sont pas montrés.")
        _register(register)


def _unknown(visitor: Visitor, register: list[RegisterLine]) -> None:
    build = current_build(visitor.folder)
    unknown = unknown_porteurs(build, register, theirs(visitor)) if build else []
    waiting = [porteur for porteur in unknown if not any(porteur.nom in line.names for line in register)]
    if not waiting:
        st.info("Tous les porteurs des bilans publiés sont dans le registre.")
        return
    show_unknown(visitor, waiting)
    small("Rien ne change tant que vous n'avez pas publié\u202f: l'essai montre d'abord les bilans qui reviennent.")


def _register(register: list[RegisterLine]) -> None:
    sought = st.text_input("Chercher", key="registre_recherche", placeholder="nom, SIRET, identifiant").casefold()
    kept = [line for line in register if sought in f"{line.names} {line.siret} {line.porteur_id}".casefold()]
    small(count(len(kept), "porteur") + (f", les {_SHOWN} premiers sont montrés" if len(kept) > _SHOWN else ""))
    if kept:
        table(
            [
                {
                    "Identifiant": line.porteur_id,
                    "Raison sociale": line.raison_sociale,
                    "Autres noms": ", ".join(line.alias) or None,
                    "SIRET": line.siret or None,
                    "Remplacé par": line.remplace_par or None,
                }
                for line in kept[:_SHOWN]
            ],
            "Registre des porteurs",
        )
