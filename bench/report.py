"""Lines -> bench/results.json and bench/RESULTS.md, or the same table on the screen."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.suite import Line

_FOLDER = Path(__file__).parent
_PACKAGES = (
    "bilan-clas",
    "duckdb",
    "great-expectations",
    "pandas",
    "numpy",
    "sqlalchemy",
    "streamlit",
    "typst",
    "weasyprint",
)
_GIGABYTE = 2**30
_NOTES = """\
Each figure: the median, then [the lowest–the highest] of its runs, each in a fresh process; compared steps run in turn.
Seconds do not count the import of Great Expectations, but where it is said. Memory is resident, sampled every 20 ms and
summed over all processes of the step: what they share is counted in each.
The floor: DuckDB alone reads the same CSV into typed columns on disk and writes Parquet; no cell is cleaned, no fault
is listed, nothing is checked.
The way of pandas: the same readings, the same rules (made from the product's own checks), the same list of anomalies
to the letter and the same figures at every level, or the line is not written. It is spared France as a whole, the
evolution, the comparison, the diffusion, the Data Docs, the workbook of anomalies, the reading in a child process and
the hashes; it is not asked for more than 100,000 returns.
Documents: both are given the same content of the demo; WeasyPrint is given the charts as pictures.
Pages: from the message that asks the server for a page to the one that says it is drawn, one visitor at a time.
"""


def environment() -> dict[str, Any]:
    """Return what the figures depend on: date, versions, cores, memory, load."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIGABYTE
    return {
        "command": " ".join(["python -m bench", *sys.argv[1:]]),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _PACKAGES},
        "system": platform.system(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory, 1),
        "load": round(os.getloadavg()[1], 1),
    }


def table(lines: Sequence[Line]) -> str:
    """Return the Markdown table of the lines."""
    verdict = {True: "held", False: "**missed**", None: ""}
    rows = [f"| {line.measure} | {line.figure} | {line.goal} | {verdict[line.held]} |" for line in lines]
    return "\n".join(["| Measure | Figure | Goal | |", "|---|---|---|---|", *rows])


def write(measured: Mapping[str, Sequence[Line]], order: Sequence[str], found: Mapping[str, Any]) -> None:
    """Write both files: what was measured replaces what they said of it, the rest stays."""
    path = _FOLDER / "results.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for name, lines in measured.items():
        kept[name] = {**found, "lines": [asdict(line) for line in lines]}
    kept = {name: kept[name] for name in (*order, *kept) if name in kept}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    shown = [Line(**line) for one in kept.values() for line in one["lines"]]
    circumstances: dict[str, list[str]] = {}
    for name, one in kept.items():
        circumstances.setdefault(_described(one), []).append(name)
    told = "\n".join(f"* {', '.join(names)}: {text}" for text, names in circumstances.items())
    (_FOLDER / "RESULTS.md").write_text(
        f"# Measured by `make bench`\n\n{table(shown)}\n\n{_NOTES}\n{told}\n", encoding="utf-8"
    )


def _described(found: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return (
        f"`{found['command']}`, {found['date']}, {found['system']}, {found['cores']} cores, {found['memory_gb']} GB, "
        f"load average before: {found['load']}. Python {found['python']}, {versions}."
    )
