"""What a query may take: time, memory, rows. Set on a child process by the system, for only it can stop anything."""

from __future__ import annotations

import os
import resource
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


def bound_process(limits: Limits) -> None:
    """Bound this process for good: addresses, no core file, no file written."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.addresses, limits.addresses))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def allow_processor_time(seconds: float) -> None:
    """Let this process work that long on every core from now on; then the system kills it, its parent gone or not."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = used.ru_utime + used.ru_stime + (seconds + 1) * (os.cpu_count() or 1)
    resource.setrlimit(resource.RLIMIT_CPU, (int(allowed), resource.getrlimit(resource.RLIMIT_CPU)[1]))


class Memory:
    """What this process holds; to be made before it is confined, for it could no longer open the file."""

    def __init__(self) -> None:
        try:
            self._file: int | None = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:  # only Linux tells
            self._file = None

    def is_swollen(self, limits: Limits) -> bool:
        """Return whether the next query would have few addresses left."""
        if self._file is None:
            return False
        pages = int(os.pread(self._file, 64, 0).split()[0])
        return pages * resource.getpagesize() > 0.75 * limits.addresses
