"""Queries that wait -> whose turn it is: every session has its own, whatever another asks at once."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

from socle.words.refusal import Refusal


class Turns:
    """Lets `places` queries run at once: first the session that has fewest running, then that served longest ago."""

    def __init__(self, places: int, waiting: int) -> None:
        """`waiting` is how many queries of one session may wait."""
        self._changed = threading.Condition()
        self._free = places
        self._most = waiting
        self._waiting: dict[str, deque[object]] = {}
        self._running: Counter[str] = Counter()
        self._served: dict[str, int] = {}
        self._rank = 0

    @contextmanager
    def turn(self, session: str) -> Iterator[None]:
        """Wait for a place and hold it; raise Refusal when too many wait, or when they are cancelled meanwhile."""
        self._wait(session)
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._running[session] -= 1
                self._running += Counter()  # those at zero are forgotten
                self._changed.notify_all()

    def cancel(self, session: str) -> int:
        """Send away the queries of that session that wait, and return how many."""
        with self._changed:
            sent = len(self._waiting.pop(session, ()))
            self._changed.notify_all()
        return sent

    def _wait(self, session: str) -> None:
        ticket = object()
        with self._changed:
            queue = self._waiting.setdefault(session, deque())
            if len(queue) >= self._most:
                raise Refusal("requetes_en_attente", nombre=len(queue))
            queue.append(ticket)
            self._changed.wait_for(lambda: self._is_next(session, ticket) or not self._still_waits(session, ticket))
            if not self._still_waits(session, ticket):
                raise Refusal("requete_annulee")
            queue.popleft()
            if not queue:
                del self._waiting[session]
            self._rank += 1
            self._served = {name: rank for name, rank in self._served.items() if name in self._waiting}
            self._served[session] = self._rank
            self._free -= 1
            self._running[session] += 1
            self._changed.notify_all()

    def _still_waits(self, session: str, ticket: object) -> bool:
        return ticket in self._waiting.get(session, ())

    def _is_next(self, session: str, ticket: object) -> bool:
        if not self._free or not self._still_waits(session, ticket) or self._waiting[session][0] is not ticket:
            return False
        return session == min(self._waiting, key=lambda name: (self._running[name], self._served.get(name, 0)))
