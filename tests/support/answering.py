"""`python -m tests.support.answering`: a child process that behaves as each request says, well or badly."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from socle.process.parent import Parent
from socle.process.unix import Memory
from socle.words.refusal import Refusal

PLENTY = 1 << 40


class Answering:
    """Does what it is asked: a name and its values."""

    def __init__(self, answers: int) -> None:
        self._answers = answers

    def __call__(self, request: tuple[Any, ...]) -> dict[str, Any]:
        name, *values = request
        found: dict[str, Any] = getattr(self, name)(*values)
        return found

    def say(self, what: object) -> dict[str, Any]:
        """Answer it, after a library printed something."""
        print("une bibliothèque parle")
        return {"lu": what}

    def environment(self) -> dict[str, Any]:
        """Answer what it finds around it."""
        return {"variables": dict(os.environ), "dossier": str(Path.cwd())}

    def refuse(self) -> dict[str, Any]:
        """Refuse, with a value that JSON has not."""
        raise Refusal("lecture_arretee", fichier=Path("a.csv"), raison=None, ligne=3)

    def fail(self) -> dict[str, Any]:
        """Meet an error that nobody foresaw."""
        raise ValueError("imprévu")

    def wait(self) -> dict[str, Any]:
        """Answer too late."""
        time.sleep(600)
        return {}

    def write(self, text: bytes, then: str) -> dict[str, Any]:
        """Write that where answers are read, then wait, or end."""
        os.write(self._answers, text)
        return self.wait() if then == "wait" else self.end(3)

    def end(self, code: int) -> dict[str, Any]:
        """End at once, with that code."""
        os._exit(code)

    def kill(self, number: int) -> dict[str, Any]:
        """Be killed by that signal."""
        os.kill(os.getpid(), number)
        return self.wait()

    def linger(self) -> dict[str, Any]:
        """Close the pipe of answers, and take a while to end by itself."""
        signal.signal(signal.SIGALRM, lambda *_: os._exit(4))
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        os.closerange(3, 10)
        return self.wait()


def main() -> None:
    """Behave; the first request says how many bytes of addresses it may hold."""
    raw = os.dup(1)
    parent = Parent()
    parent.serve(Answering(raw), Memory(parent.request()))


if __name__ == "__main__":
    main()
