"""The parent, seen from a child process of ours: what it asks, how it is answered. Its own side is in child.py.

An answer is one JSON object a line: what was asked for, or {"refus": code, "valeurs": …}, or {"erreur": …} with the
traceback of anything else. "fin" is true when the child should not be asked again.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import traceback
from collections.abc import Callable
from typing import Any

from socle.process.unix import Memory
from socle.words.refusal import Refusal


class Parent:
    """The process that started this one. Make it first: it keeps what libraries print out of the answers."""

    def __init__(self) -> None:
        self._requests = sys.stdin.buffer
        self._answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def request(self) -> Any:
        """Return what is asked next; raise EOFError when the parent has closed the pipe, or is gone."""
        return pickle.load(self._requests)  # noqa: S301  # written by the parent

    def say(self, answer: dict[str, Any]) -> None:
        """Answer; raise BrokenPipeError when the parent is gone."""
        self._answers.write(json.dumps(answer, separators=(",", ":")) + "\n")
        self._answers.flush()

    def serve(self, answer: Callable[[Any], dict[str, Any]], memory: Memory) -> None:
        """Answer requests until the parent closes the pipe, or is gone, "fin" being true once memory is short."""
        try:
            while True:
                self.say({"fin": memory.is_swollen()} | _outcome(answer, self.request()))
        except (EOFError, BrokenPipeError):
            return


def _outcome(answer: Callable[[Any], dict[str, Any]], request: Any) -> dict[str, Any]:
    try:
        return answer(request)
    except Refusal as refusal:
        return refused(refusal)
    except Exception:
        return failed()


def failed() -> dict[str, Any]:
    """Return the error that is being handled, ready to be said."""
    return {"erreur": traceback.format_exc(), "fin": True}


def refused(refusal: Refusal) -> dict[str, Any]:
    """Return the refusal, ready to be said."""
    kept = {name: value if _is_json(value) else str(value) for name, value in refusal.values.items()}
    return {"refus": refusal.code, "valeurs": kept}


def _is_json(value: object) -> bool:
    return value is None or isinstance(value, int | float)
