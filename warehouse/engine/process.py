"""A child process where queries run, seen from the parent: what it serves, and what its end means."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from socle.process.child import Child, ChildEndedError
from socle.process.unix import readable, wide_pipe
from socle.words.refusal import Refusal
from warehouse.engine.limits import Limits
from warehouse.engine.start import Start
from warehouse.published import damaged

PREFIX = "clas-sql-"
"""Of the folders that hold a copy, where the kernel protects nothing."""
_CHUNK = 1 << 20
_STARTING_SECONDS = 60


@dataclass(frozen=True)
class Task:
    """What a process serves; see Start."""

    database: Path
    everything: bool
    for_streams: bool


class QueryProcess:
    """One child on one database. It serves one request at a time, and dies with the first that goes wrong."""

    def __init__(self, task: Task, limits: Limits, trust_kernel: bool = True) -> None:
        """Start it; `trust_kernel` false gives it a copy of the database at once.

        Raise Refusal when the database cannot be opened.
        """
        self.task = task
        self._limits = limits
        self._folder: str | None = None
        self._stopped: str | None = None
        self.departements: list[str] = []
        if not trust_kernel or not self._starts(is_copy=False):
            self._starts(is_copy=True)

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._child.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked anything."""
        return self._child.is_alive

    def stop(self, code: str) -> None:
        """Kill it, whatever it is doing; who waits for its answer gets the refusal of that code."""
        self._stopped = self._stopped or code
        self._child.stop()

    def close(self) -> None:
        """Kill it and leave nothing behind."""
        self._child.close()
        with contextlib.suppress(OSError):
            os.close(self._output)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def ask(self, query: str, rows: int) -> dict[str, Any]:
        """Return the answer to a query; raise Refusal when it has none."""
        self._child.send((query, None, rows))
        return self._answer(time.monotonic() + self._limits.seconds)

    def stream(self, query: str, format: str) -> Iterator[bytes]:
        """Yield the file of a query's rows as it is written; raise Refusal when it has none, or breaks off."""
        self._child.send((query, format, 0))
        end = time.monotonic() + self._limits.stream_seconds
        while True:
            until = min(end, time.monotonic() + self._limits.seconds)
            ready = readable([self._output, self._child.answers], until)
            piece = os.read(self._output, _CHUNK) if self._output in ready else b""
            if not piece:
                break
            yield piece
        # Nothing came in time: it has no more of it to answer.
        self._answer(end if ready else until)
        # It writes all, then answers: what is left is in the pipe.
        while readable([self._output], 0) and (piece := os.read(self._output, _CHUNK)):
            yield piece

    def _answer(self, deadline: float) -> dict[str, Any]:
        try:
            return self._child.answer(deadline)
        except ChildEndedError as ended:
            code = self._stopped or ("requete_trop_longue" if ended.is_late else "requete_interrompue")
            raise Refusal(code, secondes=f"{self._limits.seconds:g}") from None

    def _starts(self, is_copy: bool) -> bool:
        """Start it and return whether it serves: without the kernel's protection, it serves only a copy."""
        database = self._copied() if is_copy else self.task.database
        self._output, written = wide_pipe(_CHUNK)
        start = Start(str(database), is_copy, self.task.everything, self.task.for_streams, written, self._limits)
        self._child = Child("warehouse.engine.child", start, Path("/"), inherited=(written,))
        os.close(written)
        try:
            said = self._child.answer(time.monotonic() + _STARTING_SECONDS)
        except Exception:
            self.close()
            raise
        if "departements" in said:
            self.departements = said["departements"]
            return True
        self.close()
        if "abimee" in said:
            raise damaged(self.task.database.parent.name)
        return False

    def _copied(self) -> Path:
        self._folder = tempfile.mkdtemp(prefix=PREFIX)
        return Path(shutil.copy(self.task.database, self._folder))
