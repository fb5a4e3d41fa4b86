"""The harmless sentences and invented names that the fictitious returns hold."""

from __future__ import annotations

import random

from clas_demo.world.model import ANCHOR, Value

CONTACTS = (
    ("Camille", "Exemple"), ("Dominique", "Fictif"), ("Claude", "Modèle"), ("Maxime", "Imaginaire"),
    ("Sacha", "Personne"), ("Alix", "Inventé"), ("Noa", "Specimen"), ("Lou", "Essai"), ("Charlie", "Gabarit"),
)  # fmt: skip
"""First and last names that nobody bears together."""

_DIFFICULTES = (
    "Salle partagée avec une autre activité le mardi.",
    "Recruter des bénévoles disponibles à 16 h 30 reste difficile.",
    "Peu de retours des enseignants en début d'année.",
    "Les trajets du soir en hiver découragent certaines familles.",
    "Aucune difficulté particulière.",
)
_EFFETS = (
    "Les enfants prennent la parole plus volontiers en groupe.",
    "Les parents viennent plus souvent aux réunions de l'école.",
    "Cartables mieux rangés, leçons anticipées.",
    "Plus d'entraide entre les grands et les petits.",
)
_BESOINS = (
    "Une formation à l'accueil des enfants allophones.",
    "Des jeux de société et des livres.",
    "Des temps d'échange entre porteurs.",
    "",
)
_CLOSED_SCHOOLS = "Séances suspendues à partir du 16 mars ; lien gardé par téléphone."


def free_texts(rng: random.Random, campagne: str) -> dict[str, Value]:
    """Return the three free answers; in the anchor year, some tell of the closed schools."""
    difficulty = rng.choice(_DIFFICULTES)
    if campagne == ANCHOR and rng.random() < 0.7:
        difficulty = _CLOSED_SCHOOLS
    return {"difficultes": difficulty, "effets_observes": rng.choice(_EFFETS), "besoins": rng.choice(_BESOINS)}
