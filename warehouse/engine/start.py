"""What a child of the engine is told when it starts, as one argument; its parent need not import DuckDB."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from warehouse.engine.limits import Limits


@dataclass(frozen=True)
class Start:
    """The child's task."""

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

    def encode(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self))

    @classmethod
    def decode(cls, text: str) -> Start:
        """Return what `encode` was given."""
        values = json.loads(text)
        return cls(**values | {"limits": Limits(**values["limits"])})
