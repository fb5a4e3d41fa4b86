"""What a child of the engine is told when it starts; its parent need not import DuckDB."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.engine.limits import Limits


@dataclass(frozen=True)
class Start:
    """The child's task, and the first thing it is asked."""

    database: str
    is_copy: bool
    """The database is the child's own: it may be opened even where the kernel protects nothing."""
    everything: bool
    """Nothing is hidden: the agent asks."""
    for_streams: bool
    """Rows that have no ORDER BY are written as they come: keeping their order would hold them in memory."""
    output: int
    """Descriptor of the pipe of streams."""
    limits: Limits
