"""docs/decisions.md: each decision has its number, its status and its subject; none is lost."""

from __future__ import annotations

import re

from socle.settings import PROJECT_ROOT

TEXT = (PROJECT_ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
_, *SUBJECTS = re.split(r"^## .+$", TEXT, flags=re.MULTILINE)
DECISION = re.compile(
    r"\*\*(\d+)\*\* · (accepted|(?:amended|superseded) by (\d+)) · \*\*.+?\*\*(?:[ :,]|$)", flags=re.DOTALL
)


def test_every_paragraph_of_a_subject_is_a_decision_with_a_status() -> None:
    paragraphs = [paragraph for subject in SUBJECTS for paragraph in subject.strip().split("\n\n")]
    assert [paragraph for paragraph in paragraphs if not DECISION.match(paragraph)] == []


def test_no_number_is_missing_nor_used_twice() -> None:
    numbers = sorted(int(decision[1]) for subject in SUBJECTS for decision in DECISION.finditer(subject))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 114


def test_under_a_subject_the_newest_is_last() -> None:
    for subject in SUBJECTS:
        numbers = [int(decision[1]) for decision in DECISION.finditer(subject)]
        assert numbers == sorted(numbers)


def test_a_decision_is_amended_by_a_later_one() -> None:
    known = {int(decision[1]): decision[3] for subject in SUBJECTS for decision in DECISION.finditer(subject)}
    wrong = {number: by for number, by in known.items() if by and not (number < int(by) and int(by) in known)}
    assert wrong == {}
