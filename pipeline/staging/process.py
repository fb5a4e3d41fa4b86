"""The child process in which the files people send are read: bounded in memory and in time, replaced when it dies.

A workbook of four kilobytes can make a parser abort its whole process, so no parser ever runs in ours.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from socle.process.child import Child, ChildEndedError
from socle.process.machine import KilledReaderError
from socle.words.refusal import Refusal

if TYPE_CHECKING:
    from pipeline.codebook.model import Codebook
    from pipeline.reading.text_tables import TextTable
    from pipeline.staging.stage_file import Source

_TOO_LONG, _STOPPED = "sa lecture est trop longue", "sa lecture s'est arrêtée d'elle-même"
SECONDS = 60
BYTES_A_SECOND = 2 * 1024**2
"""A file may take `SECONDS`, and a second more for each of these: some fifty times what it takes."""
PREFIX = ".en-cours-"
"""Of the folders that last as long as a reading."""
INTERRUPTED = "lecture_arretee"
"""Code of the refusal of a file that the child did not survive."""


class ClosedReaderError(Exception):
    """The reader was closed, maybe while it read."""


class Reader:
    """Reads one file at a time in a child process, which starts with the first file. Close it, or use `with`."""

    def __init__(self, codebook: Codebook | None = None, scratch: Path | None = None) -> None:
        """`scratch` is the folder where the child may put aside what does not fit in memory."""
        self._codebook = codebook
        self._scratch = scratch
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._child: Child | None = None
        self._closed = False

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._closed = True
        self._end()

    def tables(self, path: Path, fichier: str, workspace: Path) -> list[TextTable]:
        """Return what `read.read_tables` does; raise Refusal, too, when the child does not survive the file."""
        from pipeline.reading.text_tables import TextTable

        return [TextTable.decode(table) for table in self._ask("tables", path.absolute(), fichier, workspace)]

    def stage(self, source: Source, sha256: str, workspace: Path) -> None:
        """Do what `stage_file.FileStager.stage` does; a file that the child does not survive is staged as refused."""
        from pipeline.staging.stage_file import refuse_file

        try:
            self._ask("stage", source.path, source.fichier, workspace, source, sha256)
        except Refusal as refusal:
            refuse_file(workspace, refusal)

    def _ask(self, kind: str, path: Path, fichier: str, *details: object) -> Any:
        if self._closed:
            raise ClosedReaderError
        child = self._started()
        child.send((kind, path, fichier, *details))
        try:
            return child.answer(time.monotonic() + _seconds(path))["lu"]
        except ChildEndedError as ended:
            if self._closed:
                raise ClosedReaderError from None
            if ended.by_the_system:
                raise KilledReaderError(fichier) from None
            raise Refusal(INTERRUPTED, fichier=fichier, raison=_TOO_LONG if ended.is_late else _STOPPED) from None
        finally:
            if not child.is_alive:
                self._end()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _started(self) -> Child:
        if self._child is None:
            self._folder = tempfile.TemporaryDirectory(dir=self._scratch, prefix=PREFIX)
            # DuckDB puts aside what does not fit in memory under it.
            self._child = Child("pipeline.staging.child", self._codebook, Path(self._folder.name))
        return self._child


def _seconds(path: Path) -> float:
    try:
        return SECONDS + path.stat().st_size / BYTES_A_SECOND
    except OSError:
        return SECONDS
