"""Named steps, each one SELECT -> one SELECT, for the SQL that is generated; what is static is a file of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One SELECT, and the name under which the steps after it read what it makes."""

    name: str
    select: str
    kept: bool = False
    """Computed once, where several steps read it."""


def in_steps(*steps: Step) -> str:
    """Return the SELECT of the last step over those before it; to look at one, give the steps up to it."""
    *before, last = steps
    named = ",\n\n".join(f"{step.name} as {'materialized ' if step.kept else ''}(\n{step.select}\n)" for step in before)
    return f"with {named}\n\n{last.select}" if before else last.select
