"""What a build says of its diffusion -> the sentence of a screen."""

from __future__ import annotations

from collections.abc import Mapping

from socle.words.french import count, out_of, percentage

NAIVE = ("peu_de_porteurs", "domination", "sensible")
"""Reasons for which a figure would be hidden even if the others were not looked at."""


def diffusion_text(counts: Mapping[str, int]) -> str | None:
    """Return how many protected figures are hidden, and how many to protect others; None if none is protected."""
    places = {"departement": "des départements", "lignes": "par type de structure ou zone"}
    parts = [_part(counts, level, words) for level, words in places.items() if counts.get(f"{level}_proteges")]
    if not parts:
        return None
    return "Chiffres protégés des années arrêtées, non diffusés\u202f: " + "\u202f; ".join(parts) + "."


def _part(counts: Mapping[str, int], level: str, words: str) -> str:
    protected, hidden = counts[f"{level}_proteges"], counts.get(f"{level}_masques", 0)
    alone = sum(counts.get(f"{level}_{reason}", 0) for reason in NAIVE)
    return (
        f"{words} {percentage(hidden / protected)} ({out_of(hidden, protected)}), dont "
        f"{count(hidden - alone, 'chiffre')} parce qu'un autre se lirait par recoupement"
    )
