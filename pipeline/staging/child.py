"""`python -m pipeline.staging.child`: the child of reader.py. It may die without harm.

On stdin a codebook, then requests, pickled by the parent; on stdout one JSON object a line: {"lu": …} when done,
{"refus": …, "valeurs": …} for a file refused, {"erreur": …} with the traceback of anything else; "fin" is true when the
child has little memory left for another file.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.staging.process import INTERRUPTED
from socle.refusal import Refusal

if TYPE_CHECKING:
    from pipeline.codebook.model import Codebook
    from pipeline.staging.stage_file import FileStager

MEMORY_BYTES = 4 * 1024**3
"""Of addresses: DuckDB reserves ten times what it holds (1.8 GB for 150 MB), and keeps to its own limit."""
_OVERSIZED = "son contenu ne tient pas dans la mémoire permise"


class ReaderChild:
    """Answers requests; DuckDB and the stager wait for the first file that needs them."""

    def __init__(self, codebook: Codebook | None) -> None:
        self._codebook = codebook
        self._stager: FileStager | None = None

    def answer(self, kind: str, path: Path, fichier: str, *details: Any) -> dict[str, Any]:
        """Return the answer to one request, ready for JSON."""
        try:
            return {"lu": getattr(self, f"_{kind}")(path, fichier, *details), "fin": _is_swollen()}
        except Refusal as refusal:
            values = {name: value if isinstance(value, int) else str(value) for name, value in refusal.values.items()}
            return {"refus": refusal.code, "valeurs": values}
        except Exception as error:
            if _is_oversized(error):
                return {"refus": INTERRUPTED, "valeurs": {"fichier": fichier, "raison": _OVERSIZED}, "fin": True}
            return {"erreur": traceback.format_exc()}

    def _tables(self, path: Path, fichier: str, workspace: Path) -> list[dict[str, Any]]:
        from pipeline.reading.text_tables import read_tables

        return [table.encode() for table in read_tables(path, fichier, workspace)]

    def _stage(self, path: Path, fichier: str, workspace: Path, source: Any, sha256: str) -> None:
        from pipeline.staging.stage_file import FileStager

        if self._stager is None:
            if self._codebook is None:
                raise ValueError("staging takes a codebook")
            self._stager = FileStager(self._codebook)
        self._stager.stage(source, sha256, workspace)


def _is_oversized(error: Exception) -> bool:
    # DuckDB's own is told by its name: it may not be imported yet.
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException"


def _is_swollen() -> bool:
    """Whether the next file would have few addresses left."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # only Linux tells
        return False
    return pages * resource.getpagesize() > 0.75 * MEMORY_BYTES


def _limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Answer requests until the parent closes the pipe, or is gone."""
    _limit_resources()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints does not answer
    requests = sys.stdin.buffer
    try:
        child = ReaderChild(pickle.load(requests))  # noqa: S301  # written by the parent
        while True:
            answers.write(json.dumps(child.answer(*pickle.load(requests))) + "\n")  # noqa: S301
            answers.flush()
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    main()
