"""The child process in which the files people send are read: bounded in memory and in time, replaced when it dies.

A workbook of four kilobytes can make a parser abort its whole process, so no parser ever runs in ours.
"""

from __future__ import annotations

import contextlib
import json
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from socle.machine import KilledReaderError
from socle.refusal import Refusal
from socle.settings import PROJECT_ROOT

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
# A parser gone wrong finds nothing of ours in it; each arena of malloc would reserve addresses.
_ENVIRONMENT = {"PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2", "PYTHONPATH": str(PROJECT_ROOT)}
INTERRUPTED = "lecture_arretee"
"""Code of the refusal of a file that the child did not survive."""


class ReaderError(Exception):
    """The child met an error that no file explains, and the message is its traceback; or the reader was closed."""


class Reader:
    """Reads one file at a time in a child process, which starts with the first file. Close it, or use `with`."""

    def __init__(self, codebook: Codebook | None = None, scratch: Path | None = None) -> None:
        """`scratch` is the folder where the child may put aside what does not fit in memory."""
        self._codebook = codebook
        self._scratch = scratch
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None
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
            raise ReaderError("closed")
        child = self._started()
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(_deadline(path), stop)
        timer.start()
        try:
            answer = _exchange(child, (kind, path, fichier, *details))
        finally:
            timer.cancel()
        if answer is None or answer.get("fin"):
            self._end()
        if self._closed:
            raise ReaderError("closed")
        if answer is None and not late.is_set() and child.returncode == -signal.SIGKILL:
            raise KilledReaderError(fichier)
        if answer is None:
            raise Refusal(INTERRUPTED, fichier=fichier, raison=_TOO_LONG if late.is_set() else _STOPPED)
        if "erreur" in answer:
            raise ReaderError(answer["erreur"])
        if "refus" in answer:
            raise Refusal(answer["refus"], **answer["valeurs"])
        return answer["lu"]

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for stream in (child.stdin, child.stdout):
                with contextlib.suppress(BrokenPipeError):  # what was left to be sent to it
                    _pipe(stream).close()
        if self._folder is not None:
            self._folder.cleanup()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            self._folder = tempfile.TemporaryDirectory(dir=self._scratch, prefix=PREFIX)
            self._child = subprocess.Popen(
                [sys.executable, "-m", "pipeline.staging.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder.name,  # DuckDB puts aside what does not fit in memory under it
                env=_ENVIRONMENT,
                start_new_session=True,  # Ctrl-C is for the parent
            )
            with contextlib.suppress(BrokenPipeError):  # it is dead already: it will be seen when it does not answer
                pickle.dump(self._codebook, _pipe(self._child.stdin))
        return self._child


def _deadline(path: Path) -> float:
    try:
        return SECONDS + path.stat().st_size / BYTES_A_SECOND
    except OSError:
        return SECONDS


def _exchange(child: subprocess.Popen[bytes], request: tuple[object, ...]) -> dict[str, Any] | None:
    """Return the child's answer; None when it died before it could give one."""
    try:
        requests = _pipe(child.stdin)
        pickle.dump(request, requests)
        requests.flush()
        # Its answer is JSON, not a pickle: what comes back may have been touched by the file.
        answer: dict[str, Any] = json.loads(_pipe(child.stdout).readline())
    except (BrokenPipeError, ValueError):
        return None
    return answer


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101  # both are piped, above
    return stream
