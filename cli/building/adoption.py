"""`clas arreter` and `clas rouvrir`: the committee adopts the figures of a campagne, or takes them up again."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from cli.building.build import note, show_result
from cli.building.set_aside import show_set_aside
from cli.words.screen import progress, say, warn
from pipeline.adopt import run_adoption, run_reopening
from socle.paths import DataFolder
from socle.process.machine import refusing_machine
from socle.settings import load_settings
from socle.words.french import count, day
from socle.words.refusal import Refusal

_YEAR = typer.Argument(metavar="ANNÉE", help="Année scolaire (2019-2020).")


def arreter(
    campagnes: Annotated[list[str], typer.Argument(metavar="ANNÉE", help="Années scolaires (2019-2020).")],
    le: Annotated[
        str,
        typer.Option("--date", metavar="AAAA-MM-JJ", help="Jour où le comité les a arrêtés (par défaut, aujourd'hui)."),
    ] = "",
    par: Annotated[
        str, typer.Option("--par", metavar="NOM", help="Qui l'enregistre, ou au nom de qui ; gardé avec l'arrêt.")
    ] = "",
) -> int:
    """Enregistre que le comité a arrêté les chiffres publiés d'une année, ou de plusieurs, et garde leur bilan."""
    settings = load_settings()
    show_set_aside(DataFolder(settings.data), campagnes)
    with progress() as step:
        days = dict.fromkeys(campagnes, le or None)
        result, arrets = run_adoption(DataFolder(settings.data), settings, step, days, par or None)
    for arret in arrets:
        note(DataFolder(settings.data), "arret", arret.campagne)
        on = day(date.fromisoformat(arret.date))
        say(f"Année scolaire {arret.campagne} arrêtée le {on}\u202f: {count(arret.nb_chiffres, 'chiffre')}.")
    keep_bilans(DataFolder(settings.data), [arret.campagne for arret in arrets], par or "commande")
    show_result(result)
    return result.exit_code


def keep_bilans(folder: DataFolder, campagnes: list[str], by: str) -> None:
    """Keep the bilans as they are adopted; the adoption stands, whatever comes of it."""
    from bilan.frozen import freeze_all

    for campagne in campagnes:
        try:
            with progress() as step, refusing_machine(folder):
                step(f"Bilan de {campagne}, gardé tel qu'il est arrêté")
                freeze_all(folder, campagne, by)
        except Refusal as refusal:
            warn(f"{refusal} L'année est bien arrêtée\u202f; gardez son bilan avec «\u202fclas bilan {campagne} "
                 "--garder\u202f».")  # fmt: skip


def rouvrir(
    campagne: Annotated[str, _YEAR],
    motif: Annotated[
        str, typer.Option("--motif", metavar="TEXTE", help="Pourquoi ; gardé dans l'historique de l'année.")
    ] = "",
) -> int:
    """Rouvre une année arrêtée : ses chiffres redeviennent provisoires."""
    settings = load_settings()
    with progress() as step:
        result = run_reopening(DataFolder(settings.data), settings, step, campagne, motif or None)
    note(DataFolder(settings.data), "reouverture", campagne)
    say(f"Année scolaire {campagne} rouverte\u202f: ses chiffres sont de nouveau provisoires.")
    show_result(result)
    return result.exit_code
