"""Data folders to be saved, backups made by hand to be refused, and children that write or are killed meanwhile."""

from __future__ import annotations

import sqlite3
import stat
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pipeline.safekeeping.archive import DECLARATION
from pipeline.safekeeping.backup import back_up
from pipeline.safekeeping.restore import restore
from socle.files.sealed import seal
from socle.paths import DataFolder
from tests.support.builds import kill_at_change, publish_hand_made, silent

FILES = {
    "raw/porteurs.csv": b"porteur_id\np1\n",
    "raw/2019-2020/Questionnaire e\u0301te\u0301 n\u00b0 1 (d\u00e9finitif).csv": "é;à\n".encode(),
    "raw/2019-2020/vide.csv": b"",
    "raw/2019-2020/gros.csv": bytes(range(256)) * 9000,
    "etat/arrets/2019-2020.json": b"{}",
    "etat/depots/" + "a" * 64: b"\x00\xff",
    "definitions/indicators.yml": b"[]\n",
    "formats.yml": b"[]\n",
    "cartes/45.geojson": b"{}",
    "modeles/bilan.docx": b"PK",
}
MACHINE = {"raw/.DS_Store": b"x", "raw/2019-2020/.~lock.a.xlsx#": b"x", "curated/staging/x": b"x", "notes.txt": b"x"}
"""Of the machine, or made again by a build: not saved."""


def write(root: Path, files: Mapping[str, bytes]) -> DataFolder:
    """Write files in a data folder; what is in etat is private."""
    for name, content in files.items():
        path = root / name
        for parent in reversed(path.relative_to(root).parents):
            (root / parent).mkdir(mode=0o700 if name.startswith("etat") else 0o755, parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o600 if name.startswith("etat") else 0o644)
    return DataFolder(root)


def published(root: Path) -> DataFolder:
    """A data folder of those files, with a build."""
    folder = write(root, FILES)
    publish_hand_made(folder)
    return folder


APART = ("curated", "remplace-", "etat/sauvegarde.json")


def content(root: Path, but: tuple[str, ...] = APART) -> dict[str, bytes]:
    """Every file under a folder, the builds and what was put aside apart."""
    found = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(but)}


def declaration(files: Mapping[str, bytes], **changes: Any) -> bytes:
    """What a backup of those files says of itself."""
    listed = {name: {"octets": len(data), "sha256": sha256(data).hexdigest()} for name, data in files.items()}
    said = {
        "format": 1,
        "faite_le": "2026-11-26T00:00:00+00:00",
        "version": "0.1.0",
        "construction": None,
        "figures_hash": None,
        "fictif": True,
        "fichiers": listed,
    }
    return seal(said | changes)


def by_hand(
    path: Path,
    files: Mapping[str, bytes],
    declared: bytes | None = None,
    kinds: Mapping[str, int] | None = None,
) -> Path:
    """Write a backup as somebody ill-meaning would: any name, any kind of entry, any declaration."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (kinds or {}).get(name, stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
        if declared != b"":
            archive.writestr(DECLARATION, declaration(files) if declared is None else declared)
    return path


def create_accounts(path: Path) -> None:
    """A database as the one of accounts: two tables that every transaction changes together."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode = wal")
    connection.executescript("create table plus (n integer); create table moins (n integer);")
    connection.close()


def keep_writing(path: Path, pipe: Connection) -> None:
    """Write in the database until told to stop, each transaction in both tables; say once it goes."""
    connection = sqlite3.connect(path)
    connection.execute("pragma wal_autocheckpoint = 0")  # so that the database alone is never up to date
    number = 0
    while not pipe.poll():
        with connection:
            connection.execute("insert into plus values (?)", [number])
            connection.execute("insert into moins values (?)", [-number])
        number += 1
        if number == 50:
            pipe.send("ok")


def keep_growing(path: Path, pipe: Connection) -> None:
    """Add to a file until killed; say once it goes."""
    told = False
    while True:
        with path.open("ab") as file:
            file.write(b"x")
        if not told:  # told each time, it would wait for a reader once the pipe is full
            pipe.send("ok")
            told = True


def totals(path: Path) -> tuple[int, int, str]:
    """Rows of both tables together, their sum, and what SQLite thinks of the file."""
    connection = sqlite3.connect(path)
    both = "select n from plus union all select n from moins"
    (count, total) = connection.execute(f"select count(*), coalesce(sum(n), 0) from ({both})").fetchone()
    (sound,) = connection.execute("pragma integrity_check").fetchone()
    connection.close()
    return count, total, sound


def back_up_until_killed(root: Path, out: Path, changes: int) -> None:
    """Save, the process killing itself at its change of the disk of that number."""
    kill_at_change(out.parent, changes)
    back_up(DataFolder(root), out, silent)


def restore_until_killed(root: Path, backup: Path, changes: int) -> None:
    """Restore in place of what is there, the process killing itself at its change of the disk of that number."""
    kill_at_change(root, changes)
    restore(DataFolder(root), backup, True, silent)


def at_step(word: str, action: Callable[[], object]) -> Callable[[str], None]:
    """Progress that does something at the first step of that name."""
    done: list[str] = []

    def step(text: str) -> None:
        if text.startswith(word) and not done:
            done.append(text)
            action()

    return step
