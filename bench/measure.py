"""One step in a fresh process -> its time, its processor time and the peak memory of it and of all its children."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SAMPLED_EVERY = 0.02  # seconds
_PAGE = os.sysconf("SC_PAGE_SIZE")


class StepError(Exception):
    """A step ended with another code than its own; the message holds the end of what it said."""


@dataclass(frozen=True)
class Run:
    """One run of a step. `seconds` and `cpu` are those that the step counts itself, when it does: imports apart."""

    seconds: float
    cpu: float
    """Of all its processes: two cores at work for a second are two."""
    megabytes: float
    """Resident, all its processes together, at their highest; what they share is counted once for each."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """What the step tells beside its times."""
    errors: str = field(default="", repr=False)
    """What it wrote on stderr."""

    def described(self) -> dict[str, Any]:
        """Return what is kept of it, ready for JSON."""
        return {
            "seconds": round(self.seconds, 3),
            "cpu": round(self.cpu, 3),
            "megabytes": round(self.megabytes),
            **self.said,
        }


@dataclass(frozen=True)
class Spread:
    """The runs of one step."""

    runs: tuple[Run, ...]

    def median(self, what: str = "seconds") -> float:
        """Return the median over the runs."""
        return statistics.median(self.values(what))

    def values(self, what: str = "seconds") -> list[float]:
        """Return one figure of each run."""
        return [getattr(run, what) for run in self.runs]

    def described(self) -> dict[str, Any]:
        """Return median, lowest and highest of each figure, and the runs, ready for JSON."""
        figures = {
            what: {"median": self.median(what), "min": min(self.values(what)), "max": max(self.values(what))}
            for what in ("seconds", "cpu", "megabytes")
        }
        return figures | {"runs": [run.described() for run in self.runs]}


def run_module(module: str, *arguments: object, environ: Mapping[str, str] | None = None) -> Run:
    """Run `python -m module arguments`, whose last line is the JSON of `timed`."""
    return run_step([sys.executable, "-m", module, *map(str, arguments)], environ, tells=True)


def run_step(
    command: Sequence[str], environ: Mapping[str, str] | None = None, tells: bool = False, allowed: Sequence[int] = (0,)
) -> Run:
    """Run a command and return its Run; raise StepError when it ends with a code that is not `allowed`."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=errors, env={**os.environ, **(environ or {})})
        peak = _Peak(child.pid)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        megabytes = peak.stop()
        out.seek(0)
        errors.seek(0)
        said, told = out.read(), errors.read()
    if child.returncode not in allowed:
        raise StepError(f"{' '.join(command[:4])}: code {child.returncode}\n{(said + told)[-3000:]}")
    details = json.loads(said.strip().splitlines()[-1]) if tells else {}
    cpu = usage.ru_utime + usage.ru_stime
    return Run(details.pop("seconds", seconds), details.pop("cpu", cpu), megabytes, details, told)


def timed(work: Callable[[], Mapping[str, Any]]) -> None:
    """Time a piece of work, and print as JSON what it returns with its seconds and its processor seconds."""
    start, before = time.perf_counter(), os.times()
    said = work()
    seconds, after = time.perf_counter() - start, os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    print(json.dumps({"seconds": seconds, "cpu": cpu, **said}))


class _Peak:
    """Samples the resident memory of a process and of its descendants until `stop` returns the highest sum, in MB."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._highest = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._over.set()
        self._thread.join()
        return self._highest * _PAGE / 2**20

    def _sample(self) -> None:
        # The kernel's own high-water mark begins with that of the parent, as does a child until it runs its program:
        # a process counts from the second time it is seen.
        before: set[int] = set()
        while not self._over.wait(SAMPLED_EVERY):
            present = set(_tree(self._pid))
            self._highest = max(self._highest, sum(map(_resident, present & before)))
            before = present


def _tree(pid: int) -> list[int]:
    found: list[int] = []
    waiting = [pid]
    while waiting:
        found.append(waiting.pop())
        with suppress(FileNotFoundError):  # it has just ended
            for task in Path(f"/proc/{found[-1]}/task").glob("*/children"):
                waiting += map(int, _read(task).split())
    return found


def _resident(pid: int) -> int:
    return int((_read(Path(f"/proc/{pid}/statm")).split() or ["0", "0"])[1])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:  # it ended meanwhile
        return ""
