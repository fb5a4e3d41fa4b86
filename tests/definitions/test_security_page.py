"""SECURITY.md: each promise names the tests that hold it, and all that it names is there."""

from __future__ import annotations

import re

from socle.settings import PROJECT_ROOT

TEXT = (PROJECT_ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROMISED = TEXT.split("\n## What is promised")[1].split("\n## ")[0]


def test_every_path_named_exists() -> None:
    paths = re.findall(r"`([\w.-]+(?:/[\w.-]+)+\.\w+)`", TEXT)
    # What is in a Caf's data folder is in no clone.
    assert [path for path in paths if not path.startswith("etat/") and not (PROJECT_ROOT / path).is_file()] == []


def test_every_promise_names_a_test() -> None:
    promises = PROMISED.split("\n* ")[1:]
    assert len(promises) > 10
    assert [promise for promise in promises if not re.search(r"`tests/[\w/]+/test_\w+\.py`", promise)] == []
