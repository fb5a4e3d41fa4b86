"""`python -m bench`: measure, print the table, write RESULTS.md and results.json. Code 1 when a goal is missed.

`--only NAME` measures that alone and leaves what the files say of the others as it is.
`--quick` measures a thousand returns once, writes nothing and holds nothing against anyone: does it all run?
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bench.report import environment, table, write
from bench.suite import HUNDRED_THOUSAND, MILLION, Bench, Line

SIZES = (10_000, HUNDRED_THOUSAND, MILLION)
QUICK = (1_000,)


def main() -> int:
    """Run the measures asked for and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a thousand returns, once; writes nothing")
    parser.add_argument("--full", action="store_true", help="ten million returns, too")
    parser.add_argument("--only", metavar="NAME", action="append", help="a measure; the others keep their figures")
    parser.add_argument("--sizes", metavar="N", type=int, nargs="+", default=SIZES, help="numbers of returns")
    parser.add_argument("--repeats", metavar="N", type=int, default=3)
    asked = parser.parse_args()
    found, measured = environment(), {}
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        sizes, repeats = (QUICK, 1) if asked.quick else (tuple(asked.sizes), asked.repeats)
        measures = _measures(Bench(Path(work), sizes, repeats), asked.full)
        for name, measure in measures.items():
            if not asked.only or name in asked.only:
                print(f"{name}…", file=sys.stderr)
                measured[name] = list(_told(measure()))
    lines = [line for of_measure in measured.values() for line in of_measure]
    print(table(lines))
    if asked.quick:
        return 0
    write(measured, list(measures), found)
    return int(any(line.held is False for line in lines))


def _told(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        print(f"  {line.measure}: {line.figure}", file=sys.stderr, flush=True)
        yield line


def _measures(bench: Bench, full: bool) -> dict[str, Callable[[], Iterator[Line]]]:
    measures = {
        "floor": bench.floor,
        "pandas": bench.pandas,
        "growth": bench.growth,
        "cold": bench.cold,
        "nothing": bench.nothing_new,
        "one_file": bench.one_file,
        "memory": bench.memory,
        "sql": bench.sql,
        "pages": bench.pages,
        "pages_national": bench.pages_national,
        "documents": bench.documents,
    }
    return measures | ({"ten_millions": bench.ten_millions} if full else {})


if __name__ == "__main__":
    sys.exit(main())
