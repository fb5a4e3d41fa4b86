"""`clas arreter` and `clas rouvrir`: the committee adopts the figures of a campagne, or takes them up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from cli.building.build import note, show_result
from cli.building.set_aside import show_set_aside
from cli.words.screen import progress, say, warn
from pipeline.adopt import places_text, run_adoption, run_reopening
from pipeline.builds.adoption import Arret, Pair
from socle.files.manifest import Manifest
from socle.paths import DataFolder
from socle.process.machine import refusing_machine
from socle.settings import load_settings
from socle.words.french import count, day
from socle.words.refusal import Refusal
from socle.words.states import year_text

_YEAR = typer.Argument(metavar="ANNÉE", help="Année scolaire (2019-2020).")
PLACE = typer.Option(
    "--departement", metavar="CODE", help="Département (45, 2A, 974) ; sans lui, tous ceux de l'année."
)


def arreter(
    campagnes: Annotated[list[str], typer.Argument(metavar="ANNÉE", help="Années scolaires (2019-2020).")],
    le: Annotated[
        str,
        typer.Option("--date", metavar="AAAA-MM-JJ", help="Jour où le comité les a arrêtés (par défaut, aujourd'hui)."),
    ] = "",
    par: Annotated[
        str, typer.Option("--par", metavar="NOM", help="Qui l'enregistre, ou au nom de qui ; gardé avec l'arrêt.")
    ] = "",
    departement: Annotated[str, PLACE] = "",
) -> int:
    """Enregistre que le comité a arrêté les chiffres publiés d'une année, ou de plusieurs, et garde leur bilan."""
    settings = load_settings()
    show_set_aside(DataFolder(settings.data), campagnes, departement or None)
    with progress() as step:
        days = dict.fromkeys(campagnes, le or None)
        folder = DataFolder(settings.data)
        result, arrets = run_adoption(folder, settings, step, days, par or None, departement or None)
    for arret in arrets:
        note(DataFolder(settings.data), "arret", year_text(arret.campagne, arret.departement))
        on = day(date.fromisoformat(arret.date))
        named = adopted_text(result.manifest, arret)
        say(f"Année scolaire {named} arrêtée le {on}\u202f: {count(arret.nb_chiffres, 'chiffre')}.")
    keep_bilans(DataFolder(settings.data), result.manifest, arrets, par or "commande")
    show_result(result)
    return result.exit_code


def adopted_text(manifest: Manifest, arret: Arret) -> str:
    """Return « 2019-2020 », « 2019-2020 (45) » where the year has several départements."""
    return places_text(manifest, [_pair(arret)])


def keep_bilans(folder: DataFolder, manifest: Manifest, arrets: Sequence[Arret], by: str) -> None:
    """Keep the bilans as they are adopted; the adoption stands, whatever comes of it."""
    from bilan.frozen import freeze

    for arret in arrets:
        named = adopted_text(manifest, arret)
        try:
            with progress() as step, refusing_machine(folder):
                step(f"Bilan de {named}, gardé tel qu'il est arrêté")
                freeze(folder, *_pair(arret), by)
        except Refusal as refusal:
            warn(f"{refusal} L'année est bien arrêtée\u202f; gardez son bilan avec «\u202fclas bilan {arret.campagne} "
                 "--garder\u202f».")  # fmt: skip


def _pair(arret: Arret) -> Pair:
    return arret.campagne, arret.departement or ""


def rouvrir(
    campagne: Annotated[str, _YEAR],
    motif: Annotated[
        str, typer.Option("--motif", metavar="TEXTE", help="Pourquoi ; gardé dans l'historique de l'année.")
    ] = "",
    departement: Annotated[str, PLACE] = "",
) -> int:
    """Rouvre une année arrêtée : ses chiffres redeviennent provisoires."""
    settings = load_settings()
    with progress() as step:
        folder = DataFolder(settings.data)
        result = run_reopening(folder, settings, step, campagne, motif or None, departement or None)
    named = year_text(campagne, departement or None)
    note(DataFolder(settings.data), "reouverture", named)
    say(f"Année scolaire {named} rouverte\u202f: ses chiffres sont de nouveau provisoires.")
    show_result(result)
    return result.exit_code
