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
    matching = [variable for variable in known if not sought or sought in _words(variable)]
    if not matching:
        st.info("Aucune question ne contient ce mot.")
        return
    small(f"{count(len(matching), 'question')} sur {len(known)}.")
    chosen = st.selectbox(
        "Question",
        matching,
        format_func=lambda variable: f"{variable.libelle} ({variable.variable})",
        key="dictionnaire_variable",
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
                    "Année": year.campagne,
                    "Intitulé": " | ".join(year.intitules),
                    "Bilans qui y répondent": _share(year.posees, year.remplies),
                }
                for year in chosen.years
            ],
            "Intitulé et réponses, année par année",
        )


def _indicators(visitor: Visitor) -> None:
    known = read(visitor, indicators)
    sought = st.text_input("Chercher un indicateur", key="dictionnaire_indicateur_mot").casefold().strip()
    matching = [
        indicator
        for indicator in known
        if not sought or sought in f"{indicator.libelle} {indicator.indicateur} {indicator.famille}".casefold()
    ]
    if not matching:
        st.info("Aucun indicateur ne contient ce mot.")
        return
    small(f"{count(len(matching), 'indicateur')} sur {len(known)}.")
    chosen = st.selectbox(
        "Indicateur",
        matching,
        format_func=lambda indicator: f"{indicator.libelle} ({indicator.indicateur})",
        key="dictionnaire_indicateur",
    )
    table(
        [{"Rubrique": name, "Contenu": text} for name, text in _facts(chosen, visitor.scope.role) if text],
        f"Indicateur {chosen.libelle}",
    )


def _facts(indicator: AskedIndicator, role: str) -> Sequence[tuple[str, str | None]]:
    calculation = [
        ("Numérateur (SQL)", indicator.numerateur),
        ("Dénominateur (SQL)", indicator.denominateur or "aucun\u202f: c'est un compte ou une somme"),
        ("Condition (SQL)", indicator.condition),
        ("Table", indicator.relation),
    ]
    return (
        ("Nom dans les tables", indicator.indicateur),
        ("Famille", indicator.famille),
        ("Définition", indicator.description),
        ("Question posée", indicator.question),
        ("Unité", UNITS.get(indicator.unite, indicator.unite)),
        *(calculation if role in READERS else ()),
        ("Se calcule à partir de", ", ".join(indicator.grains)),
        ("Classe de diffusion", CLASSES.get(indicator.diffusion, indicator.diffusion)),
        ("Comparable depuis", indicator.comparable_depuis),
        ("Limites", indicator.prudence),
    )


def _words(variable: AskedVariable) -> str:
    wordings = " ".join(text for year in variable.years for text in year.intitules)
    return (
        plain(f"{variable.variable} {variable.libelle} {variable.description or ''} {wordings}")
        .casefold()
        .replace("\\", "")
    )


def _share(asked: int | None, answered: int | None) -> str:
    return out_of(answered or 0, asked) if asked else ""
