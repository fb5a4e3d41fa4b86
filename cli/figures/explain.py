"""`clas explain`: a figure -> its values and origins, its formula, its SQL, the files and lines behind it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bilan.words.numbers import Quantity, SayingThresholds
from bilan.words.values import quoted_text, value_text
from cli.words.screen import say, say_json, warn
from socle.paths import DataFolder
from socle.settings import load_settings
from socle.words.french import count, line_ranges
from socle.words.states import not_counted, origin_text, severity_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.origins.explain import Anomaly, Explanation, Origin

ANOMALIES_SHOWN = 10


def explain(
    figure: Annotated[
        list[str],
        typer.Argument(metavar="CHIFFRE", help="Par exemple nb_enfants/2019-2020/45 ou nb_enfants france."),
    ],
    campagne: Annotated[
        str, typer.Option("--campagne", metavar="ANNÉE", help="Année scolaire (par défaut, la dernière).")
    ] = "",
    code: Annotated[
        str, typer.Option("--code", metavar="CODE", help="Département (45), intercommunalité ou « france ».")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Écrit le résultat pour un programme.")] = False,
) -> int:
    """Dit d'où vient un chiffre : définition, SQL, fichiers et lignes."""
    from warehouse.figures.catalogue import settings
    from warehouse.open import open_current
    from warehouse.origins.explain import explain as explain_figure
    from warehouse.origins.figure_name import resolve

    with open_current(DataFolder(load_settings().data)) as warehouse:
        name = resolve(warehouse, " ".join(figure), campagne or None, code or None)
        explanation = explain_figure(warehouse, name)
        rules = SayingThresholds.of(settings(warehouse))
        if warehouse.warning:
            warn(warehouse.warning)
    if as_json:
        say_json(asdict(explanation))
    else:
        _show(explanation, rules)
    return 0


def _show(explanation: Explanation, rules: SayingThresholds) -> None:
    _show_values(explanation, rules)
    _show_definition(explanation)
    _show_sql(explanation)
    _show_files(explanation)
    _show_corrections(explanation)
    _show_found(explanation.set_aside, "réponse mise de côté, non comptée", "réponses mises de côté, non comptées")
    _show_found(
        explanation.anomalies,
        "point relevé sur les questions ou dans les fichiers de ce chiffre",
        "points relevés sur les questions ou dans les fichiers de ce chiffre",
    )


def _show_values(explanation: Explanation, rules: SayingThresholds) -> None:
    name = explanation.name
    if explanation.fictif:
        say("DONNÉES FICTIVES")
    say(f"{explanation.libelle} — {name.territoire}, {name.campagne}")
    for rank, origin in enumerate(explanation.origins):
        say(f"  {'chiffre retenu' if rank == 0 else 'à côté'}\u202f: {_value(explanation, origin, rules)}")
    for quoted in explanation.quoted:
        value = quoted_text(quoted.valeur, explanation.unite, quoted.qualificatif)
        say(f"  publié pour {quoted.annee} (à citer, sans comparer)\u202f: {value}. Source\u202f: {quoted.source}.")
    if explanation.diffusion_dite:
        say(explanation.diffusion_dite)
    say()


def _value(explanation: Explanation, origin: Origin, rules: SayingThresholds) -> str:
    figure = Quantity(
        origin.valeur, explanation.unite, origin.numerateur, origin.denominateur, origin.statut, bool(origin.au_moins)
    )
    value = value_text(figure, rules, explanation.name.campagne, explanation.relation)
    details = [origin_text(origin.origine)]
    if origin.computed:
        details.append(count(origin.nb_porteurs or 0, "porteur"))
    if origin.couverture:
        details.append(origin.couverture)
    if origin.nb_ecartees:
        details.append(not_counted(origin.nb_ecartees))
    return f"{value} — {', '.join(details)}. Source\u202f: {origin.source}."


def _show_definition(explanation: Explanation) -> None:
    say(f"Définition\u202f: {explanation.description}")
    if explanation.question:
        say(f"Question posée\u202f: {explanation.question}")
    if explanation.prudence:
        say(f"Prudence\u202f: {explanation.prudence}")
    say(f"Table\u202f: {explanation.relation}")
    say(f"  numérateur\u202f: {explanation.numerateur}")
    say(f"  dénominateur\u202f: {explanation.denominateur or 'aucun (c’est un compte ou une somme)'}")
    if explanation.condition:
        say(f"  condition\u202f: {explanation.condition}")
    say()


def _show_sql(explanation: Explanation) -> None:
    if explanation.sql is None:
        say("Ce chiffre est repris tel qu'il a été publié\u202f: aucune ligne des fichiers reçus ne le recalcule.")
        return
    command = "clas sql --agent" if explanation.diffusion == "X" else "clas sql"
    say(f"Pour le recalculer, avec « {command} »\u202f:")
    for line in explanation.sql.splitlines():
        say(f"    {line}")
    say()


def _show_files(explanation: Explanation) -> None:
    for file in explanation.files:
        sheet = f", feuille {file.feuille}" if file.feuille else ""
        word = "ligne" if len(file.lignes) == 1 else "lignes"
        say(f"{explanation.name.campagne}/{file.fichier}{sheet}\u202f: {word} {line_ranges(file.lignes)}")


def _show_corrections(explanation: Explanation) -> None:
    if not explanation.corrections:
        return
    say()
    say("Corrections\u202f:")
    for own in explanation.corrections:
        sheet = f", feuille {own.feuille}" if own.feuille else ""
        old, new = (
            f"«\u202f{text}\u202f»" if text else "case vide" for text in (own.ancienne_valeur, own.nouvelle_valeur)
        )
        say(f"- {own.fichier}{sheet}, ligne {own.ligne}, «\u202f{own.colonne}\u202f»\u202f: {old} remplacé par {new}, "
            f"par {own.auteur} le {own.date_correction}. Motif\u202f: {own.motif.rstrip('.')}.")  # fmt: skip


def _show_found(found: Sequence[Anomaly], singular: str, several: str) -> None:
    if not found:
        return
    say()
    say(f"{count(len(found), singular, several)}\u202f:")
    for anomaly in found[:ANOMALIES_SHOWN]:
        sheet = f", feuille {anomaly.feuille}" if anomaly.feuille else ""
        where = f"{anomaly.fichier}{sheet}, ligne {anomaly.ligne}"
        say(f"- {severity_text(anomaly.gravite)}, {where}\u202f: {anomaly.message}")
    if len(found) > ANOMALIES_SHOWN:
        say(f'- et {len(found) - ANOMALIES_SHOWN} autres\u202f: «\u202fclas sql "from qualite.anomalie"\u202f».')
