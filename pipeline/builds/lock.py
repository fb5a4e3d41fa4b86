"""The builders' lock: one process at a time writes builds, says who it is, and tidies up after the last one."""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from socle.atomic import temporaries
from socle.french import moment
from socle.machine import refusing_machine
from socle.paths import DataFolder
from socle.refusal import Refusal

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
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _busy(folder) from None
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
            return _holder(text, at_work=_is_held(file.fileno())) if text else None
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


def _is_held(descriptor: int) -> bool:
    """Whether a living process holds it. Asked only once a name is in the file: asking takes it for an instant."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _signature(what: str) -> str:
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    since = datetime.now(UTC).isoformat()
    who = {"pid": os.getpid(), "par": user, "machine": socket.gethostname()}
    return json.dumps({"quoi": what, "depuis": since} | who)
