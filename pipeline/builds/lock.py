"""The builders' lock: one process at a time writes builds, says who it is, and tidies up after the last one."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from socle.files.atomic import temporaries
from socle.paths import DataFolder
from socle.process.machine import refusing_machine
from socle.process.unix import is_locked, take_lock, user_name
from socle.words.french import moment
from socle.words.refusal import Refusal

CONSTRUCTION = "Une construction"
READING = ".en-cours-*"
"""The folders that staging makes for as long as a file is read."""


@dataclass(frozen=True)
class Holder:
    """Who builds, or was building when it was killed."""

    quoi: str
    """« Une construction »."""
    depuis: str
    """« le 23/11/2026 à 14 h 05 », or « un instant » when nothing says it."""
    par: str
    """« processus 1234, lancé par marie sur poste-3 », empty when nothing says it."""
    at_work: bool
    """False when the process is gone: the kernel freed its lock, there is nothing to clean by hand."""


@contextmanager
def only_builder(folder: DataFolder, what: str = CONSTRUCTION) -> Iterator[None]:
    """Hold the builders' lock; raise Refusal at once when another process holds it, or when the disk refuses anything.

    `what` is said to those who are refused meanwhile.

    What interrupted builds left is cleared first, and what this one leaves in the end: when it fails on a full disk,
    that would be in the way of the next one.
    """
    with refusing_machine(folder):
        folder.curated.mkdir(parents=True, exist_ok=True)
        with folder.lock.open("a+", encoding="utf-8") as file:
            if not take_lock(file.fileno()):
                raise _busy(folder)
            try:
                _clear(folder)
                file.truncate(0)
                file.write(_signature(what))
                file.flush()
                with refusing_machine(folder):  # here, to say how full the disk was before what is left is cleared
                    yield
            finally:
                _clear(folder)
                file.truncate(0)


def holder(folder: DataFolder) -> Holder | None:
    """Return who holds the lock, or was killed while holding it; None when the last builder ended by itself."""
    try:
        with folder.lock.open(encoding="utf-8") as file:
            text = file.read()
            return _holder(text, at_work=is_locked(file.fileno())) if text else None
    except (OSError, UnicodeDecodeError):
        return None


def leftovers(folder: DataFolder) -> list[Path]:
    """Return what builds at work, or interrupted ones, put on the disk for a while."""
    candidates = folder.candidates.iterdir() if folder.candidates.is_dir() else ()
    return sorted([*candidates, *temporaries(folder.current), *folder.staging.glob(READING)])


def _clear(folder: DataFolder) -> None:
    for left in leftovers(folder):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _busy(folder: DataFolder) -> Refusal:
    try:
        owner = _holder(folder.lock.read_text(encoding="utf-8"), at_work=True)
    except (OSError, UnicodeDecodeError):
        owner = _holder("", at_work=True)
    return Refusal(
        "construction_en_cours", quoi=owner.quoi, depuis=owner.depuis, par=f" ({owner.par})" if owner.par else ""
    )


def _holder(text: str, at_work: bool) -> Holder:
    try:
        said = json.loads(text)
        depuis = f"le {moment(datetime.fromisoformat(said['depuis']))}"
        who = f"processus {said['pid']}, lancé par {said['par']} sur {said['machine']}"
        return Holder(str(said["quoi"]), depuis, who, at_work)
    except (ValueError, KeyError, TypeError):
        return Holder(CONSTRUCTION, "un instant", "", at_work)


def _signature(what: str) -> str:
    since = datetime.now(UTC).isoformat()
    who = {"pid": os.getpid(), "par": user_name(), "machine": socket.gethostname()}
    return json.dumps({"quoi": what, "depuis": since} | who)
