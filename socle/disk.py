"""What a disk refuses -> the reason in French: the words of the system are in English, in DuckDB's errors too."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
READ_ONLY = frozenset({errno.EROFS})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
FAILING = frozenset({errno.EIO, errno.ESTALE, errno.ENOLCK})
_REASONS = {
    errno.ENOSPC: "il n'y a plus de place sur le disque",
    errno.EDQUOT: "votre quota de disque est atteint",
    errno.EFBIG: "un fichier dépasserait la taille permise",
    errno.EROFS: "il est en lecture seule",
    errno.EACCES: "vous n'avez pas le droit d'y écrire",
    errno.EPERM: "vous n'avez pas le droit d'y écrire",
    errno.EIO: "le disque répond mal",
    errno.ESTALE: "le disque ne répond plus",
    errno.ENOLCK: "ce disque ne permet pas de verrouiller un fichier",
    errno.ENOTDIR: "son chemin passe par un fichier",
    errno.EEXIST: "son chemin passe par un fichier",
    errno.EISDIR: "un dossier porte déjà ce nom",
    errno.EBUSY: "il est en cours d'utilisation",
}
_IN_WORDS = {
    "max_temp_directory_size": errno.ENOSPC,  # DuckDB, of what does not fit in memory
    "No usable temporary directory": errno.ENOSPC,  # Python
    "database or disk is full": errno.ENOSPC,  # SQLite
    "attempt to write a readonly database": errno.EROFS,
    "disk I/O error": errno.EIO,
}


def disk_errno(error: BaseException) -> int | None:
    """Return the number of what the disk refused, as the error or what caused it tells; None if it is not that.

    DuckDB, Great Expectations and a child process give the system's words in a text, not its number.
    """
    for cause in _causes(error):
        if known_number := next((number for words, number in _IN_WORDS.items() if words in str(cause)), None):
            return known_number
        if isinstance(cause, OSError) and cause.errno is not None:
            return cause.errno if cause.errno in _REASONS else None
        if known_number := next((number for number in _REASONS if os.strerror(number) in str(cause)), None):
            return known_number
    return None


def reason(number: int | None) -> str:
    """Return in French why something was not written, to follow a colon."""
    return _REASONS.get(number or 0, "le système refuse l'écriture")


def named_path(error: BaseException) -> str | None:
    """Return the path that the error names, when it does."""
    names = (cause.filename for cause in _causes(error) if isinstance(cause, OSError) and cause.filename)
    return next((os.fsdecode(name) for name in names if isinstance(name, str | bytes)), None)


def free_bytes(folder: Path) -> int | None:
    """Return the room left where `folder` is or will be; None when that cannot be known."""
    for known in (folder, *folder.absolute().parents):
        try:
            return shutil.disk_usage(known).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None


def fullest(*places: Path) -> Path:
    """Return the place that has the least room left, the first of them where they are on the same disk."""
    return min(places, key=lambda folder: free if (free := free_bytes(folder)) is not None else 1 << 62)


def temporary_folder() -> Path:
    """Return where temporary files go; unlike the standard library, also when no folder takes one any more."""
    try:
        return Path(tempfile.gettempdir())
    except OSError:
        return Path(os.environ.get("TMPDIR") or "/tmp")  # noqa: S108  # it is only looked at


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
