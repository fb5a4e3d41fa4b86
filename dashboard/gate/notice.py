"""What people are told of their personal data: at identification, and on a page of the dashboard."""

from __future__ import annotations

from access.entry.sessions import ABSOLUTE, IDLE
from access.journal.journal import KEPT
from socle.settings import Settings

MONTHS = KEPT.days // 30


def notice(settings: Settings) -> list[str]:
    """Return the paragraphs of the information notice (articles 13 and 14 of the GDPR, in plain words)."""
    who = settings.caf or "Votre Caf"
    return [
        f"{who} traite ces données pour établir le bilan annuel du Clas, qui relève de sa mission d'intérêt public, "
        "et pour que chacun n'y voie que ce qui le concerne.",
        "Sont gardés votre identifiant, votre nom, votre rôle et votre porteur de projet, tant que le compte existe, "
        f"et un journal de ce que vous faites (identifications, consultations, téléchargements), {MONTHS} mois. Le "
        "code n'est pas gardé\u202f: seule l'est une empreinte qui ne permet pas de le retrouver.",
        f"Les fichiers déposés par l'agent et l'historique des chargements sont gardés {settings.depots_jours} jours.",
        f"Un cookie tient la session ouverte, {ABSOLUTE // 3600} heures au plus et {IDLE // 60} minutes sans activité. "
        "Il n'y en a pas d'autre que ceux dont le site a besoin pour fonctionner, aucune mesure d'audience, et rien "
        "n'est transmis hors de la Caf.",
        f"Pour lire, faire corriger ou effacer ces données, adressez-vous à {settings.contact}. Vous pouvez aussi "
        "saisir la Cnil (cnil.fr).",
    ]
