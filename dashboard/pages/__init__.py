"""The pages: one file each, one function `page(visitor)`; dashboard/visit/navigation.py says how to add one."""

from __future__ import annotations

from importlib import import_module

from dashboard.visit.navigation import PageEntry
from dashboard.visit.visitor import Visitor
from socle.words.refusal import Refusal


def draw(entry: PageEntry, visitor: Visitor) -> None:
    """Draw a page for a visitor; raise Refusal when it is not one of the pages of their role."""
    if visitor.identity.role not in entry.roles:
        raise Refusal("page_reservee", page=entry.title)
    import_module(f"dashboard.pages.{entry.module}").page(visitor)
