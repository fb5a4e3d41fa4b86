"""Which series of the catalogue an answer enters, as the SQL of a join."""

from __future__ import annotations

# An unread cell of several answers bears the name of its question, and enters the figures of each of its options.
USES = """(
    list_contains(i.variables, a.variable)
    or regexp_matches(
        concat_ws(' ', i.numerateur, i.denominateur, i.condition), '\\b' || a.variable || '(__[a-z0-9_]+)?\\b'
    )
)"""
"""Condition under which an answer `a` (its `variable`) enters the series `i` of marts.indicateur."""
