"""What the machine refuses (disk, memory) -> a Refusal that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from socle import disk
from socle.french import size
from socle.paths import DataFolder
from socle.refusal import Refusal


class KilledReaderError(Exception):
    """The system killed the child process that was reading a file, which may not be the file's doing."""

    def __init__(self, fichier: str) -> None:
        super().__init__(fichier)
        self.fichier = fichier


def machine_refusal(error: BaseException, folder: DataFolder) -> Refusal | None:
    """Return what to say of an error that is the machine's doing; None when it is anything else."""
    if isinstance(error, KilledReaderError):
        return Refusal("lecture_tuee", fichier=error.fichier)
    number = disk.disk_errno(error)
    # DuckDB's own error is recognised by its name: this module does not import DuckDB.
    if number is None and (isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException"):
        return Refusal("memoire_insuffisante")
    return _disk_refusal(number, error, folder)


def _disk_refusal(number: int | None, error: BaseException, folder: DataFolder) -> Refusal | None:
    chemin = disk.named_path(error) or folder.root
    if number in disk.FULL:
        # What is put aside for a moment is on another disk, maybe: the one that is full is named.
        full = disk.fullest(folder.root, disk.temporary_folder())
        return Refusal("disque_plein", dossier=full, libre=size(disk.free_bytes(full)))
    if number in disk.READ_ONLY:
        return Refusal("disque_en_lecture_seule", dossier=folder.root)
    if number in disk.FORBIDDEN:
        return Refusal("acces_refuse", chemin=chemin)
    if number in disk.FAILING:
        return Refusal("disque_defaillant", chemin=chemin, raison=disk.reason(number))
    return None


@contextmanager
def refusing_machine(folder: DataFolder) -> Iterator[None]:
    """Raise Refusal in place of an error that is the machine's doing."""
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        refusal = machine_refusal(error, folder)
        if refusal is None:
            raise
        raise refusal from error


@contextmanager
def refusing_output(target: Path) -> Iterator[None]:
    """Raise Refusal when what a command writes out of the data folder cannot be written in `target`, file or folder."""
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        number = disk.disk_errno(error)
        if number is None and not isinstance(error, OSError):
            raise
        raise Refusal("export_impossible", dossier=target, raison=disk.reason(number)) from error
