"""What a step takes: its own children's memory counts, and what fails is told."""

from __future__ import annotations

import sys

import pytest

from bench.measure import Run, Spread, StepError, run_step

HOLDS = "held = bytearray(60 * 2**20); import time; time.sleep(0.3)"
HOLDS_IN_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDS!r}], check=True)"


@pytest.mark.parametrize("program", [HOLDS, HOLDS_IN_A_CHILD])
def test_the_memory_of_a_step_is_that_of_all_its_processes(program: str) -> None:
    nothing, held = (run_step([sys.executable, "-c", code]) for code in ("pass", program))
    assert held.megabytes >= nothing.megabytes + 55
    assert held.seconds > 0.3 > held.cpu >= 0


def test_what_a_step_tells_of_itself_wins() -> None:
    program = 'print(\'noise\'); print(\'{"seconds": 7.5, "cpu": 2.0, "rows": 3}\')'
    run = run_step([sys.executable, "-c", program], tells=True)
    assert (run.seconds, run.cpu, run.said) == (7.5, 2.0, {"rows": 3})


def test_a_step_that_fails_says_how() -> None:
    with pytest.raises(StepError, match=r"code 1\n.*no such thing"):
        run_step([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_a_spread_is_told_by_its_median_and_its_ends() -> None:
    spread = Spread(tuple(Run(seconds, 1, 100) for seconds in (4.0, 1.0, 2.0)))
    assert spread.described()["seconds"] == {"median": 2.0, "min": 1.0, "max": 4.0}
