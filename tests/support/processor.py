"""Processor seconds of each test, its children's among them, summed up by folder at the end and kept in a file.

Seconds of the clock say how busy the machine was; processor seconds say what a test costs. A child counts for the test
in which it ends: a server shared by a module counts for the last one of that module.
"""

from __future__ import annotations

import os
import resource
from collections import Counter
from collections.abc import Generator, Iterable
from pathlib import Path, PurePosixPath

import pytest
from _pytest.terminal import TerminalReporter

SLOWEST = 10
_KEPT_IN = Path(".pytest_cache") / "processeur.txt"


def spent() -> float:
    """Processor seconds of this process and of its children that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class Processor:
    """The plugin: workers measure, whoever prints the summary adds up."""

    def __init__(self, kept_in: Path) -> None:
        self._kept_in = kept_in
        self._mark = 0.0
        self._by_test: Counter[str] = Counter()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Generator[None, bool | None, bool | None]:
        self._mark = spent()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        now = spent()
        report.processor = now - self._mark  # type: ignore[attr-defined]
        self._mark = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._by_test[report.nodeid] += getattr(report, "processor", 0.0)

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        if not self._by_test:
            return
        lines = list(summary(self._by_test, spent()))
        terminalreporter.section("processeur")
        for line in lines:
            terminalreporter.write_line(line)
        everything = [f"{seconds:9.2f} s  {name}" for name, seconds in self._by_test.most_common()]
        self._kept_in.parent.mkdir(parents=True, exist_ok=True)
        self._kept_in.write_text("\n".join([*lines, "", *everything, ""]), encoding="utf-8")


def summary(by_test: Counter[str], total: float) -> Iterable[str]:
    """The lines that are printed: minutes by folder, what no test spent, the slowest tests."""
    folders: Counter[str] = Counter()
    for name, seconds in by_test.items():
        folders[folder_of(name)] += seconds
    for folder, seconds in folders.most_common():
        yield f"{seconds / 60:6.2f} min  {folder}"
    yield f"{(total - by_test.total()) / 60:6.2f} min  imports, collecte, entre les tests"
    yield f"{total / 60:6.2f} min  en tout, {len(by_test)} tests"
    yield from (f"{seconds:6.1f} s    {name}" for name, seconds in by_test.most_common(SLOWEST))


def folder_of(name: str) -> str:
    """tests/unit/pipeline, tests/integration/figures, tests/browser…: the folder that is summed up."""
    parts = PurePosixPath(name.partition("::")[0]).parts[:-1]
    return "/".join(parts[:3]) or "."


def pytest_configure(config: pytest.Config) -> None:
    kept_in = os.environ.get("PROCESSEUR") or config.rootpath / _KEPT_IN
    config.pluginmanager.register(Processor(Path(kept_in)), "processor-seconds")
