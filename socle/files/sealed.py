"""What tells a file from a damaged one: its hash, and for a declaration in JSON its own hash among the rest."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

_OWN_HASH = "empreinte"


def file_hash(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def known_hash(path: Path) -> str | None:
    """Return the sha256 of a file, which is read again only if it changed since; None when it cannot be read."""
    try:
        seen = path.stat()
        return _hash_of(path, seen.st_ino, seen.st_size, seen.st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=1024)
def _hash_of(path: Path, *_seen: int) -> str:
    return file_hash(path)


def seal(content: dict[str, Any]) -> bytes:
    """Return a declaration as the content of a file."""
    return _json(content | {_OWN_HASH: hashlib.sha256(_json(content)).hexdigest()})


def unseal(data: bytes) -> dict[str, Any]:
    """Return the declaration that a file holds; raise ValueError when it is not as it was sealed.

    One that was written without its hash is returned as it is.
    """
    content = json.loads(data)
    if not isinstance(content, dict):
        raise ValueError("not a declaration")
    own = content.pop(_OWN_HASH, None)
    if own is not None and own != hashlib.sha256(_json(content)).hexdigest():
        raise ValueError("not as it was sealed")
    return content


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
