"""`clas backup`: what must survive of a data folder -> one file, whole and verified, or nothing."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.builds.lock import only_builder
from pipeline.safekeeping.archive import (
    FORMAT,
    BackupManifest,
    add_declaration,
    add_file,
    is_backup,
    open_backup,
    read_files,
)
from pipeline.safekeeping.backup_scope import is_sqlite, name_fault, note_backup, surviving, surviving_places
from socle.atomic import replacing
from socle.disk import disk_errno
from socle.machine import refusing_output
from socle.manifest import current_build, read_manifest
from socle.paths import DataFolder
from socle.refusal import Refusal

_PRIVATE = 0o600


@dataclass(frozen=True)
class Backup:
    """A backup that was made."""

    path: Path
    declared: BackupManifest
    bytes: int
    noted: bool
    """False when the data folder could not be told: `clas status` will not know of it."""
    same_disk: bool
    """True when it would be lost with the data."""


def back_up(folder: DataFolder, out: Path | None, progress: Callable[[str], None]) -> Backup:
    """Save a data folder in the file `out`, or under a dated name in that folder (the working one when there is none).

    The file takes its name once it is written, read back and verified. Raise Refusal when there is nothing to save,
    when a file changes meanwhile or cannot be saved, when `out` is another file or is in the way, or when a build is
    under way.
    """
    now = datetime.now(UTC)
    path = _target(folder, out or Path(), now)
    with _at_rest(folder):
        files = surviving(folder)
        if not files:
            raise Refusal("sauvegarde_vide", dossier=folder.root)
        for name in files:
            if reason := name_fault(name):
                raise Refusal("sauvegarde_nom_refuse", fichier=ascii(name), raison=reason)
        with refusing_output(path), replacing(path, _PRIVATE) as temporary:
            declared = _write(folder, temporary, files, now, progress)
            progress("Vérification de la sauvegarde")
            with open_backup(temporary) as (archive, written):
                read_files(temporary, archive, written, lambda _: None)
    size, noted = path.stat().st_size, True
    try:
        note_backup(folder, now, path.resolve(), size)
    except OSError:
        noted = False
    return Backup(path, declared, size, noted, path.stat().st_dev == folder.root.stat().st_dev)


def _target(folder: DataFolder, out: Path, now: datetime) -> Path:
    path = out / f"clas-sauvegarde-{now:%Y%m%dT%H%M%SZ}.zip" if out.is_dir() else out
    for kept_in in (*surviving_places(folder), folder.curated):
        if kept_in.resolve() in path.resolve().parents:
            raise Refusal("sauvegarde_mal_placee", dossier=kept_in)
    if path.exists() and not is_backup(path):
        raise Refusal("sauvegarde_autre_fichier", fichier=path)
    return path


@contextmanager
def _at_rest(folder: DataFolder) -> Iterator[None]:
    """While no build writes."""
    with ExitStack() as stack:
        try:
            stack.enter_context(only_builder(folder, "Une sauvegarde"))
        except Refusal as refusal:
            # A disk that cannot be written has no builder to wait for, and its content is urgent to save.
            if refusal.code == "construction_en_cours":
                raise
        yield


def _write(
    folder: DataFolder, target: Path, sources: dict[str, Path], now: datetime, progress: Callable[[str], None]
) -> BackupManifest:
    files: dict[str, dict[str, Any]] = {}
    with (
        zipfile.ZipFile(target, "w") as archive,
        tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{target.name}.") as aside,
    ):
        for name, path in sources.items():
            progress(f"Sauvegarde de {name}")
            source = _snapshot(name, path, Path(aside)) if is_sqlite(path) else path
            before = source.stat()
            files[name] = add_file(archive, name, source, private=folder.etat in path.parents)
            after = source.stat()
            if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, files[name]["octets"]):
                raise Refusal("fichier_change", fichier=name)
        declared = _declare(folder, files, now)
        add_declaration(archive, declared)
    return declared


def _declare(folder: DataFolder, files: dict[str, dict[str, Any]], now: datetime) -> BackupManifest:
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    return BackupManifest(
        format=FORMAT,
        faite_le=now.isoformat(timespec="seconds"),
        version=version("bilan-clas"),
        construction=manifest.build if manifest else None,
        figures_hash=manifest.figures_hash if manifest else None,
        fictif=manifest.fictif if manifest else None,
        fichiers=files,
    )


def _snapshot(name: str, path: Path, aside: Path) -> Path:
    """Return a copy of a SQLite database at one moment, while others write in it; raise Refusal if it is damaged."""
    copy = aside / "base.sqlite"
    copy.unlink(missing_ok=True)
    try:
        try:
            _copy_database(path, copy)
        except sqlite3.OperationalError:
            # On a read-only disk, SQLite cannot follow what was written last: beside a copy of it, it can.
            apart = Path(shutil.copyfile(path, aside / "apart.sqlite"))
            if Path(f"{path}-wal").is_file():
                shutil.copyfile(f"{path}-wal", f"{apart}-wal")
            _copy_database(apart, copy)
    except sqlite3.DatabaseError as error:
        if disk_errno(error) is not None:
            raise
        raise Refusal("sauvegarde_base_abimee", fichier=name) from error
    return copy


def _copy_database(path: Path, copy: Path) -> None:
    source = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
        (verdict,) = target.execute("pragma quick_check").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
    finally:
        target.close()
        source.close()
