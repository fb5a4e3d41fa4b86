"""Under a figure: the sheet of each of its indicators, and « d'où vient ce chiffre »."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from bilan.words.numbers import Quantity, SayingThresholds
from bilan.words.reading import read_open
from bilan.words.values import quoted_text, ratio_text, value_text
from dashboard.screen.tables import plain, small, table
from dashboard.visit.data import read
from dashboard.visit.visitor import Visitor
from socle.paths import DataFolder
from socle.words.french import count, line_ranges, number
from socle.words.refusal import Refusal
from socle.words.states import HIDDEN, origin_text
from warehouse.engine.engine import READERS
from warehouse.figures.catalogue import settings
from warehouse.open import open_current
from warehouse.origins.explain import Explanation, Origin
from warehouse.origins.explain import explain as explain_figure
from warehouse.origins.figure_name import resolve
from warehouse.scope import Scope

SHOWN = 10
"""Files, points and corrections told; the rest is counted."""


def explanation(folder: DataFolder, scope: Scope, name: str) -> Explanation:
    """Return where « nb_actions/2019-2020/45 » comes from; raise Refusal when this scope has no such figure."""
    with open_current(folder, scope) as warehouse:
        figure = resolve(warehouse, name)
        if figure.niveau == "departement":
            shown = read_open(warehouse, figure.campagne, figure.code).quantity(figure.indicateur)
            if shown is not None and shown.state == HIDDEN:
                raise Refusal("chiffre_non_montre")
        return explain_figure(warehouse, figure)


def _thresholds(folder: DataFolder, scope: Scope) -> SayingThresholds:
    with open_current(folder, scope) as warehouse:
        return SayingThresholds.of(settings(warehouse))


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
        _origin(told, read(visitor, _thresholds), visitor.scope.role in READERS)


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


def _origin(told: Explanation, rules: SayingThresholds, technical: bool) -> None:
    st.markdown("**D'où vient ce chiffre**")
    table(_lines(told, rules), f"Origines de {told.libelle}, {told.name.territoire}, {told.name.campagne}")
    for quoted in told.quoted:
        value = quoted_text(quoted.valeur, told.unite, quoted.qualificatif)
        small(f"Publié pour {quoted.annee} (à citer, sans comparer)\u202f: {value}. Source\u202f: {quoted.source}.")
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


def _lines(told: Explanation, rules: SayingThresholds) -> list[dict[str, str | None]]:
    return [
        {
            "Rang": "retenu" if rank == 0 else "à côté",
            "Chiffre": value_text(_quantity(told, one), rules, told.name.campagne, told.relation, table=True),
            "Rapport": _sums(told, one),
            "Origine": origin_text(one.origine),
            "Source": one.source,
            "Porteurs": number(one.nb_porteurs) if one.computed else "",
        }
        for rank, one in enumerate(told.origins)
    ]


def _quantity(told: Explanation, one: Origin) -> Quantity:
    return Quantity(one.valeur, told.unite, one.numerateur, one.denominateur, one.statut)


def _sums(told: Explanation, one: Origin) -> str:
    """Whatever the base is: who asks where a share comes from is told both of its sums."""
    figure = _quantity(told, one)
    shared = figure.said and figure.unit == "pct" and figure.numerator is not None and figure.denominator is not None
    return ratio_text(figure) if shared else ""


def _sheet_name(sheet: str | None) -> str:
    return f", feuille {plain(sheet)}" if sheet else ""


def _list(lines: list[str], one: str, several: str) -> None:
    if not lines:
        return
    rest = [f"et {len(lines) - SHOWN} autres"] if len(lines) > SHOWN else []
    st.markdown(
        "\n".join([f"{count(len(lines), one, several)}\u202f:\n", *(f"- {line}" for line in [*lines[:SHOWN], *rest])])
    )
