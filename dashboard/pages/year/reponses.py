"""Réponses et qualité: chapters declared in bilan/definitions/chapitres.yml."""

from __future__ import annotations

from dashboard.exhibits.chapter_view import show_page
from dashboard.visit.visitor import Visitor


def page(visitor: Visitor) -> None:
    """Draw the page."""
    show_page(visitor, "reponses")
