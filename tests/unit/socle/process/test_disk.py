"""What a disk refuses is told from everything else, in whichever words it comes."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from socle.process.disk import disk_errno, free_bytes, fullest, named_path, reason


def nested(cause: BaseException) -> Exception:
    """An error raised from another one."""
    error = RuntimeError("la règle n'a pas été évaluée")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.EFBIG, errno.EDQUOT])
def test_the_system_s_error_is_known_as_itself_as_a_text_and_as_a_cause(number: int) -> None:
    itself = OSError(number, os.strerror(number))
    text = RuntimeError(f'Could not write file "/x/warehouse.duckdb.wal": {os.strerror(number)}')
    for error in (itself, text, nested(itself), nested(text)):
        assert disk_errno(error) == number
    assert reason(number) != reason(None)


@pytest.mark.parametrize(
    "text",
    [
        "failed to offload data block (…). This limit was set by the 'max_temp_directory_size' setting.",
        "database or disk is full",
        "[Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp']",
    ],
)
def test_a_lack_of_room_said_otherwise_is_a_full_disk(text: str) -> None:
    assert disk_errno(FileNotFoundError(errno.ENOENT, text)) == errno.ENOSPC
    assert disk_errno(RuntimeError(text)) == errno.ENOSPC


@pytest.mark.parametrize(
    "error", [ZeroDivisionError(), KeyError("disque"), FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))]
)
def test_any_other_error_is_not_the_disk_s_doing(error: Exception) -> None:
    assert disk_errno(error) is None


def test_what_an_error_hides_on_purpose_is_not_looked_at() -> None:
    error = nested(OSError(errno.ENOSPC, ""))
    error.__context__, error.__cause__, error.__suppress_context__ = error.__cause__, None, True
    assert disk_errno(error) is None


def test_the_path_is_the_one_that_the_error_names() -> None:
    assert named_path(nested(PermissionError(errno.EACCES, "", "/donnees/raw"))) == "/donnees/raw"
    assert named_path(ValueError()) is None


def test_the_room_left_is_that_of_the_disk_where_a_place_will_be(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "a" / "b") == free_bytes(tmp_path)
    assert free_bytes(Path("/proc/self/mem/x")) is None
    assert fullest(tmp_path, Path("/proc")) == Path("/proc")
    assert fullest(tmp_path / "a", tmp_path / "b") == tmp_path / "a"
