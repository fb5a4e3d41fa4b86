"""The closed lists that builds, pages and commands share, in their order, with the French words of each code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

from socle.words.french import count, day

Severity = Literal["critique", "alerte", "info"]
SEVERITIES: Mapping[str, str] = {"critique": "ligne écartée", "alerte": "à vérifier", "info": "pour information"}
"""Of an anomaly, the gravest first."""

Effect = Literal["ligne_ecartee", "valeur_ecartee", "en_attente", "aucun"]
EFFECTS: Mapping[str, str] = {
    "ligne_ecartee": "ligne non comptée",
    "valeur_ecartee": "valeur non comptée",
    "en_attente": "bilan reçu, chiffres en attente",
    "aucun": "comptée, à vérifier",
}
"""What an anomaly takes away from the figures."""

PENDING_EFFECTS: Mapping[str, str] = {**EFFECTS, "lue_autrement": "lue autrement", "fichier_refuse": "fichier refusé"}
"""What today's rules would do in an adopted year, were it reopened."""

SHOWN: Final = "diffusable"
HIDDEN: Final = "secret"
UNANSWERED: Final = "non_renseigne"
NOT_ASKED: Final = "non_demande"
NOT_COMPUTABLE: Final = "non_calculable"
UNREADABLE: Final = "illisible"
TO_CHECK: Final = "a_verifier"
NO_THRESHOLD: Final = "sans_seuil"
FIGURE_STATES = (SHOWN, HIDDEN, UNANSWERED, NOT_ASKED, NOT_COMPUTABLE, UNREADABLE, TO_CHECK, NO_THRESHOLD)
"""`statut` of a figure; how all but the first are said depends on the year and the table (bilan.words.values).

UNREADABLE: too many of its answers could not be read; TO_CHECK: all are set aside.
"""
UNANSWERABLE = (NOT_ASKED, NOT_COMPUTABLE, NO_THRESHOLD)
"""States of a figure that no return of the year could answer."""

PUBLISHED: Final = "publie"
RECEIVED: Final = "synthese_nationale"
COMPUTED: Final = "calcule"
FICTITIOUS: Final = "fictif"
FICTITIOUS_RECEIVED: Final = "synthese_fictive"
STANDS_FOR: Mapping[str, str] = {FICTITIOUS: COMPUTED, FICTITIOUS_RECEIVED: RECEIVED}
"""{fictitious origin: the one that it would be of real data}."""
ORIGINS: Mapping[str, str] = {
    PUBLISHED: "publié",
    RECEIVED: "synthèse nationale reçue",
    COMPUTED: "calculé à partir des fichiers reçus",
    FICTITIOUS: "données fictives",
    FICTITIOUS_RECEIVED: "synthèse nationale (données fictives)",
}
"""`origine` of a figure; which one is retained is declared in pipeline/definitions/national.yml."""

PROVISIONAL: Final = "provisoire"
ADOPTED: Final = "arretee"
CAMPAGNE_STATES: Mapping[str, str] = {PROVISIONAL: "provisoire", ADOPTED: "arrêtée"}
"""`etat` of a campagne."""

READ: Final = "charge"
REFUSED: Final = "refuse"
OUTDATED: Final = "perime"
IGNORED: Final = "ignore"
SET_ASIDE: Final = "mis_de_cote"
FILE_STATES: Mapping[str, str] = {
    READ: "lu",
    REFUSED: "refusé",
    OUTDATED: "refusé, ses dernières lignes publiées sont gardées",
    IGNORED: "ignoré",
    SET_ASIDE: "mis de côté",
}
"""`statut` of a file or of a sheet; what is ignored is not shown."""


def severity_text(severity: str, number: int = 1) -> str:
    """Return « ligne écartée », « lignes écartées », « à vérifier » or « pour information »."""
    return "lignes écartées" if severity == "critique" and number > 1 else SEVERITIES[severity]


def not_counted(number: int) -> str:
    """Return « 1 réponse à vérifier, non comptée » or « 3 réponses à vérifier, non comptées »."""
    return count(number, "réponse à vérifier, non comptée", "réponses à vérifier, non comptées")


def origin_text(origin: str | None) -> str:
    """Return « publié », « données fictives »… or an empty text when there is none."""
    return ORIGINS[origin] if origin else ""


def campagne_text(state: str | None, adopted_on: str | date | None = None) -> str:
    """Return « provisoire », « arrêtée le 12/10/2026 », « arrêtée » where the day is not told, or « absente »."""
    if state is None:
        return "absente"
    if state != ADOPTED or adopted_on is None:
        return CAMPAGNE_STATES[state]
    return f"arrêtée le {day(date.fromisoformat(str(adopted_on)))}"


def year_text(campagne: str, departement: str | None = None) -> str:
    """Return « 2021-2022 (45) », or « 2021-2022 » where no département is meant."""
    return f"{campagne} ({departement})" if departement else campagne


def place_argument(campagne: str, departement: str | None = None) -> str:
    """Return what a command is given to speak of it: « 2021-2022 --departement 45 », or « 2021-2022 »."""
    return f"{campagne} --departement {departement}" if departement else campagne


def pending_text(row: Mapping[str, Any]) -> str:
    """Return what a row of marts.regle_en_attente says: how many lines, what becomes of them, since when, why."""
    since = f" depuis le {day(row['depuis'])}" if row["depuis"] else ""
    return f"{count(row['nb_concernes'], 'ligne')}, {PENDING_EFFECTS[row['effet']]}{since}\u202f: {row['libelle']}"
