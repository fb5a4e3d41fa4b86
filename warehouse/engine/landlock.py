"""Files to read -> this process confined to them: no other file, no TCP, no signal to anyone, whatever it runs.

Landlock is Linux's own (since 5.13), for any process without privilege. What is granted can only shrink, threads and
children included; threads already started are not confined, so this comes before any library starts one.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path

# linux/landlock.h; the numbers of the calls are those of every architecture.
_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_NO_NEW_PRIVILEGES = 38  # linux/prctl.h
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_RIGHTS_OF_VERSION = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights on files a version knows; 16 from the fifth on."""
_TCP, _SOCKETS_AND_SIGNALS = 0b11, 0b11
CONTROL_GROUP, CONTROL_GROUPS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
"""What DuckDB aborts without; the rest of /proc would show what other processes hold."""
ENVIRONMENT = Path("/proc/self/environ")
"""Of this process: to see that it is confined."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return the version of Landlock of this kernel; 0 when it has none or does not use it."""
    try:
        return max(0, _call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION)))
    except (OSError, AttributeError):  # another system than Linux has no such call
        return 0


def confine(files: Sequence[Path], folders: Sequence[Path] = ()) -> bool:
    """Let this process read these files and folders and nothing else, for ever; False when the kernel cannot."""
    known = version()
    if not known:
        return False
    rules = _Ruleset(
        (1 << _RIGHTS_OF_VERSION.get(known, 16)) - 1,
        _TCP if known >= 4 else 0,
        _SOCKETS_AND_SIGNALS if known >= 6 else 0,
    )
    size = 8 if known < 4 else 16 if known < 6 else 24
    ruleset = _call(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in files:
            _allow(ruleset, path, _READ_FILE)
        for path in folders:
            _allow(ruleset, path, _READ_FILE | _READ_FOLDER)
        _checked(ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _call(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:  # not every machine has control groups
        return
    try:
        rule = _Beneath(rights, opened)
        _call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(opened)


def _call(number: int, *arguments: object) -> int:
    return _checked(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *arguments))


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
