"""As many readers as there is work and cores for: files are read side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Concatenate, ParamSpec, TypeVar

from pipeline.codebook.model import Codebook
from pipeline.staging.process import Reader

MOST = min(2, os.cpu_count() or 1)
"""Each may take what child.MEMORY_BYTES allows: an ordinary machine has room for two."""
FEW, SMALL = 5, 1_000_000
"""Files, and bytes of all of them: a second reader takes as long to start as these to read."""

P = ParamSpec("P")
T = TypeVar("T")


def readers_for(files: Sequence[Path]) -> int:
    """Return how many readers these files are worth; a file that is gone weighs nothing."""
    size = sum(path.stat().st_size for path in files if path.is_file())
    return min(len(files), 1 if len(files) <= FEW and size < SMALL else MOST)


class Readers:
    """Runs functions that take a reader, each in a thread while it lasts; leaving `with` ends what is not done."""

    def __init__(self, files: Sequence[Path], codebook: Codebook, scratch: Path) -> None:
        self._readers = [Reader(codebook, scratch) for _ in range(readers_for(files))]
        self._free: SimpleQueue[Reader] = SimpleQueue()
        for reader in self._readers:
            self._free.put(reader)
        self._threads = ThreadPoolExecutor(max(1, len(self._readers)))

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_: object) -> None:
        for reader in self._readers:
            reader.close()
        self._threads.shutdown(cancel_futures=True)

    def submit(self, work: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Return the future of `work(reader, …)`."""

        def run() -> T:
            reader = self._free.get()
            try:
                return work(reader, *args, **kwargs)
            finally:
                self._free.put(reader)

        return self._threads.submit(run)
