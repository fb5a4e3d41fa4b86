"""etat/depots: every file received through the screens, or replaced since, unchanged and named by its hash.

Beside it, <sha256>.json says under which names it came, by whom and when.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from socle.files.atomic import write_atomic
from socle.paths import DataFolder
from socle.words.refusal import Refusal


@dataclass(frozen=True)
class Deposit:
    """One time that a content was left."""

    sha256: str
    nom: str
    par: str
    quand: str
    """UTC, ISO 8601."""


def keep(folder: DataFolder, content: bytes, nom: str, par: str) -> str:
    """Keep a content, and that it was left under that name by that person; return its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    for private in (folder.etat, folder.deposits):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder.deposits / sha256
    if not path.is_file():
        write_atomic(path, content, mode=0o600)
    left = Deposit(sha256, nom, par, datetime.now(UTC).isoformat(timespec="seconds"))
    known = [asdict(deposit) for deposit in deposits_of(folder, sha256)]
    index = json.dumps([*known, asdict(left)], ensure_ascii=False, indent=1)
    write_atomic(_index(path), index.encode() + b"\n", mode=0o600)
    return sha256


def content(folder: DataFolder, sha256: str) -> bytes:
    """Return a content as it was left; raise Refusal when it is gone, or is no longer what it was."""
    try:
        content_found = (folder.deposits / sha256).read_bytes()
    except OSError as error:
        raise Refusal("depot_perdu", depot=sha256[:12]) from error
    if hashlib.sha256(content_found).hexdigest() != sha256:
        raise Refusal("depot_perdu", depot=sha256[:12])
    return content_found


def deposits_of(folder: DataFolder, sha256: str) -> list[Deposit]:
    """Return every upload of a content, oldest first; empty when it was never uploaded."""
    path = _index(folder.deposits / sha256)
    try:
        return [Deposit(**deposit) for deposit in json.loads(path.read_bytes())] if path.is_file() else []
    except (OSError, ValueError, TypeError):
        return []  # what it says of itself is a convenience: the content is what counts


def _index(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
