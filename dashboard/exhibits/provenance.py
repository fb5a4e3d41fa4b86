"""Under a figure: the sheet of each of its indicators, and « d'où vient ce chiffre »."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from bilan.words.reading import read_open
from dashboard.screen.tables import plain, small, table
from dashboard.visit.data import read
from dashboard.visit.visitor import Visitor
from socle.french import count, line_ranges, number, quantity
from socle.paths import DataFolder
from socle.refusal import Refusal
from warehouse.engine.engine import READERS
from warehouse.open import open_current
from warehouse.origins.explain import Explanation, Origin
from warehouse.origins.explain import explain as explain_figure
from warehouse.origins.figure_name import resolve
from warehouse.scope import Scope

SHOWN = 10
"""Files, points and corrections told; the rest is counted."""
_ORIGINS = {
    "publie": "publié",
    "synthese_nationale": "synthèse nationale reçue",
    "calcule": "calculé à partir des bilans",
    "fictif": "données fictives",
}
HIDDEN = "secret"
_STATES = {
    "non_renseigne": "non renseigné",
    "non_demande": "non demandé cette année-là",
    "non_calculable": "non calculable\u202f: la donnée n'existe pas à ce niveau",
}


def explanation(folder: DataFolder, scope: Scope, name: str) -> Explanation:
    """Return where « nb_actions/2019-2020/45 » comes from; raise Refusal when this scope has no such figure."""
    with open_current(folder, scope) as warehouse:
        figure = resolve(warehouse, name)
        if figure.niveau == "departement":
            shown = read_open(warehouse, figure.campagne, figure.code).quantity(figure.indicateur)
            if shown is not None and shown.state == HIDDEN:
                raise Refusal("chiffre_non_montre")
        return explain_figure(warehouse, figure)


def show_provenance(visitor: Visitor, key: str, names: Mapping[str, str]) -> None:
    """Draw a closed box that is filled when it is opened. `names` is {name of a figure: its label}."""
    if not names:
        return
    box = st.expander("Fiche de l'indicateur, d'où vient ce chiffre", key=f"origine-{key}", on_change="rerun")
    if not box.open:
        return
    with box:
        name = next(iter(names))
        if len(names) > 1:
            name = st.selectbox("Chiffre", list(names), format_func=lambda one: names[one], key=f"fiche-{key}")
        told = read(visitor, explanation, name)
        _sheet(visitor, told)
        _origin(told, visitor.scope.role in READERS)


def _sheet(visitor: Visitor, told: Explanation) -> None:
    st.markdown("**Fiche de l'indicateur**")
    manifest = visitor.manifest
    champ = " ".join(part for part in (told.relation, told.condition and f"où {told.condition}") if part)
    calculation = {
        "Numérateur (calcul)": told.numerateur,
        "Dénominateur (calcul)": told.denominateur or "aucun\u202f: c'est un compte ou une somme",
        "Champ (calcul)": champ,
    }
    facts = {
        "Indicateur": told.libelle,
        "Définition": told.description,
        "Question posée": told.question,
        **(calculation if visitor.scope.role in READERS else {}),
        "Limites": told.prudence,
        "Version": manifest.figures_hash[:8] if manifest else None,
    }
    table([{"Rubrique": name, "Contenu": text} for name, text in facts.items() if text], f"Fiche\u202f: {told.libelle}")


def _origin(told: Explanation, technical: bool) -> None:
    st.markdown("**D'où vient ce chiffre**")
    lines = [
        {
            "Rang": "retenu" if rank == 0 else "à côté",
            "Chiffre": _value(told, one),
            "Origine": _ORIGINS.get(one.origine, one.origine),
            "Source": one.source,
            "Porteurs": number(one.nb_porteurs) if one.computed else "",
        }
        for rank, one in enumerate(told.origins)
    ]
    table(lines, f"Origines de {told.libelle}, {told.name.territoire}, {told.name.campagne}")
    for quoted in told.quoted:
        small(f"Publié pour {quoted.annee} (à citer, sans comparer)\u202f: {quantity(quoted.valeur, told.unite)}. "
              f"Source\u202f: {quoted.source}.")  # fmt: skip
    if told.sql is None:
        small("Ce chiffre est repris tel qu'il a été publié\u202f: aucune ligne des fichiers reçus ne le recalcule.")
    elif technical:
        st.code(told.sql, language="sql", wrap_lines=True)
    _list(
        [
            f"{plain(one.fichier)}{_sheet_name(one.feuille)}\u202f: lignes {line_ranges(one.lignes)}"
            for one in told.files
        ],
        "fichier lu",
        "fichiers lus",
    )
    _list(
        [
            f"{plain(one.fichier)}{_sheet_name(one.feuille)}, ligne {one.ligne}, {plain(one.colonne)}\u202f: "
            f"«\u202f{plain(one.ancienne_valeur or 'case vide')}\u202f» remplacé par "
            f"«\u202f{plain(one.nouvelle_valeur or 'case vide')}\u202f». Motif\u202f: {plain(one.motif)}"
            for one in told.corrections
        ],
        "correction",
        "corrections",
    )
    _list(
        [
            f"{plain(one.fichier)}{_sheet_name(one.feuille)}, ligne {one.ligne}\u202f: {plain(one.message)}"
            for one in told.anomalies
        ],
        "point relevé dans ces fichiers",
        "points relevés dans ces fichiers",
    )


def _value(told: Explanation, one: Origin) -> str:
    if one.statut != "diffusable" or one.valeur is None:
        return _STATES.get(one.statut, _STATES["non_renseigne"])
    value = quantity(one.valeur, told.unite)
    if told.unite != "pct" or one.numerateur is None or one.denominateur is None:
        return value
    return f"{value} ({number(one.numerateur)} sur {number(one.denominateur)})"


def _sheet_name(sheet: str | None) -> str:
    return f", feuille {plain(sheet)}" if sheet else ""


def _list(lines: list[str], one: str, several: str) -> None:
    if not lines:
        return
    rest = [f"et {len(lines) - SHOWN} autres"] if len(lines) > SHOWN else []
    st.markdown(
        "\n".join([f"{count(len(lines), one, several)}\u202f:\n", *(f"- {line}" for line in [*lines[:SHOWN], *rest])])
    )
