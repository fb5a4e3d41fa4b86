"""A child process where queries run, seen from the parent: started, asked, listened to, killed."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from socle.refusal import Refusal
from socle.settings import PROJECT_ROOT
from warehouse.engine.limits import Limits
from warehouse.engine.start import Start
from warehouse.published import damaged

PREFIX = "clas-sql-"
"""Of the folders that hold a copy, where the kernel protects nothing."""
_CHUNK = 1 << 20
_LONGEST_ANSWER = 1 << 28
_STARTING_SECONDS = 60
# Nothing of ours is in it; each arena of malloc would reserve addresses.
_ENVIRONMENT = {"PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2", "PYTHONPATH": str(PROJECT_ROOT)}


class EngineError(Exception):
    """The child met an error that no query explains; the message is its traceback."""


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
        return self._child.poll() is None

    def stop(self, code: str) -> None:
        """Kill it, whatever it is doing; who waits for its answer gets the refusal of that code."""
        self._stopped = self._stopped or code
        self._child.kill()

    def close(self) -> None:
        """Kill it and leave nothing behind."""
        self._child.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._child.stdout):
            with contextlib.suppress(BrokenPipeError):
                _pipe(stream).close()
        with contextlib.suppress(OSError):
            os.close(self._output)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def ask(self, query: str, rows: int) -> dict[str, Any]:
        """Return the answer to a query; raise Refusal when it has none."""
        self._send(query, None, rows)
        return self._answer(time.monotonic() + self._limits.seconds)

    def stream(self, query: str, format: str) -> Iterator[bytes]:
        """Yield the file of a query's rows as it is written; raise Refusal when it has none, or breaks off."""
        self._send(query, format, 0)
        end = time.monotonic() + self._limits.stream_seconds
        answers = _pipe(self._child.stdout).fileno()
        while True:
            until = min(end, time.monotonic() + self._limits.seconds)
            ready = select.select([self._output, answers], [], [], max(0, until - time.monotonic()))[0]
            piece = os.read(self._output, _CHUNK) if self._output in ready else b""
            if piece:
                yield piece
                continue
            if not ready:
                self.stop("requete_trop_longue")
            break
        self._answer(end)
        # It writes all, then answers: what is left is in the pipe.
        while select.select([self._output], [], [], 0)[0] and (piece := os.read(self._output, _CHUNK)):
            yield piece

    def _send(self, query: str, format: str | None, rows: int) -> None:
        request = json.dumps({"requete": query, "format": format, "lignes": rows})
        with contextlib.suppress(BrokenPipeError):  # it is dead already: it will be seen when it does not answer
            _pipe(self._child.stdin).write(request.encode() + b"\n")
            _pipe(self._child.stdin).flush()

    def _answer(self, deadline: float) -> dict[str, Any]:
        answer = self._line(deadline)
        if answer is None:
            self._child.wait()
            raise Refusal(self._stopped or "requete_interrompue", **self._said())
        if answer.get("fin"):
            self._child.kill()
            self._child.wait()  # or it could pass for one that can serve
        if "erreur" in answer:
            raise EngineError(answer["erreur"])
        if "refus" in answer:
            raise Refusal(answer["refus"], **self._said() | answer["valeurs"])
        return answer

    def _said(self) -> dict[str, object]:
        return {"secondes": f"{self._limits.seconds:g}", "memoire": self._limits.megabytes}

    def _line(self, deadline: float) -> dict[str, Any] | None:
        """What it says next; None when it died first. Killed at the deadline."""
        stream = _pipe(self._child.stdout).fileno()
        text = bytearray()
        while not text.endswith(b"\n"):
            if not select.select([stream], [], [], max(0, deadline - time.monotonic()))[0]:
                self.stop("requete_trop_longue")
                return None
            piece = os.read(stream, _CHUNK)
            text += piece
            if not piece or len(text) > _LONGEST_ANSWER:
                return None
        try:
            # JSON, not a pickle: what comes back may have been touched by the query.
            answer: dict[str, Any] = json.loads(text)
        except ValueError:
            return None
        return answer

    def _starts(self, is_copy: bool) -> bool:
        """Start it and return whether it serves; it does not where the kernel protects nothing and it has no copy."""
        database = self._copied() if is_copy else self.task.database
        self._output, written = os.pipe()
        with contextlib.suppress(OSError):  # the system may allow less to a user
            fcntl.fcntl(written, fcntl.F_SETPIPE_SZ, _CHUNK)
        start = Start(str(database), is_copy, self.task.everything, self.task.for_streams, written, self._limits)
        self._child = subprocess.Popen(
            [sys.executable, "-m", "warehouse.engine.child", start.encode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_ENVIRONMENT,
            pass_fds=(written,),
            start_new_session=True,  # Ctrl-C is for the parent
        )
        os.close(written)
        said = self._line(time.monotonic() + _STARTING_SECONDS)
        if said and "departements" in said:
            self.departements = said["departements"]
            return True
        self.close()
        if said and "abimee" in said:
            raise damaged(self.task.database.parent.name)
        if said is None or "erreur" in said:
            raise EngineError(said["erreur"] if said else f"the child ended with code {self._child.returncode}")
        return False

    def _copied(self) -> Path:
        self._folder = tempfile.mkdtemp(prefix=PREFIX)
        return Path(shutil.copy(self.task.database, self._folder))


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101  # both are piped, above
    return stream
