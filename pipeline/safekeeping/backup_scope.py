"""A data folder -> what must survive of it: what was received, the state, the definitions of this Caf.

The builds are not part of it: they are made again from the rest.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from socle.atomic import write_atomic
from socle.paths import DataFolder
from socle.refusal import Refusal
from socle.sealed import seal, unseal

SQLITE_MAGIC = b"SQLite format 3\0"
_TOPS = ("raw", "etat", "definitions", "cartes", "modeles")
_SQLITE_SIDE = ("-wal", "-shm", "-journal")
_LONGEST_PART = 255
_OWN_TRACE = timedelta(hours=1)


@dataclass(frozen=True)
class LastBackup:
    """The last backup of a data folder, as noted in it."""

    faite_le: str
    """UTC, ISO 8601."""
    fichier: str
    octets: int
    contenu: str
    """Outline of what was saved, see `outline`."""

    @property
    def made_at(self) -> datetime:
        """When."""
        return datetime.fromisoformat(self.faite_le)


def surviving(folder: DataFolder) -> dict[str, Path]:
    """Return {name in a backup: file}, sorted: raw/, etat/, definitions/, cartes/, modeles/, formats.yml.

    Hidden files are the machine's own, and so is the note of the last backup; what SQLite keeps beside a database is
    read through it. Raise Refusal for a link to a folder: what it leads to would be left out in silence.
    """
    files: dict[str, Path] = {"formats.yml": folder.formats} if folder.formats.is_file() else {}
    for top in surviving_places(folder):
        files |= {path.relative_to(folder.root).as_posix(): path for path in _files(top)}
    databases = {path for path in files.values() if is_sqlite(path)}
    beside = {Path(f"{path}{suffix}") for path in databases for suffix in _SQLITE_SIDE}
    return {name: files[name] for name in sorted(files) if files[name] not in beside | {folder.last_backup}}


def surviving_places(folder: DataFolder) -> list[Path]:
    """Return the folders of what must survive."""
    return [folder.raw, folder.etat, folder.definitions, folder.maps, folder.word_template.parent]


def is_sqlite(path: Path) -> bool:
    """Return whether a file is a SQLite database, which may be written while it is read."""
    with path.open("rb") as file:
        start = file.read(len(SQLITE_MAGIC))
    return start == SQLITE_MAGIC or (not start and path.suffix == ".sqlite")


def name_fault(name: str) -> str | None:
    """Return what is wrong with the name of a file in a backup; None when it stays in its place everywhere."""
    path = PurePosixPath(name)
    if any(char < " " or 0xD800 <= ord(char) < 0xE000 for char in name):
        return "un caractère invisible dans son nom"
    if "\\" in name or ":" in name or path.is_absolute() or ".." in path.parts or path.as_posix() != name:
        return "un nom qui mène ailleurs"
    if any(len(part.encode()) > _LONGEST_PART for part in path.parts):
        return "un nom trop long"
    if name != "formats.yml" and (len(path.parts) < 2 or path.parts[0] not in _TOPS):
        return "sa place, qui n'est pas celle de données"
    return None


def outline(folder: DataFolder) -> str:
    """Return a text that changes when a file that must survive does, databases apart; what is in them is not read."""
    lines = []
    for name, path in surviving(folder).items():
        if not is_sqlite(path):
            seen = path.stat()
            lines.append(f"{name}\0{seen.st_size}\0{seen.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def has_changed(folder: DataFolder, since: LastBackup) -> bool:
    """Return whether anything that must survive changed since a backup, its own trace in the journal apart."""
    late = (since.made_at + _OWN_TRACE).timestamp()
    beside = [path for path in folder.etat.glob("*.sqlite*") if path.is_file()]
    return outline(folder) != since.contenu or any(path.stat().st_mtime > late for path in beside)


def note_backup(folder: DataFolder, made_at: datetime, file: Path, size: int) -> LastBackup:
    """Write in the data folder that it was saved, and return the note."""
    note = LastBackup(made_at.isoformat(timespec="seconds"), str(file), size, outline(folder))
    folder.etat.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomic(folder.last_backup, seal(asdict(note)), mode=0o600)
    return note


def last_backup(folder: DataFolder) -> LastBackup | None:
    """Return the note of the last backup; None when there is none, or when it cannot be read."""
    try:
        note = LastBackup(**unseal(folder.last_backup.read_bytes()))
        return note if note.made_at.tzinfo == UTC else None
    except (OSError, ValueError, TypeError):
        return None


def _files(top: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if (Path(folder) / name).is_symlink():
                raise Refusal("sauvegarde_nom_refuse", fichier=Path(folder) / name, raison="un lien vers un dossier")
        yield from (
            Path(folder) / name for name in names if not name.startswith(".") and (Path(folder) / name).is_file()
        )
