"""`clas regles`: what today's rules would change in the adopted years, and their renewal with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.building.adoption import PLACE, adopted_text, keep_bilans
from cli.building.build import note, show_result
from cli.words.difference_text import figure_line
from cli.words.screen import progress, say
from pipeline.adopt import places_text
from pipeline.builds.adoption import in_force
from pipeline.reading.campaigns import load_campaigns
from pipeline.renew import figures_if_reopened, pending_rules, renew
from socle.files.manifest import Manifest, current_build, read_manifest
from socle.paths import DataFolder
from socle.settings import load_settings
from socle.words.french import count, day
from socle.words.refusal import Refusal
from socle.words.states import pending_text, year_text

Row = Mapping[str, Any]


def regles(
    campagnes: Annotated[
        list[str] | None,
        typer.Argument(metavar="ANNÉE", help="Années arrêtées dont les chiffres qui changeraient sont calculés."),
    ] = None,
    reprendre: Annotated[
        bool,
        typer.Option(
            "--reprendre",
            help="Applique les règles d'aujourd'hui aux années arrêtées, qui le restent.",
        ),
    ] = False,
    motif: Annotated[
        str, typer.Option("--motif", metavar="TEXTE", help="Pourquoi ; gardé dans l'historique de l'année.")
    ] = "",
    par: Annotated[
        str, typer.Option("--par", metavar="NOM", help="Qui l'enregistre, ou au nom de qui ; gardé avec l'arrêt.")
    ] = "",
    departement: Annotated[str, PLACE] = "",
) -> int:
    """Dit ce que les règles d'aujourd'hui changeraient dans les années arrêtées, et les y applique à la demande."""
    folder, place = DataFolder(load_settings().data), departement or None
    if reprendre:
        return _renew(folder, campagnes or (), place, motif, par)
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    if build is None or manifest is None:
        raise Refusal("aucune_construction")
    _list(folder, build, manifest, campagnes or (), place)
    if campagnes:
        _figures(folder, build, campagnes, place)
    return 0


def _list(
    folder: DataFolder, build: Path, manifest: Manifest, campagnes: Sequence[str], departement: str | None
) -> None:
    adopted = [
        one for one in in_force(folder, load_campaigns(folder))
        if (not campagnes or one.campagne in campagnes) and departement in (None, one.departement)
    ]  # fmt: skip
    rows = {
        pair: list(own)
        for pair, own in groupby(pending_rules(build), key=lambda row: (row["campagne"], row.get("departement")))
    }
    for one in adopted:
        own = rows.get(one.pair, [])
        on = day(date.fromisoformat(one.arret.date))
        changes = count(len(own), "règle change", "règles changent") if own else "rien ne change"
        named = places_text(manifest, [one.pair])
        say(f"{named}, arrêtée le {on}\u202f: {changes}{' ses réponses' if own else ''}.")
        for row in own:
            say(f"- {pending_text(row)}")
    if adopted:
        say("Rien n'en est appliqué à une année arrêtée. Rouvrez-la («\u202fclas rouvrir ANNÉE\u202f»), ou gardez-la "
            "arrêtée avec les règles d'aujourd'hui («\u202fclas regles ANNÉE --reprendre --motif \"…\"\u202f»\u202f; "
            "sans année, toutes\u202f; avec «\u202f--departement CODE\u202f», ce département seul).")  # fmt: skip
    else:
        say("Aucune année n'est arrêtée.")


def _figures(folder: DataFolder, build: Path, campagnes: Sequence[str], departement: str | None) -> None:
    from bilan.words.numbers import SayingThresholds
    from pipeline.builds.build_anomalies import thresholds

    says = SayingThresholds.of(thresholds(build))
    with progress() as step:
        found = figures_if_reopened(folder, load_settings(), step, campagnes, departement)
    say(f"Chiffres qui changeraient\u202f: {len(found) or 'aucun'}.")
    for row in found:
        say(f"- {figure_line(says, row)}")


def _renew(folder: DataFolder, campagnes: Sequence[str], departement: str | None, motif: str, par: str) -> int:
    with progress() as step:
        result, arrets = renew(folder, load_settings(), step, motif, campagnes, par or None, departement)
    for arret in arrets:
        note(folder, "reprise", year_text(arret.campagne, arret.departement))
        say(f"Année scolaire {adopted_text(result.manifest, arret)}\u202f: arrêtée avec les règles d'aujourd'hui, "
            f"{count(arret.nb_chiffres, 'chiffre')}. Ses chiffres d'avant sont gardés.")  # fmt: skip
    keep_bilans(folder, result.manifest, arrets, par or "commande")
    show_result(result)
    return result.exit_code
