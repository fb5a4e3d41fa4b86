"""What only Unix has: locks, users, processes, pipes."""

from __future__ import annotations

import getpass
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from socle.process import unix


def test_a_lock_is_held_by_one_open_file_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "verrou"
    with path.open("w") as one, path.open() as other:
        assert not unix.is_locked(one.fileno())
        assert unix.take_lock(one.fileno())
        assert (unix.take_lock(other.fileno()), unix.is_locked(other.fileno())) == (False, True)
    with path.open() as after:
        assert not unix.is_locked(after.fileno())


def test_a_user_without_a_name_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unix.user_name() == getpass.getuser()
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert unix.user_name() == "4000000"


def test_a_process_is_alive_until_it_ends() -> None:
    child = unix.start_apart([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], {}, Path("/"))
    assert unix.is_alive(child.pid)
    with child:
        assert unix.was_killed(child.wait())
    assert not unix.is_alive(child.pid)
    assert not unix.was_killed(-signal.SIGABRT)


def test_a_pipe_is_readable_once_written_or_closed_and_until_then_is_waited_for() -> None:
    read, written = unix.wide_pipe(1 << 20)
    assert unix.readable([read], time.monotonic() + 0.01) == []
    os.write(written, b"x" * (1 << 17))
    assert unix.readable([read], 0) == [read]
    assert len(os.read(read, 1 << 20)) == 1 << 17
    os.close(written)
    assert unix.readable([read], time.monotonic() + 60) == [read]
    os.close(read)


def test_a_file_is_read_from_a_place_without_moving_the_one_where_it_is_written(tmp_path: Path) -> None:
    with (tmp_path / "suite").open("w+b", buffering=0) as file:
        file.write(b"un")
        assert unix.read_at(file.fileno(), 10, 1) == b"n"
        file.write(b"deux")
        assert Path(unix.descriptor_path(file.fileno())).read_bytes() == b"undeux"


def test_memory_is_short_beyond_three_quarters_of_the_addresses() -> None:
    held = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
    assert unix.Memory(held).is_swollen()
    assert not unix.Memory(2 * held).is_swollen()
