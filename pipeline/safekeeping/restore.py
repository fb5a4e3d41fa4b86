"""`clas restore`: a backup -> a data folder, every file verified before anything is touched; what was there is kept."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pipeline.builds.lock import only_builder
from pipeline.safekeeping.archive import BackupManifest, open_backup, read_files
from pipeline.safekeeping.backup_scope import note_backup
from socle import disk
from socle.atomic import sync_folder, sync_tree, write_atomic
from socle.french import size
from socle.manifest import SHOWN, current_build, read_manifest
from socle.paths import DataFolder
from socle.refusal import Refusal

_TOPS = ("raw", "definitions", "formats.yml", "cartes", "modeles", "etat")
"""In the order in which they are put aside. They come back in the other: without raw/ nothing can be built, so that
what is put in place halfway is never built without its state."""
_PRIVATE = "etat"
_PAGE = "README.md"


@dataclass(frozen=True)
class Restored:
    """A backup that was put in place."""

    declared: BackupManifest
    aside: Path | None
    """Where what was there is now, None when there was nothing."""


def restore(folder: DataFolder, backup: Path, replace: bool, progress: Callable[[str], None]) -> Restored:
    """Put a backup in place of a data folder.

    Raise Refusal, nothing being touched, when the backup is not wholly sound, when there is no room for it, or when the
    folder holds anything and it is not asked to `replace` it.
    """
    with open_backup(backup) as (archive, declared):
        progress("Vérification de la sauvegarde")
        read_files(backup, archive, declared, lambda _: None)
        if not replace and (present := _present(folder)):
            names = ", ".join(path.relative_to(folder.root).as_posix() for path in present)
            raise Refusal("restauration_dossier_occupe", dossier=folder.root, liste=names)
        _check_room(folder, declared)
        folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with only_builder(folder, "Une restauration"):
            try:
                progress("Copie des fichiers")
                _extract(folder, backup, archive, declared)
                if declared.fictif is not None and declared.fictif == _kind(folder):
                    _keep_what_was_shown(folder)
                sync_tree(folder.restoring)
                progress("Mise en place")
                aside = _swap(folder)
            finally:
                shutil.rmtree(folder.restoring, ignore_errors=True)
            note_backup(folder, datetime.fromisoformat(declared.faite_le), backup.resolve(), backup.stat().st_size)
    return Restored(declared, aside)


def _present(folder: DataFolder) -> list[Path]:
    """What would be in the way: an empty folder is not, nor are the lock of builders and the clone's page on builds."""
    tops = [folder.root / name for name in _TOPS]
    curated = sorted(folder.curated.iterdir()) if folder.curated.is_dir() else []
    present = [*tops, *(path for path in curated if path not in (folder.lock, folder.curated / _PAGE))]
    return [path for path in present if path.is_symlink() or path.is_file() or (path.is_dir() and any(path.iterdir()))]


def _kind(folder: DataFolder) -> bool | None:
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    return manifest.fictif if manifest else None


def _check_room(folder: DataFolder, declared: BackupManifest) -> None:
    free = disk.free_bytes(folder.root)
    if free is not None and free < declared.size:
        raise Refusal("disque_plein", dossier=folder.root, libre=size(free))


def _extract(folder: DataFolder, backup: Path, archive: zipfile.ZipFile, declared: BackupManifest) -> None:
    """Copy every file beside its place, its owner's alone; they are verified again, the backup may have changed."""
    shutil.rmtree(folder.restoring, ignore_errors=True)
    folder.restoring.mkdir(mode=0o700)

    def receive(name: str) -> IO[bytes]:
        target = folder.restoring / name
        private = target.is_relative_to(folder.restoring / _PRIVATE)
        for parent in reversed([parent for parent in target.parents if parent.is_relative_to(folder.restoring)]):
            parent.mkdir(mode=0o700 if private else 0o755, exist_ok=True)
        target.touch(mode=0o600 if private else 0o644, exist_ok=False)
        return target.open("wb")

    read_files(backup, archive, declared, receive)


def _swap(folder: DataFolder) -> Path | None:
    """Put what is there aside, then what was restored in place; return where the former is. Undone if it cannot be."""
    present = _present(folder)
    aside = _new_aside(folder) if present else None
    moves = [(path, aside / path.relative_to(folder.root)) for path in present if aside]
    restored = [folder.restoring / name for name in reversed(_TOPS)]
    moves += [(path, folder.root / path.name) for path in restored if path.exists()]
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            source.rename(target)
            done.append((source, target))
    except BaseException as error:
        for source, target in reversed(done):
            target.rename(source)
        if isinstance(error, OSError):
            raison = disk.reason(error.errno)
            raise Refusal("restauration_impossible", dossier=folder.root, raison=raison) from error
        raise
    sync_folder(folder.root)
    return aside


def _new_aside(folder: DataFolder) -> Path:
    name = f"remplace-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    number = 1
    while (aside := folder.root / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    aside.mkdir(mode=0o700)
    return aside


def _keep_what_was_shown(folder: DataFolder) -> None:
    """What was shown since the backup was made cannot be taken back: the next diffusion still counts with it."""
    kept = DataFolder(folder.restoring).diffusions
    for kept_in in (folder.diffusions, *folder.builds.glob(f"*/{SHOWN}")):
        for path in kept_in.glob("*/*.parquet"):
            target = kept / path.parent.name / path.name
            if not target.exists():
                for private in (kept.parent, kept, target.parent):
                    private.mkdir(mode=0o700, exist_ok=True)
                write_atomic(target, path.read_bytes(), mode=0o600)
