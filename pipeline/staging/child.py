"""`python -m pipeline.staging.child`: the child of process.py, where files are read. It may die without harm.

It is given a codebook, then asked (kind, path, fichier, …); it answers {"lu": …}.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.staging.process import INTERRUPTED
from socle.process.parent import Parent, refused
from socle.process.unix import Memory, bound_process
from socle.words.refusal import Refusal

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

    def answer(self, request: tuple[Any, ...]) -> dict[str, Any]:
        """Return the answer to one request, ready for JSON; raise Refusal for a file refused."""
        kind, path, fichier, *details = request
        try:
            return {"lu": getattr(self, f"_{kind}")(path, fichier, *details)}
        except Exception as error:
            if _is_oversized(error):
                return refused(Refusal(INTERRUPTED, fichier=fichier, raison=_OVERSIZED)) | {"fin": True}
            raise

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
    # DuckDB's own error is recognised by its name: importing DuckDB here may be too early.
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException"


def main() -> None:
    """Answer requests until the parent closes the pipe, or is gone."""
    parent = Parent()
    bound_process(MEMORY_BYTES, writes_files=True)
    parent.serve(ReaderChild(parent.request()).answer, Memory(MEMORY_BYTES))


if __name__ == "__main__":
    main()
