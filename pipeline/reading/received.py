"""The raw folder -> what stands in it as received, without following a link nor opening anything.

A link, or a folder named as a file, is listed too, so that whoever put it there learns that it is not read.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from socle.refusal import Refusal

EXPORT_SUFFIXES = (".csv", ".xlsx", ".ods")
_OTHER_TABLES = (
    *(".xls", ".xlsm", ".xlsb", ".xlt", ".xltx", ".xltm", ".ots", ".fods", ".numbers"),
    *(".tsv", ".tab", ".zip", ".gz", ".7z", ".rar"),
)
"""What may hold answers and is not read: each is refused by name, nothing of it may fade away."""
LONGEST_NAME = 200
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of characters that show nothing, or change how the rest of a name reads."""


def received(root: Path) -> Iterator[Path]:
    """Yield what was received under `root`; hidden ones and a spreadsheet's lock files are the machine's own."""
    for path in root.rglob("*") if root.is_dir() else ():
        if any(part.startswith((".", "~$")) for part in path.relative_to(root).parts):
            continue
        if path.is_symlink() or path.is_file() or path.suffix.lower() in EXPORT_SUFFIXES:
            yield path


def is_export(path: Path) -> bool:
    """Whether something received is to be read, or refused."""
    return path.suffix.lower() in (*EXPORT_SUFFIXES, *_OTHER_TABLES) or (path.is_symlink() and path.is_dir())


def received_hash(path: Path) -> str:
    """Return the SHA-256 of a file; of what is none, a text that says what it is."""
    if path.is_symlink():
        return "lien"
    if not path.is_file():
        return "dossier"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shown_name(name: str) -> str:
    """Return a name as it can be shown and kept: invisible characters are replaced by U+FFFD."""
    return "".join("\ufffd" if unicodedata.category(char) in _UNSEEN else char for char in name)


def check_name(name: str) -> None:
    """Raise Refusal for the name of a file that hides something, leads elsewhere or is endless."""
    if shown_name(name) != name or "\\" in name or "/" in name or name in ("", ".", ".."):
        raise Refusal("nom_refuse", fichier=shown_name(name), raison="un caractère invisible ou un chemin")
    if len(name.encode()) > LONGEST_NAME:
        raise Refusal("nom_refuse", fichier=f"{name[:60]}…", raison=f"plus de {LONGEST_NAME} caractères")
