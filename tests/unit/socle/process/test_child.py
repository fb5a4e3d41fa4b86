"""A child process answers, or does not: what its parent is told in each case, and that nothing is left of it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from socle.process.child import Child, ChildEndedError, ChildError
from socle.process.unix import is_alive
from socle.words.refusal import Refusal
from tests.support.answering import PLENTY

LONG = 60.0


@contextmanager
def started(addresses: int = PLENTY) -> Iterator[Child]:
    child = Child("tests.support.answering", addresses, Path("/"))
    try:
        yield child
    finally:
        child.close()


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    """One that is only asked what it survives."""
    with started() as child:
        yield child


def ask(child: Child, *request: object, seconds: float = LONG) -> dict[str, Any]:
    child.send(request)
    return child.answer(time.monotonic() + seconds)


def ended(child: Child, *request: object, seconds: float = LONG) -> ChildEndedError:
    with pytest.raises(ChildEndedError) as raised:
        ask(child, *request, seconds=seconds)
    assert not child.is_alive
    return raised.value


@pytest.mark.parametrize("said", ["é", [1, None], "x" * (1 << 21)], ids=["text", "list", "more than a pipe holds"])
def test_an_answer_comes_whole_whatever_libraries_print(child: Child, said: object) -> None:
    answer = ask(child, "say", said)
    assert answer == {"fin": False, "lu": said}
    assert child.is_alive


def test_a_refusal_of_the_child_is_the_parents(child: Child) -> None:
    with pytest.raises(Refusal) as refused:
        ask(child, "refuse")
    assert (refused.value.code, refused.value.values) == (
        "lecture_arretee",
        {"fichier": "a.csv", "raison": None, "ligne": 3},
    )
    assert child.is_alive


def test_nothing_of_ours_is_in_the_child(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAS_SECRET", "mot de passe")
    answer = ask(child, "environment")
    assert set(answer["variables"]) <= {"PYTHONUTF8", "MALLOC_ARENA_MAX", "PYTHONPATH", "LC_CTYPE"}
    assert answer["dossier"] == "/"


def test_an_error_of_ours_carries_its_traceback_and_ends_the_child() -> None:
    with started() as child:
        with pytest.raises(ChildError, match=r"Traceback[\s\S]+answering.py[\s\S]+ValueError: imprévu"):
            ask(child, "fail")
        assert not child.is_alive


def test_one_whose_memory_is_short_answers_a_last_time() -> None:
    with started(addresses=1) as child:
        assert ask(child, "say", 1)["lu"] == 1
        assert not child.is_alive


def test_too_slow_it_is_killed_at_its_deadline() -> None:
    with started() as child:
        start = time.monotonic()
        told = ended(child, "wait", seconds=0.05)
        assert (told.is_late, told.by_the_system) == (True, False)
        assert time.monotonic() - start < LONG


@pytest.mark.parametrize(
    ("request_", "by_the_system"),
    [(("end", 3), False), (("kill", signal.SIGABRT), False), (("kill", signal.SIGKILL), True)],
    ids=["ends", "aborts", "is killed"],
)
def test_one_that_dies_is_told_from_one_that_the_system_kills(
    request_: tuple[object, ...], by_the_system: bool
) -> None:
    with started() as child:
        told = ended(child, *request_)
        assert (told.is_late, told.by_the_system) == (False, by_the_system)


def test_one_that_was_dead_before_it_was_asked_says_why_all_the_same() -> None:
    with started() as child:
        os.kill(child.pid, signal.SIGKILL)
        assert ended(child, "say", 1).by_the_system


def test_the_code_of_one_that_takes_a_while_to_end_is_its_own() -> None:
    with started() as child:
        assert str(ended(child, "linger")) == "the child ended with code 4"


@pytest.mark.parametrize(
    "text",
    [b"des mots\n", b"\xff\xfe\n", b"3\n", b"[" * 100_000 + b"\n", b'{"lu": 1}\n{"lu": 2}\n'],
    ids=["words", "no text", "no object", "too deep", "two answers"],
)
def test_garbage_is_no_answer_and_ends_the_child(text: bytes) -> None:
    with started() as child:
        told = ended(child, "write", text, "wait")
        assert (told.is_late, told.by_the_system) == (False, False)


def test_half_an_answer_is_none_late_or_not() -> None:
    with started() as child:
        assert ended(child, "write", b'{"lu": ', "wait", seconds=0.2).is_late
    with started() as child:
        assert not ended(child, "write", b'{"lu": 1}', "end").is_late


def test_an_answer_that_would_fill_the_memory_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socle.process.child._LONGEST_ANSWER", 1000)
    with started() as child:
        assert not ended(child, "say", "x" * 1000).by_the_system


@pytest.mark.parametrize("how", ["stop", "close"])
def test_another_thread_may_end_it_while_it_is_listened_to(how: str) -> None:
    with started() as child:
        pid = child.pid
        timer = threading.Timer(0.05, getattr(child, how))
        timer.start()
        told = ended(child, "wait")
        timer.join()
        assert (told.is_late, told.by_the_system) == (False, False)
        ended(child, "say", 1)
    assert not is_alive(pid)
