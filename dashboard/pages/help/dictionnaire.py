"""Dictionnaire: what each variable and each indicator means, how each year asked it, and how it was answered."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.screen.tables import plain, small, table
from dashboard.visit.data import read
from dashboard.visit.visitor import Visitor
from pipeline.codebook.dictionary import CLASSES, TYPES, UNITS
from socle.french import count, out_of
from warehouse.engine.engine import READERS
from warehouse.origins.asked_by_year import AskedIndicator, AskedVariable, indicators, variables


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Dictionnaire")
    if visitor.build is None:
        st.info("Rien n'est encore publié. Le dictionnaire se remplit avec les premières données.")
        return
    of_variables, of_indicators = st.tabs(["Questions", "Indicateurs"])
    with of_variables:
        _variables(visitor)
    with of_indicators:
        _indicators(visitor)


def _variables(visitor: Visitor) -> None:
    known = read(visitor, variables)
    sought = st.text_input("Chercher une question", key="dictionnaire_question").casefold().strip()
    found = [one for one in known if not sought or sought in _words(one)]
    if not found:
        st.info("Aucune question ne contient ce mot.")
        return
    small(f"{count(len(found), 'question')} sur {len(known)}.")
    chosen = st.selectbox(
        "Question", found, format_func=lambda one: f"{one.libelle} ({one.variable})", key="dictionnaire_variable"
    )
    facts = {
        "Nom dans les tables": chosen.variable,
        "Définition": chosen.description,
        "Type": TYPES.get(chosen.type, chosen.type),
        "Unité": chosen.unite,
        "Réponses proposées": chosen.modalites,
        "Posée": f"de {chosen.premiere} à {chosen.derniere}" if chosen.premiere else None,
        "Question clé": "oui" if chosen.cle else None,
        "Donnée personnelle": "oui\u202f: ses réponses ne sont dans aucune table publiée" if chosen.personnel else None,
    }
    table([{"Rubrique": name, "Contenu": text} for name, text in facts.items() if text], f"Question {chosen.libelle}")
    if chosen.years:
        table(
            [
                {
                    "Année": one.campagne,
                    "Intitulé": " | ".join(one.intitules),
                    "Bilans qui y répondent": _share(one.posees, one.remplies),
                }
                for one in chosen.years
            ],
            "Intitulé et réponses, année par année",
        )


def _indicators(visitor: Visitor) -> None:
    known = read(visitor, indicators)
    sought = st.text_input("Chercher un indicateur", key="dictionnaire_indicateur_mot").casefold().strip()
    found = [one for one in known if not sought or sought in f"{one.libelle} {one.indicateur} {one.famille}".casefold()]
    if not found:
        st.info("Aucun indicateur ne contient ce mot.")
        return
    small(f"{count(len(found), 'indicateur')} sur {len(known)}.")
    chosen = st.selectbox(
        "Indicateur", found, format_func=lambda one: f"{one.libelle} ({one.indicateur})", key="dictionnaire_indicateur"
    )
    table(
        [{"Rubrique": name, "Contenu": text} for name, text in _facts(chosen, visitor.scope.role) if text],
        f"Indicateur {chosen.libelle}",
    )


def _facts(one: AskedIndicator, role: str) -> Sequence[tuple[str, str | None]]:
    calculation = [
        ("Numérateur (SQL)", one.numerateur),
        ("Dénominateur (SQL)", one.denominateur or "aucun\u202f: c'est un compte ou une somme"),
        ("Condition (SQL)", one.condition),
        ("Table", one.relation),
    ]
    return (
        ("Nom dans les tables", one.indicateur),
        ("Famille", one.famille),
        ("Définition", one.description),
        ("Question posée", one.question),
        ("Unité", UNITS.get(one.unite, one.unite)),
        *(calculation if role in READERS else ()),
        ("Se calcule à partir de", ", ".join(one.grains)),
        ("Classe de diffusion", CLASSES.get(one.diffusion, one.diffusion)),
        ("Comparable depuis", one.comparable_depuis),
        ("Limites", one.prudence),
    )


def _words(one: AskedVariable) -> str:
    wordings = " ".join(text for year in one.years for text in year.intitules)
    return plain(f"{one.variable} {one.libelle} {one.description or ''} {wordings}").casefold().replace("\\", "")


def _share(asked: int | None, answered: int | None) -> str:
    return out_of(answered or 0, asked) if asked else ""
