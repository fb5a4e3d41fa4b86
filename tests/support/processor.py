"""Processor seconds of each test, its children's among them, summed up by folder at the end and kept in a file.

Seconds of the clock say how busy the machine was; processor seconds say what a test costs. A child counts for the test
in which it ends: a server shared by a module counts for the last one of that module.
"""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path, PurePosixPath

import pytest
from _pytest.terminal import TerminalReporter

SLOWEST = 10
KEPT_IN = Path(".pytest_cache") / "processeur.txt"


def spent() -> float:
    """Processor seconds of this process and of its children that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class Measure:
    """Adds to the last report of each test the seconds since it began; in whichever process runs the tests."""

    _began = 0.0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Generator[None, bool | None, bool | None]:
        """Begin to count."""
        self._began = spent()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Count; what is torn down is over by then."""
        report = yield
        report.processor = spent() - self._began  # type: ignore[attr-defined]
        return report


class Summary:
    """Adds the reports up, in the process that prints; a run that is killed leaves what its tests took until then."""

    def __init__(self, kept_in: Path) -> None:
        kept_in.parent.mkdir(parents=True, exist_ok=True)
        self._kept_in = kept_in
        self._by_test: Counter[str] = Counter()
        kept_in.write_text("", encoding="utf-8")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write what a test took once it has ended."""
        if report.when == "teardown":
            seconds = self._by_test[report.nodeid] = report.processor  # type: ignore[attr-defined]
            with self._kept_in.open("a", encoding="utf-8") as file:
                file.write(f"{seconds:9.2f} s  {report.nodeid}\n")

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Print the summary, and put it at the head of the file."""
        if self._by_test:
            lines = list(summary(self._by_test, spent()))
            terminalreporter.section("minutes de processeur")
            for line in lines:
                terminalreporter.write_line(line)
            tests = (f"{seconds:9.2f} s  {name}" for name, seconds in self._by_test.most_common())
            self._kept_in.write_text("\n".join([*lines, "", *tests, ""]), encoding="utf-8")


def summary(by_test: Counter[str], total: float) -> Iterator[str]:
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
    """tests/unit/pipeline, tests/integration/figures, tests/browser: the folder of a test that is summed up."""
    return "/".join(PurePosixPath(name.partition("::")[0]).parts[:-1][:3])


def pytest_configure(config: pytest.Config) -> None:
    """Workers of xdist measure; whoever hands them their work adds up."""
    config.pluginmanager.register(Measure())
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Summary(config.rootpath / KEPT_IN))
