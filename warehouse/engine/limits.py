"""What a query may take: time, memory, rows."""

from __future__ import annotations

from dataclasses import dataclass

from socle.settings import Settings

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """The bounds of one query, and how many run at once."""

    seconds: float = 20
    """Until a query is stopped; for a stream, the time spent waiting for its next rows."""
    stream_seconds: float = 600
    """Until a stream is stopped, whoever is slow."""
    megabytes: int = 768
    """That DuckDB may hold; lists and texts under way are bounded by `addresses` alone."""
    addresses: int = 2048 * MIB
    """Of a child: DuckDB reserves several times what it holds."""
    rows: int = 10_000
    characters: int = 10_000_000
    """Of an answer, all its cells together."""
    processes: int = 2
    waiting: int = 8
    """Queries of one session that may wait for their turn."""

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits that the installation chose."""
        return cls(seconds=settings.requete_secondes, rows=settings.requete_lignes)
