"""A figure -> how it is written: a share with its base, a state and an origin in words (INDICATORS §5, 1 and 5)."""

from __future__ import annotations

from socle.french import number, percentage, quantity

SMALL_BASE, LARGE_BASE = 20, 100
"""Under the first, never a percentage; from the second on, no need to show the base."""
STATES = {
    "non_renseigne": "non renseigné",
    "non_demande": "non demandé cette année-là",
    "non_calculable": "non calculable\u202f: la donnée n'existe pas à ce niveau",
    "secret": "non diffusé\u202f: trop peu de porteurs",
}
ORIGINS = {
    "publie": "publié",
    "synthese_nationale": "synthèse nationale",
    "calcule": "calculé",
    "fictif": "données fictives",
}
GRAVITIES = {"critique": "ligne écartée", "alerte": "à vérifier", "info": "pour information"}


def value_text(
    value: float | None,
    unit: str,
    numerator: float | None = None,
    denominator: float | None = None,
    status: str = "diffusable",
) -> str:
    """Return « 3 sur 12 », « 42 % (18 sur 43) », « 42 % », « 10,5 » or the state that stands in place of a value."""
    if status != "diffusable" or value is None:
        return STATES.get(status, STATES["non_renseigne"])
    if unit != "pct" or numerator is None or denominator is None:
        return percentage(value) if unit == "pct" else quantity(value, unit)
    base = f"{number(numerator)} sur {number(denominator)}"
    if denominator < SMALL_BASE:
        return base
    return f"{percentage(value)} ({base})" if denominator < LARGE_BASE else percentage(value)


def origin_text(origin: str | None) -> str:
    """Return « publié », « calculé »… or an empty text."""
    return ORIGINS.get(origin or "", origin or "")


def gravity_text(gravity: str, number: int = 1) -> str:
    """Return « lignes écartées », « à vérifier » or « pour information »."""
    text = GRAVITIES.get(gravity, gravity)
    return "lignes écartées" if gravity == "critique" and number > 1 else text
