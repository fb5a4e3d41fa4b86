"""The steps of .ci/run: what each took is told, whatever happens; over its processor budget the gate fails."""

from __future__ import annotations

import os
import subprocess

from socle.settings import PROJECT_ROOT


def gate(script: str, budget: float, slowness: float = 1.0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f". .ci/steps.sh\n{script}"],
        cwd=PROJECT_ROOT,
        env=os.environ | {"BUDGET": str(budget), "SLOWNESS": str(slowness)},
        capture_output=True,
        text=True,
    )


def test_each_step_is_told_with_its_minutes() -> None:
    done = gate("step 'premier pas' true; step second true", 45)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[2:] for line in done.stdout.splitlines()[1:]] == [
        ["premier", "pas"],
        ["second"],
        ["en", "tout"],
    ]


def test_a_step_that_fails_ends_the_gate_and_those_before_are_told() -> None:
    done = gate("step bon true; step mauvais false; step jamais true", 45)
    assert done.returncode == 1
    assert "bon" in done.stdout and "jamais" not in done.stdout


def test_a_gate_over_its_budget_fails_by_the_time_of_its_children_s_children() -> None:
    busy = "step long bash -c 'python3 -c \"import time\nwhile time.process_time() < 1.2: pass\"; true'"
    assert gate(busy, 45).returncode == 0
    over = gate(busy, 0)
    assert over.returncode == 1
    assert "plus des 0 minutes de processeur permises" in over.stderr


def test_a_slower_machine_is_allowed_as_many_times_more_and_says_so() -> None:
    busy = "step long python3 -c 'import time\nwhile time.process_time() < 1.2: pass'"
    assert gate(busy, 0.01).returncode == 1
    slow = gate(busy, 0.01, slowness=9.0)
    assert slow.returncode == 0
    assert "9.0 fois plus lente" in slow.stdout


def test_the_slowness_of_a_machine_is_one_at_least() -> None:
    command = [
        "bash",
        "-c",
        "BUDGET=45 REFERENCE=1000; . .ci/steps.sh; REFERENCE=1000; slowness; REFERENCE=0.001; slowness",
    ]
    told = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True).stdout.split()[:2]
    assert float(told[0]) == 1.0 < float(told[1])
