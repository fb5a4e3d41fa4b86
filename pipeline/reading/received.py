"""The raw folder -> what stands in it as received, without following a link nor opening anything.

A link, or a folder named as a file, is listed too, so that whoever put it there learns that it is not read.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from socle.words.refusal import Refusal

TEXT_SUFFIXES = (".csv", ".txt", ".tsv", ".tab")
EXPORT_SUFFIXES = (*TEXT_SUFFIXES, ".xlsx", ".ods")
_OTHER_TABLES = (
    *(".xls", ".xlsm", ".xlsb", ".xlt", ".xltx", ".xltm", ".ots", ".fods", ".numbers"),
    *(".zip", ".gz", ".7z", ".rar"),
)
"""What may hold answers and is not read: each is refused by name, nothing of it may fade away."""
_DECLARATIONS = ("campagne.yml", "corrections.yml", "textes.yml", "formats.yml")
_OWN = ("thumbs.db", "desktop.ini")
"""What a system leaves in a folder that was looked at."""
LONGEST_NAME = 200
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of characters that show nothing, or change how the rest of a name reads."""


def received(root: Path) -> Iterator[Path]:
    """Yield what was received under `root`; hidden ones and a spreadsheet's lock files are the machine's own."""
    for path in root.rglob("*") if root.is_dir() else ():
        if any(part.startswith((".", "~$")) for part in path.relative_to(root).parts) or path.name.lower() in _OWN:
            continue
        if path.is_symlink() or path.is_file() or path.suffix.lower() in EXPORT_SUFFIXES:
            yield path


def is_export(path: Path) -> bool:
    """Whether something received is to be read, or refused."""
    return path.suffix.lower() in (*EXPORT_SUFFIXES, *_OTHER_TABLES) or (path.is_symlink() and path.is_dir())


def is_unread(path: Path) -> bool:
    """Whether something received is neither read, nor refused, nor a declaration: it is named as not read."""
    return path.is_file() and not is_export(path) and path.name not in _DECLARATIONS


def one_form(name: str) -> str:
    """Return a name in the form in which names are compared and kept: a Mac writes « é » in two characters."""
    return unicodedata.normalize("NFC", name)


def on_disk(folder: Path, name: str) -> Path:
    """Return the file of that name in a folder, however the disk writes it; one that is not there has its one form."""
    exact = folder / name
    if exact.exists():
        return exact
    siblings = (folder / name).parent
    found = siblings.iterdir() if siblings.is_dir() else ()
    return next((path for path in found if one_form(path.name) == one_form(exact.name)), folder / one_form(name))


def received_hash(path: Path) -> str:
    """Return the SHA-256 of a file; of what is none, a text that says what it is."""
    if path.is_symlink():
        return "lien"
    if not path.is_file():
        return "dossier"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shown_name(name: str) -> str:
    """Return a name as it can be shown and kept: in its one form, invisible characters replaced by U+FFFD."""
    return "".join("\ufffd" if unicodedata.category(char) in _UNSEEN else char for char in one_form(name))


def check_name(name: str) -> None:
    """Raise Refusal for the name of a file that hides something, leads elsewhere or is endless."""
    if shown_name(name) != one_form(name) or "\\" in name or "/" in name or name in ("", ".", ".."):
        raise Refusal("nom_refuse", fichier=shown_name(name), raison="un caractère invisible ou un chemin")
    if len(name.encode()) > LONGEST_NAME:
        raise Refusal("nom_refuse", fichier=f"{name[:60]}…", raison=f"plus de {LONGEST_NAME} caractères")
