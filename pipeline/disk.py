"""What the disk refuses while the data folder is read or written -> one Refusal that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.messages import Refusal
from socle import disk
from socle.french import size
from socle.paths import DataFolder


def disk_refusal(error: BaseException, folder: DataFolder) -> Refusal | None:
    """Return what to say of an error that is the disk's doing; None when it is anything else."""
    number = disk.disk_errno(error)
    if number not in disk.FULL | disk.READ_ONLY | disk.FORBIDDEN | disk.FAILING:
        return None
    if number in disk.FULL:
        # What is put aside for a moment is on another disk, maybe: the one that is full is named.
        place = disk.fullest(folder.root, disk.temporary_folder())
        return Refusal("disque_plein", dossier=place, libre=size(disk.free_bytes(place)))
    if number in disk.READ_ONLY:
        return Refusal("disque_en_lecture_seule", dossier=folder.root)
    chemin = disk.named_path(error) or folder.root
    if number in disk.FORBIDDEN:
        return Refusal("acces_refuse", chemin=chemin)
    return Refusal("disque_defaillant", chemin=chemin, raison=disk.reason(number))


@contextmanager
def refusing_disk(folder: DataFolder) -> Iterator[None]:
    """Raise Refusal in place of an error that is the disk's doing."""
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        refusal = disk_refusal(error, folder)
        if refusal is None:
            raise
        raise refusal from error


@contextmanager
def refusing_output(place: Path) -> Iterator[None]:
    """Raise Refusal when what a command writes out of the data folder cannot be written in `place`, file or folder."""
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        number = disk.disk_errno(error)
        if number is None and not isinstance(error, OSError):
            raise
        raise Refusal("export_impossible", dossier=place, raison=disk.reason(number)) from error
