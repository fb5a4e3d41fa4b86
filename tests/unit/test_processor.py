"""What the tests cost of the processor: by folder, and the slowest."""

from __future__ import annotations

from collections import Counter

from tests.support.processor import SLOWEST, folder_of, spent, summary


def test_what_a_process_does_is_counted() -> None:
    before = spent()
    while spent() == before:
        pass
    assert before < spent() < before + 60


def test_minutes_are_added_up_by_folder_with_what_no_test_spent_and_the_slowest() -> None:
    seconds = Counter({f"tests/unit/bilan/words/test_a.py::test_{n}[a::b/c]": 6.0 for n in range(SLOWEST)})
    seconds["tests/browser/test_b.py::test_b"] = 30.0
    lines = [line.split(maxsplit=2) for line in summary(seconds, 120.0)]
    assert [line[::2] for line in lines[:4]] == [
        ["1.00", "tests/unit/bilan"],
        ["0.50", "tests/browser"],
        ["0.50", "imports, collecte, entre les tests"],
        ["2.00", "en tout, 11 tests"],
    ]
    assert lines[4][::2] == ["30.0", "tests/browser/test_b.py::test_b"]
    assert len(lines) == 4 + SLOWEST


def test_a_folder_is_named_to_its_third_level() -> None:
    assert folder_of("tests/integration/figures/test_a.py::test_a[x/y]") == "tests/integration/figures"
    assert folder_of("tests/unit/test_a.py::test_a") == "tests/unit"
