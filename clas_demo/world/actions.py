"""The projets of the porteurs -> the actions agréées of each campagne, as rows of the roster."""

from __future__ import annotations

import random
from datetime import date, timedelta

from clas_demo.world.model import (
    ANCHOR,
    CAMPAGNES,
    DEPARTEMENT,
    Action,
    MadeUpPorteur,
    Projet,
    Value,
    first_year,
    stream,
)
from clas_demo.world.porteurs import porteurs

ANCHOR_CHILDREN = 485
"""Enfants et jeunes of the Loiret in 2019-2020, the published figure (note de cadrage Clas du Loiret 2021-2022)."""

MINIMUM, MAXIMUM = 8, 12  # children a collectif, by the référentiel

_LEVEL_WORDS = {"elementaire": "des écoliers", "college": "des collégiens", "lycee": "des lycéens",
                "mixte": "des écoliers et des collégiens"}  # fmt: skip
_NOT_RUNNING = {
    "2014-2015": {17: "non_demarree"},
    "2016-2017": {21: "non_demarree", 32: "arretee_en_cours"},
    "2017-2018": {14: "non_demarree", 24: "arretee_en_cours", 36: "arretee_en_cours"},
    "2018-2019": {19: "non_demarree", 29: "non_demarree", 40: "arretee_en_cours"},
    "2020-2021": {8: "non_demarree", 27: "arretee_en_cours"},
    "2021-2022": {15: "non_demarree"},
    "2022-2023": {23: "non_demarree", 33: "arretee_en_cours"},
    "2023-2024": {30: "arretee_en_cours"},
    "2024-2025": {11: "non_demarree", 38: "arretee_en_cours"},
}
"""Rank of the actions that did not run to their end, a campagne."""

Held = tuple[MadeUpPorteur, Projet]


def agreed_actions(seed: int) -> dict[str, list[Action]]:
    """Return {campagne: actions agréées}; those of the anchor year are 41 and sum to 485 children."""
    by_campagne: dict[str, list[Action]] = {}
    previous: dict[Held, Action] = {}
    for campagne in CAMPAGNES:
        held = _held(campagne)
        counts = [_children(seed, campagne, porteur, projet, previous) for porteur, projet in held]
        if campagne == ANCHOR:
            _reach(counts, held, ANCHOR_CHILDREN)
        decided = _decision_day(seed, campagne)
        actions = [
            _action(campagne, rank, porteur, projet, counts[rank - 1], previous, decided)
            for rank, (porteur, projet) in enumerate(held, start=1)
        ]
        previous = dict(zip(held, actions, strict=True))
        by_campagne[campagne] = actions
    return by_campagne


def roster_row(action: Action) -> dict[str, Value]:
    """Return the action as one row of the list of agréments, keyed by variable."""
    return {
        "campagne_declaree": action.campagne,
        "action_id": action.action_id,
        "porteur_id": action.porteur.porteur_id,
        "siret": action.porteur.siret,
        "raison_sociale": action.porteur.raison_sociale,
        "intitule": action.intitule,
        "departement": DEPARTEMENT,
        "commune": action.porteur.commune,
        "nb_enfants_agrees": action.nb_enfants_agrees,
        "nb_collectifs_agrees": action.projet.collectifs,
        "statut_agrement": action.statut,
        "action_precedente": action.action_precedente,
        "date_decision": action.date_decision,
    }


def _held(campagne: str) -> list[Held]:
    year = first_year(campagne)
    return [(p, projet) for p in porteurs() for projet in p.projets if projet.debut <= year <= projet.fin]


def _children(seed: int, campagne: str, porteur: MadeUpPorteur, projet: Projet, previous: dict[Held, Action]) -> int:
    """A committee agrees about what it agreed the year before."""
    low, high = MINIMUM * projet.collectifs, MAXIMUM * projet.collectifs
    rng = stream(seed, "agreed", campagne, porteur.porteur_id, str(projet))
    before = previous.get((porteur, projet))
    drawn = before.nb_enfants_agrees + rng.randint(-1, 2) if before else _usual(rng, low, high)
    return min(max(drawn, low), high)


def _usual(rng: random.Random, low: int, high: int) -> int:
    return round(rng.triangular(low, high, high - (high - low) / 4))


def _reach(counts: list[int], held: list[Held], total: int) -> None:
    """Move counts by one, in turn and within a collectif's bounds, until they sum to `total`."""
    step = 1 if sum(counts) < total else -1
    while sum(counts) != total:
        for rank, (_, projet) in enumerate(held):
            low, high = MINIMUM * projet.collectifs, MAXIMUM * projet.collectifs
            if sum(counts) != total and low <= counts[rank] + step <= high:
                counts[rank] += step


def _action(
    campagne: str, rank: int, porteur: MadeUpPorteur, projet: Projet, children: int, previous: dict[Held, Action],
    decided: date,
) -> Action:  # fmt: skip
    before = previous.get((porteur, projet))
    place = f" ({porteur.quartier})" if porteur.quartier else ""
    return Action(
        campagne=campagne,
        action_id=f"{DEPARTEMENT}-{first_year(campagne)}-{rank:03d}",
        porteur=porteur,
        projet=projet,
        intitule=f"Accompagnement à la scolarité {_LEVEL_WORDS[projet.niveau]}{place}",
        nb_enfants_agrees=children,
        statut=_NOT_RUNNING.get(campagne, {}).get(rank, "agreee"),
        action_precedente=before.action_id if before else None,
        date_decision=decided,
    )


def _decision_day(seed: int, campagne: str) -> date:
    """A Thursday of June or July before the campagne."""
    day = date(first_year(campagne), 6, 15) + timedelta(days=stream(seed, "decision", campagne).randint(0, 20))
    return day + timedelta(days=(3 - day.weekday()) % 7)
