"""A small disk of one's own, to be filled or made read-only for real, and calls made from where it is mounted.

It is a tmpfs in a mount namespace that lives as long as the test. Where the machine allows no namespace, the limits of
a process stand for it: a file cannot grow (« file too large » rather than « no space left »), and a folder that must
not be written refuses even root.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from tests.support.builds import CHILDREN, child

T = TypeVar("T")
BALLAST = "lest"
_UNSHARE = ["unshare", "--user", "--map-root-user", "--mount"]
_LARGE = 1 << 30
_CAPABILITY_VERSION, _OVERRIDES = 0x20080522, 0b110  # to write and to read whatever the rights of a file say


@cache
def can_mount() -> bool:
    """Whether this machine lets us mount a disk that nobody else sees."""
    return not subprocess.run([*_UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode


class Disk:
    """What is mounted on `place` for the children that call from it, and for them only."""

    def __init__(self, place: Path, holder: int | None) -> None:
        """`holder` is the process whose namespaces hold it; none where limits stand for a disk."""
        self.place = place
        self._holder = holder

    def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Return what the function returns in a child that sees the disk; what it raises is raised here."""
        ours, theirs = CHILDREN.Pipe()
        with child(_answer, self, theirs, function, arguments) as process:
            theirs.close()
            try:
                good, answer = ours.recv()
            except EOFError:
                process.join()
                raise AssertionError(f"the child ended with {process.exitcode}") from None
        if not good:
            raise answer
        return answer  # type: ignore[no-any-return]

    def fill(self, left: int = 0) -> None:
        """Take all of its room but `left` bytes; called by a child that sees it."""
        if self._holder is None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (left, resource.RLIM_INFINITY))
            return
        with (self.place / BALLAST).open("ab") as ballast:
            found = os.statvfs(self.place)
            wanted = found.f_bavail - -(-left // found.f_frsize)
            if wanted > 0:
                os.posix_fallocate(ballast.fileno(), os.fstat(ballast.fileno()).st_size, wanted * found.f_frsize)

    def empty(self) -> None:
        """Give back the room that was taken."""
        if self._holder is not None:
            self.call(_unlink, self.place / BALLAST)

    def lock(self) -> None:
        """Make it read-only."""
        if self._holder is None:
            self._change_rights(lambda mode: mode & ~0o222)
        else:
            self._remount("ro")

    def unlock(self) -> None:
        """Let it be written again."""
        if self._holder is None:
            self._change_rights(lambda mode: mode | 0o200)
        else:
            self._remount("rw")

    def enter(self) -> None:
        """See the disk; for a child, which does not come back."""
        libc = ctypes.CDLL(None, use_errno=True)
        if self._holder is None:
            _obey_rights(libc)
            return
        for name in ("user", "mnt"):
            with Path(f"/proc/{self._holder}/ns/{name}").open() as namespace:
                _check(libc.setns(namespace.fileno(), 0), "setns")

    def _remount(self, options: str) -> None:
        enter = ["nsenter", "--target", str(self._holder), "--user", "--mount", "--preserve-credentials"]
        subprocess.run([*enter, "mount", "-o", f"remount,{options}", str(self.place)], check=True)

    def _change_rights(self, changed: Callable[[int], int]) -> None:
        for path in (self.place, *self.place.rglob("*")):
            path.chmod(changed(path.stat().st_mode))


@contextmanager
def small_disk(place: Path, size: int = 64 << 20, mounted: bool = True) -> Iterator[Disk]:
    """Mount an empty disk on a folder for as long as the context lasts; limits stand for it unless `mounted`."""
    place.mkdir(parents=True, exist_ok=True)
    if not mounted or not can_mount():
        yield Disk(place, None)
        return
    script = f"mount -t tmpfs -o size={size} tmpfs '{place}' && echo && exec cat"
    command = [*_UNSHARE, "sh", "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin
        assert holder.stdout
        assert holder.stdout.readline(), "nothing was mounted"
        yield Disk(place, holder.pid)
        holder.stdin.close()


def _answer(disk: Disk, pipe: Connection, function: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    disk.enter()
    try:
        pipe.send((True, function(*arguments)))
    except Exception as error:
        pipe.send((False, error))


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)


def _obey_rights(libc: ctypes.CDLL) -> None:
    """Give up what lets root write where the rights of a file do not allow it."""
    header, sets = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()
    _check(libc.capget(header, sets), "capget")
    for part in range(3):  # effective, permitted, inheritable
        sets[part] &= ~_OVERRIDES
    _check(libc.capset(header, sets), "capset")


def _check(result: int, name: str) -> None:
    if result:
        raise OSError(ctypes.get_errno(), name)
