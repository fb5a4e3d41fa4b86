"""Under a figure: the sheet of each of its indicators, and « d'où vient ce chiffre »."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from warehouse.origins.explain import Anomaly, Explanation, Origin
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
            name = st.selectbox("Chiffre", list(names), format_func=lambda choice: names[choice], key=f"fiche-{key}")
        explained = read(visitor, explanation, name)
        _sheet(visitor, explained)
        _origin(explained, read(visitor, _thresholds), visitor.scope.role in READERS)


def _sheet(visitor: Visitor, explained: Explanation) -> None:
    st.markdown("**Fiche de l'indicateur**")
    manifest = visitor.manifest
    champ = " ".join(part for part in (explained.relation, explained.condition and f"où {explained.condition}") if part)
    calculation = {
        "Numérateur (calcul)": explained.numerateur,
        "Dénominateur (calcul)": explained.denominateur or "aucun\u202f: c'est un compte ou une somme",
        "Champ (calcul)": champ,
    }
    facts = {
        "Indicateur": explained.libelle,
        "Définition": explained.description,
        "Question posée": explained.question,
        **(calculation if visitor.scope.role in READERS else {}),
        "Limites": explained.prudence,
        "Version": manifest.figures_hash[:8] if manifest else None,
    }
    table(
        [{"Rubrique": name, "Contenu": text} for name, text in facts.items() if text],
        f"Fiche\u202f: {explained.libelle}",
    )


def _origin(explained: Explanation, rules: SayingThresholds, technical: bool) -> None:
    st.markdown("**D'où vient ce chiffre**")
    table(
        _lines(explained, rules),
        f"Origines de {explained.libelle}, {explained.name.territoire}, {explained.name.campagne}",
    )
    for quoted in explained.quoted:
        value = quoted_text(quoted.valeur, explained.unite, quoted.qualificatif)
        small(f"Publié pour {quoted.annee} (à citer, sans comparer)\u202f: {value}. Source\u202f: {quoted.source}.")
    if explained.sql is None:
        small("Ce chiffre est repris tel qu'il a été publié\u202f: aucune ligne des fichiers reçus ne le recalcule.")
    elif technical:
        st.code(explained.sql, language="sql", wrap_lines=True)
    _list(
        [
            f"{plain(line.fichier)}{_sheet_name(line.feuille)}\u202f: lignes {line_ranges(line.lignes)}"
            for line in explained.files
        ],
        "fichier lu",
        "fichiers lus",
    )
    _list(
        [
            f"{plain(line.fichier)}{_sheet_name(line.feuille)}, ligne {line.ligne}, {plain(line.colonne)}\u202f: "
            f"«\u202f{plain(line.ancienne_valeur or 'case vide')}\u202f» remplacé par "
            f"«\u202f{plain(line.nouvelle_valeur or 'case vide')}\u202f». Motif\u202f: {plain(line.motif)}"
            for line in explained.corrections
        ],
        "correction",
        "corrections",
    )
    _list(_places(explained.set_aside), "réponse mise de côté, non comptée", "réponses mises de côté, non comptées")
    _list(_places(explained.anomalies), "point relevé dans ces fichiers", "points relevés dans ces fichiers")
    if explained.diffusion_dite:
        small(explained.diffusion_dite)


def _places(anomalies: Sequence[Anomaly]) -> list[str]:
    return [
        f"{plain(line.fichier)}{_sheet_name(line.feuille)}, ligne {line.ligne}\u202f: {plain(line.message)}"
        for line in anomalies
    ]


def _lines(explained: Explanation, rules: SayingThresholds) -> list[dict[str, str | None]]:
    return [
        {
            "Rang": "retenu" if rank == 0 else "à côté",
            "Chiffre": value_text(
                _quantity(explained, origin), rules, explained.name.campagne, explained.relation, table=True
            ),
            "Rapport": _sums(explained, origin),
            "Origine": origin_text(origin.origine),
            "Source": origin.source,
            "Porteurs": number(origin.nb_porteurs) if origin.computed else "",
        }
        for rank, origin in enumerate(explained.origins)
    ]


def _quantity(explained: Explanation, origin: Origin) -> Quantity:
    return Quantity(
        origin.valeur, explained.unite, origin.numerateur, origin.denominateur, origin.statut, bool(origin.au_moins)
    )


def _sums(explained: Explanation, origin: Origin) -> str:
    """Whatever the base is: who asks where a share comes from is told both of its sums."""
    figure = _quantity(explained, origin)
    shared = figure.said and figure.unit == "pct" and figure.numerator is not None and figure.denominator is not None
    return ratio_text(figure) if shared else ""


def _sheet_name(sheet: str | None) -> str:
    return f", feuille {plain(sheet)}" if sheet else ""


def _list(lines: list[str], singular: str, several: str) -> None:
    if not lines:
        return
    rest = [f"et {len(lines) - SHOWN} autres"] if len(lines) > SHOWN else []
    st.markdown(
        "\n".join(
            [f"{count(len(lines), singular, several)}\u202f:\n", *(f"- {line}" for line in [*lines[:SHOWN], *rest])]
        )
    )
