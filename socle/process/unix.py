"""What Unix has and other systems have not, Linux alone in part: whoever ports the program begins here.

Beside it, warehouse/engine/landlock.py is Linux's own: it confines the queries that people type.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import resource
import select
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

_SWOLLEN = 0.75
"""Of its addresses: a process that holds more may lack some for what comes next."""


def take_lock(descriptor: int) -> bool:
    """Lock an open file for as long as this process holds it; return False at once when another has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(descriptor: int) -> bool:
    """Return whether a living process holds the lock of that file. Asking takes it for an instant."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable: a rename is only on disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def user_name() -> str:
    """Return the name of who runs this process, their number when they have none."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def is_alive(pid: int) -> bool:
    """Return whether a process of this machine has that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def start_apart(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path | None = None,
    *,
    output: IO[bytes] | None = None,
    inherited: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a process that Ctrl-C does not reach, in that folder or ours; it also has the descriptors `inherited`.

    Without `output` it is talked to by its stdin and its stdout, which are pipes; with it, it is given no input.
    """
    import subprocess  # at start-up it would be one more library to wait for

    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL if output else subprocess.PIPE,
        stdout=output or subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        pass_fds=inherited,
        start_new_session=True,
    )


def was_killed(returncode: int) -> bool:
    """Return whether a process that ended so was killed without a chance to do anything, as for lack of memory."""
    return returncode == -signal.SIGKILL


def wide_pipe(size: int) -> tuple[int, int]:
    """Return the descriptors of a pipe, to read and to write, that holds so many bytes where the system allows."""
    read, written = os.pipe()
    with contextlib.suppress(OSError):
        fcntl.fcntl(written, fcntl.F_SETPIPE_SZ, size)
    return read, written


def descriptor_path(descriptor: int) -> str:
    """Return the path under which this process opens what it already holds open."""
    return f"/dev/fd/{descriptor}"


def readable(descriptors: Sequence[int], until: float) -> list[int]:
    """Return those that have something to read, or whose end is reached; none at that moment of `time.monotonic`."""
    return select.select(descriptors, [], [], max(0, until - time.monotonic()))[0]


def read_at(descriptor: int, size: int, start: int) -> bytes:
    """Return bytes of a file from `start` on; where others write in it does not change."""
    return os.pread(descriptor, size, start)


def bound_process(addresses: int, writes_files: bool) -> None:
    """Bound this process for good: bytes of addresses, no core file, no file written unless `writes_files`."""
    resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not writes_files:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def allow_processor_time(seconds: float) -> None:
    """Let this process work that long on every core from now on; then the system kills it, its parent gone or not."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = used.ru_utime + used.ru_stime + (seconds + 1) * (os.cpu_count() or 1)
    resource.setrlimit(resource.RLIMIT_CPU, (int(allowed), resource.getrlimit(resource.RLIMIT_CPU)[1]))


class Memory:
    """What this process holds; to be made before it is confined, for it could no longer open the file."""

    def __init__(self, addresses: int) -> None:
        self._most = _SWOLLEN * addresses
        try:
            self._file: int | None = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:  # only Linux tells
            self._file = None

    def is_swollen(self) -> bool:
        """Return whether what it does next would have few addresses left."""
        if self._file is None:
            return False
        return int(os.pread(self._file, 64, 0).split()[0]) * resource.getpagesize() > self._most
