"""Bytes -> a file that is either whole or absent, whatever happens to the process or the machine."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from socle.process.unix import is_alive, sync_folder


def write_atomic(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Replace `path` by `content` in one rename, on disk before this returns."""
    write_together({path: content}, mode)


def write_together(contents: Mapping[Path, bytes], mode: int = 0o644) -> None:
    """Replace several files: none is replaced before all are on disk, then each is in its turn, in the order given."""
    written: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            written[path] = temporary_beside(path, mode)
            written[path].write_bytes(content)
            _sync_file(written[path])
        for path, temporary in written.items():
            temporary.replace(path)
    finally:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)
    for parent in {path.parent for path in contents}:
        sync_folder(parent)


@contextmanager
def replacing(path: Path, mode: int = 0o644) -> Iterator[Path]:
    """Give an empty file to write, which takes the place of `path` once it is whole; nothing is left of it otherwise.

    What earlier writings of `path` left when they were killed is cleared first.
    """
    for left in interrupted(path):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    temporary = temporary_beside(path, mode)
    try:
        yield temporary
        _sync_file(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def temporary_beside(path: Path, mode: int) -> Path:
    """Return a new empty file beside `path`, whose name says which process made it; the umask is respected."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    return temporary


def temporaries(path: Path) -> list[Path]:
    """Return what writings of `path` that were killed, or are under way, left beside it."""
    present = path.parent.iterdir() if path.parent.is_dir() else ()
    return sorted(other for other in present if other.name.startswith(f".{path.name}."))


def interrupted(path: Path) -> list[Path]:
    """Return what writings of `path` left beside it whose process is gone."""
    return [left for left in temporaries(path) if (maker := _maker(left, path)) and not is_alive(maker)]


def _maker(temporary: Path, path: Path) -> int | None:
    number = temporary.name.removeprefix(f".{path.name}.").partition(".")[0]
    return int(number) if number.isdigit() else None


def sync_tree(folder: Path) -> None:
    """Make every file and sub-folder of `folder` durable."""
    for path in [folder, *folder.rglob("*")]:
        sync_folder(path) if path.is_dir() else _sync_file(path)


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
