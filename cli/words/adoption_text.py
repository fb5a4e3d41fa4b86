"""What the committee adopted, as a manifest has it -> the words of a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from socle.files.manifest import Manifest
from socle.words.french import count, day
from socle.words.states import place_argument, year_text


def no_longer_adopted(manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for each campagne and département whose figures are no longer those that were adopted."""
    for arret in manifest.no_longer_adopted:
        number, (named, choice) = arret["chiffres_modifies"], _named(manifest, arret)
        subject = "n'est plus celui" if number < 2 else "ne sont plus ceux"
        yield (
            f"{count(number, 'chiffre')} de {named} {subject} que le comité a "
            f"{'arrêté' if number < 2 else 'arrêtés'} le {_day(arret)}\u202f: l'année est de nouveau provisoire. "
            "Remettez les fichiers d'alors, ou, si le comité arrête ces nouveaux chiffres, lancez "
            f"«\u202fclas rouvrir {choice}\u202f» puis «\u202fclas arreter {choice}\u202f»."
        )


def withdrawn(manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for each campagne and département that had adopted indicators the catalogue no longer has."""
    for arret in manifest.arrets:
        if number := arret["indicateurs_retires"]:
            yield (
                f"{count(number, 'indicateur arrêté', 'indicateurs arrêtés')} de {_named(manifest, arret)[0]} "
                f"{'ne figurent' if number > 1 else 'ne figure'} plus au catalogue, sans autre conséquence."
            )


def _named(manifest: Manifest, arret: Mapping[str, Any]) -> tuple[str, str]:
    """The year as it is said, and as a command is given it; with its département where it has several."""
    several = len(manifest.departements(arret["campagne"])) > 1
    place = arret["campagne"], arret.get("departement") if several else None
    return year_text(*place), place_argument(*place)


def _day(adopted: Mapping[str, Any]) -> str:
    return day(date.fromisoformat(adopted["arretee_le"]))
