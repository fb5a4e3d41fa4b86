"""Accessibilité: what the French law asks a public site to declare (RGAA 4.1)."""

from __future__ import annotations

import streamlit as st

from dashboard.visit.visitor import Visitor
from socle.settings import load_settings

FAULTS = (
    "Le menu de gauche est annoncé comme une liste mal formée\u202f: ses titres de section ne sont pas des éléments de "
    "liste. Il reste utilisable au clavier, et la page d'accueil en donne les liens.",
    "Quelques textes de l'outil restent en anglais\u202f: le lien d'évitement, le bouton de dépôt de fichier (un texte "
    "en français l'accompagne), les messages de connexion perdue.",
    "Les tableaux que l'on peut trier sont dessinés, un lecteur d'écran ne les lit pas\u202f: le même tableau, en "
    "texte, est à côté ou à télécharger.",
)
"""What is known not to conform: all of it is in Streamlit, on which the pages are built."""


def page(visitor: Visitor) -> None:
    """Draw the page."""
    settings = load_settings()
    who = settings.caf or "La Caf"
    st.title("Accessibilité\u202f: partiellement conforme")
    st.text(
        f"{who} s'engage à rendre ce tableau de bord accessible, conformément à l'article 47 de la loi n° 2005-102 du "
        "11 février 2005."
    )
    st.subheader("État de conformité")
    st.text(
        "Il est partiellement conforme au RGAA 4.1, d'après une évaluation interne\u202f: contrôles automatiques "
        "(axe-core, niveaux A et AA, thèmes clair et sombre) et parcours au clavier de l'identification et du menu. "
        "Elle ne remplace pas l'audit que la Caf doit faire réaliser."
    )
    st.subheader("Contenus non accessibles")
    for fault in FAULTS:
        st.text(f"• {fault}")
    st.subheader("Ce qui est prévu")
    st.text(
        "Chaque graphique a une phrase et un tableau\u202f; aucune information n'est donnée par la couleur seule. "
        "Les pages s'agrandissent à 200\u202f%, se lisent sur un téléphone et se parcourent au clavier. Le thème suit "
        "celui de l'appareil."
    )
    st.subheader("Signaler une difficulté")
    st.text(f"Écrivez à {settings.contact}. Une autre forme du même contenu vous sera donnée.")
    st.text(
        "Sans réponse satisfaisante, vous pouvez saisir le Défenseur des droits\u202f: formulaire et délégués sur "
        "defenseurdesdroits.fr, ou par courrier gratuit\u202f: Défenseur des droits, Libre réponse 71120, 75342 Paris "
        "Cedex 07."
    )
