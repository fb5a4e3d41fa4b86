"""One name for one thing: no two public classes of the product are called the same."""

from __future__ import annotations

import ast
from collections import defaultdict

from scripts.house import modules


def test_no_two_public_classes_bear_one_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module, path in modules().items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(module)
    assert len(places) > 150
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
