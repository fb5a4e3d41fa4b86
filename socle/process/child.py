"""A child process of ours, seen from its parent: started, asked, listened to until a deadline, killed.

What it is asked is a pickle, for its parent is trusted. What it answers is a line of JSON, for the file or the query
that it was given may have taken it over. Its own side is socle/process/parent.py.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from socle.process.unix import readable, start_apart, was_killed
from socle.settings import PROJECT_ROOT
from socle.words.refusal import Refusal

_CHUNK = 1 << 20
_LONGEST_ANSWER = 1 << 28
_ENDING_SECONDS = 5
"""From the end of its answers to its own end, after which it is killed."""
# A child gone wrong finds nothing of ours in it; each arena of malloc would reserve addresses.
_ENVIRONMENT = {"PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2", "PYTHONPATH": str(PROJECT_ROOT)}


class ChildError(Exception):
    """The child met an error that nothing it was asked explains; the message is its traceback."""


class ChildEndedError(Exception):
    """The child gave no answer, and serves no more."""

    def __init__(self, is_late: bool, by_the_system: bool, returncode: int) -> None:
        super().__init__(f"the child ended with code {returncode}")
        self.is_late = is_late
        """It was killed at its deadline."""
        self.by_the_system = by_the_system
        """It was killed, and not by us."""


class Child:
    """One child that answers one request at a time. `stop` is for any thread; close it in the end."""

    def __init__(self, module: str, start: object, folder: Path, inherited: Sequence[int] = ()) -> None:
        """Run `python -m module` in that folder, `start` being its first request, of which it says nothing."""
        self._process = start_apart([sys.executable, "-m", module], _ENVIRONMENT, folder, inherited=inherited)
        self._talking = threading.Lock()
        self._stopped = False
        self.send(start)

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked anything."""
        return self._process.poll() is None

    @property
    def answers(self) -> int:
        """Descriptor where its answer comes, for who waits for something else as well."""
        return _pipe(self._process.stdout).fileno()

    def send(self, request: object) -> None:
        """Ask it something; when it is dead already, that is seen when it does not answer."""
        text = pickle.dumps(request)
        requests = _pipe(self._process.stdin)
        with self._talking, contextlib.suppress(BrokenPipeError):
            if not requests.closed:
                requests.write(text)
                requests.flush()

    def answer(self, deadline: float) -> dict[str, Any]:
        """Return what it answers until that moment of `time.monotonic`, when it is killed.

        Raise Refusal when it refuses, ChildError when it fails, ChildEndedError when it gave no answer.
        """
        with self._talking:
            answer = self._said(self._line(deadline))
        if answer.get("fin"):
            self._end()  # or it could pass for one that can serve
        if "erreur" in answer:
            raise ChildError(answer["erreur"])
        if "refus" in answer:
            raise Refusal(answer["refus"], **answer["valeurs"])
        return answer

    def stop(self) -> None:
        """Kill it, whatever it is doing; who waits for its answer gets ChildEndedError."""
        # Looked at first: a child that ended by itself was not stopped by us.
        if self.is_alive:
            self._stopped = True
            self._process.kill()

    def close(self) -> None:
        """Kill it and leave nothing behind."""
        self._end()
        with self._talking:  # who listens to it has seen its end
            for stream in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(BrokenPipeError):  # what was left to be sent to it
                    _pipe(stream).close()

    def _end(self) -> None:
        self.stop()
        self._process.wait()

    def _line(self, deadline: float) -> bytearray:
        text = bytearray()
        if _pipe(self._process.stdout).closed:
            raise self._ended()
        while not text.endswith(b"\n"):
            if not readable([self.answers], deadline):
                raise self._ended(is_late=True)
            piece = os.read(self.answers, _CHUNK)
            text += piece
            if not piece:
                with contextlib.suppress(subprocess.TimeoutExpired):  # its own code says why it ended
                    self._process.wait(_ENDING_SECONDS)
            if not piece or len(text) > _LONGEST_ANSWER:
                raise self._ended()
        return text

    def _said(self, line: bytearray) -> dict[str, Any]:
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            raise self._ended() from None
        if not isinstance(answer, dict):
            raise self._ended()
        return answer

    def _ended(self, is_late: bool = False) -> ChildEndedError:
        self._end()
        code = self._process.returncode
        return ChildEndedError(is_late, was_killed(code) and not self._stopped, code)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101  # both are piped
    return stream
