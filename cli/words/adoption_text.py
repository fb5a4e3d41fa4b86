"""What the committee adopted, as a manifest has it -> the words of a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from socle.files.manifest import Manifest
from socle.words.french import count, day


def no_longer_adopted(manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for each campagne whose figures are no longer those that the committee adopted."""
    for arret in manifest.no_longer_adopted:
        campagne, number = arret["campagne"], arret["chiffres_modifies"]
        subject = "n'est plus celui" if number < 2 else "ne sont plus ceux"
        yield (
            f"{count(number, 'chiffre')} de {campagne} {subject} que le comité a "
            f"{'arrêté' if number < 2 else 'arrêtés'} le {_day(arret)}\u202f: l'année est de nouveau provisoire. "
            "Remettez les fichiers d'alors, ou, si le comité arrête ces nouveaux chiffres, lancez "
            f"«\u202fclas rouvrir {campagne}\u202f» puis «\u202fclas arreter {campagne}\u202f»."
        )


def withdrawn(manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for each campagne that had adopted indicators the catalogue no longer has."""
    for arret in manifest.arrets:
        if number := arret["indicateurs_retires"]:
            yield (
                f"{count(number, 'indicateur arrêté', 'indicateurs arrêtés')} de {arret['campagne']} "
                f"{'ne figurent' if number > 1 else 'ne figure'} plus au catalogue, sans autre conséquence."
            )


def _day(adopted: Mapping[str, Any]) -> str:
    return day(date.fromisoformat(adopted["arretee_le"]))
