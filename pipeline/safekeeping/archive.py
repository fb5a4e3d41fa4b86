"""A backup: a ZIP that any computer opens, whose last entry says what the others are.

It is written for those who restore in ten years: nothing in it needs this program to be read.
"""

from __future__ import annotations

import errno
import hashlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from pipeline.safekeeping.backup_scope import name_fault
from socle.files.sealed import seal, unseal
from socle.words.refusal import Refusal

DECLARATION = "sauvegarde.json"
FORMAT = 1
CHUNK = 1 << 20
_LARGEST_DECLARATION = 64 * CHUNK
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Of every entry, so that the same content gives the same bytes, and that a clock gone wrong stops nothing."""
_ZIP_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, NotImplementedError, OverflowError, RuntimeError, ValueError),
)


@dataclass(frozen=True)
class BackupManifest:
    """What a backup says of itself."""

    format: int
    faite_le: str
    """UTC, ISO 8601."""
    version: str
    construction: str | None
    """The published build, None when there was none; it is not in the backup."""
    figures_hash: str | None
    """Of that build: a build of what is restored gives the same."""
    fictif: bool | None
    fichiers: dict[str, dict[str, Any]]
    """{name: {octets, sha256}}."""

    @property
    def size(self) -> int:
        """Bytes of all the files."""
        return sum(file["octets"] for file in self.fichiers.values())


def add_file(archive: zipfile.ZipFile, name: str, source: Path, private: bool) -> dict[str, Any]:
    """Write a file in the archive; return what the declaration says of it."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (stat.S_IFREG | (0o600 if private else 0o644)) << 16
    hashing, size = hashlib.sha256(), 0
    with source.open("rb") as file, archive.open(info, "w", force_zip64=True) as target:
        while chunk := file.read(CHUNK):
            target.write(chunk)
            hashing.update(chunk)
            size += len(chunk)
    return {"octets": size, "sha256": hashing.hexdigest()}


def add_declaration(archive: zipfile.ZipFile, declared: BackupManifest) -> None:
    """Write the last entry."""
    info = zipfile.ZipInfo(DECLARATION, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    archive.writestr(info, seal(asdict(declared)))


@contextmanager
def open_backup(path: Path) -> Iterator[tuple[zipfile.ZipFile, BackupManifest]]:
    """Open a backup and what it declares; raise Refusal, nothing being written, when it is not wholly to be trusted."""
    with _refusing(path):
        archive = zipfile.ZipFile(path)
    with archive:
        with _refusing(path):
            declared = _declared(archive)
            _check_entries(archive, declared)
        yield archive, declared


def read_files(
    path: Path, archive: zipfile.ZipFile, declared: BackupManifest, receive: Callable[[str], IO[bytes] | None]
) -> None:
    """Read every file of a backup and compare it with its hash; `receive` gives where to write it, or None.

    Raise Refusal at the first that is not as it was saved.
    """
    for name, file in declared.fichiers.items():
        target = receive(name)
        try:
            with _refusing(path):
                _read(archive, name, file, target)
        finally:
            if target is not None:
                target.close()


def is_backup(path: Path) -> bool:
    """Return whether a file is one of ours, to be replaced by a later one."""
    try:
        with open_backup(path):
            return True
    except (Refusal, OSError):
        return False


def _read(archive: zipfile.ZipFile, name: str, file: dict[str, Any], target: IO[bytes] | None) -> None:
    hashing, size = hashlib.sha256(), 0
    with archive.open(name) as source:
        # One byte too many is enough to know that it lies about its size.
        while chunk := source.read(min(CHUNK, file["octets"] - size + 1)):
            size += len(chunk)
            if size > file["octets"]:
                break
            hashing.update(chunk)
            if target is not None:
                target.write(chunk)
    if size != file["octets"] or hashing.hexdigest() != file["sha256"]:
        raise _fault(f"{name} n'est plus tel qu'il a été sauvegardé")


def _declared(archive: zipfile.ZipFile) -> BackupManifest:
    try:
        info = archive.getinfo(DECLARATION)
    except KeyError:
        raise _fault(f"elle ne contient pas {DECLARATION}") from None
    _check_kind(info)
    if info.file_size > _LARGEST_DECLARATION:
        raise _fault(f"{DECLARATION} est démesuré")
    with archive.open(info) as file:
        content = unseal(file.read(_LARGEST_DECLARATION))
    if isinstance(number := content.get("format"), int) and number > FORMAT:
        raise _fault("elle a été faite par une version plus récente de l'outil")
    try:
        declared = BackupManifest(**content)
        sound = all(
            isinstance(name, str)
            and isinstance(file["octets"], int)
            and file["octets"] >= 0
            and isinstance(file["sha256"], str)
            for name, file in declared.fichiers.items()
        )
    except (TypeError, KeyError, AttributeError):
        sound = False
    if not sound:
        raise _fault(f"{DECLARATION} n'est pas celui d'une sauvegarde")
    return declared


def _check_entries(archive: zipfile.ZipFile, declared: BackupManifest) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if sorted(names) != sorted([*declared.fichiers, DECLARATION]):
        raise _fault("son contenu n'est pas celui qu'elle annonce")
    parents = {parent.as_posix() for name in declared.fichiers for parent in Path(name).parents}
    for entry in entries:
        _check_kind(entry)
        if entry.filename == DECLARATION:
            continue
        if reason := name_fault(entry.filename):
            raise _fault(f"« {entry.filename} » y est refusé ({reason})")
        if entry.filename in parents:
            raise _fault(f"« {entry.filename} » y est à la fois un fichier et un dossier")


def _check_kind(entry: zipfile.ZipInfo) -> None:
    kind, known = stat.S_IFMT(entry.external_attr >> 16), (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if kind not in (0, stat.S_IFREG) or entry.is_dir() or entry.flag_bits & 1 or entry.compress_type not in known:
        raise _fault(f"« {entry.filename} » n'est pas un fichier ordinaire")


class _FaultError(Exception):
    """What is wrong with a backup, in French."""


def _fault(reason: str) -> _FaultError:
    return _FaultError(reason)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except _FaultError as error:
        raise Refusal("sauvegarde_illisible", fichier=path.name, raison=error) from None
    except (*_ZIP_ERRORS, OSError) as error:
        # A place out of the file gives EINVAL; any other error of the system is not the backup's doing.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise Refusal("sauvegarde_illisible", fichier=path.name, raison="elle est abîmée ou incomplète") from error
