"""The closed lists of socle/words/states.py are those of the schemas, and every literal of a query is one of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest

from pipeline.quality.great_expectations_run import _SEVERITIES
from socle.settings import PROJECT_ROOT
from socle.words import states

LISTS = {
    "gravite": list(states.SEVERITIES),
    "effet": list(states.EFFECTS),
    "origine": list(states.ORIGINS),
    "etat": list(states.CAMPAGNE_STATES),
    # Of a figure, or of a file.
    "statut": [*states.FIGURE_STATES, *states.FILE_STATES],
}
COLUMN = r"(?:\b\w+\.)?\b(gravite|effet|origine|etat|statut)\b"
WORD = re.compile(r"'([^']*)'")
COMPARED = re.compile(
    COLUMN + r"\s*(?:=|<>|!=|(?:not )?in|is (?:not )?distinct from)\s*(\((?:\s*'[^']*',?)+\s*\)|'[^']*')"
)
RANKED = re.compile(r"list_position\(\s*\[([^\]]*)\],\s*" + COLUMN)


def queries() -> Iterator[tuple[str, str]]:
    """Every file that holds SQL."""
    for package in ("pipeline", "warehouse"):
        for path in sorted((PROJECT_ROOT / package).rglob("*")):
            if path.suffix in (".py", ".sql"):
                yield path.relative_to(PROJECT_ROOT).as_posix(), path.read_text(encoding="utf-8")


def enums(found: Any, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every (name, values) of a schema."""
    if isinstance(found, Mapping):
        if "enum" in found:
            yield name, found["enum"]
        for key, inner in found.items():
            yield from enums(inner, key)
    elif isinstance(found, list):
        for inner in found:
            yield from enums(inner, name)


def test_every_code_that_a_query_compares_is_in_its_list() -> None:
    found = [
        (file, match[1], code) for file, text in queries() for match in COMPARED.finditer(text)
        for code in WORD.findall(match[2])
    ]  # fmt: skip
    assert len(found) > 40
    assert [one for one in found if one[2] not in LISTS[one[1]]] == []


def test_every_query_ranks_in_the_order_of_the_list() -> None:
    found = [(file, match[2], WORD.findall(match[1])) for file, text in queries() for match in RANKED.finditer(text)]
    assert len(found) > 6
    for file, name, codes in found:
        assert codes == [code for code in LISTS[name] if code in codes], file


@pytest.mark.parametrize("name", ["gravite", "effet"])
def test_the_schemas_allow_the_same_codes(name: str) -> None:
    schemas = (PROJECT_ROOT / "pipeline" / "definitions" / "schemas").glob("*.json")
    found = [
        values for path in schemas for one, values in enums(json.loads(path.read_text(encoding="utf-8"))) if one == name
    ]
    assert found and all(values == LISTS[name] for values in found)


def test_the_types_are_those_of_the_lists() -> None:
    assert list(get_args(states.Severity)) == LISTS["gravite"]
    assert list(get_args(states.Effect)) == LISTS["effet"]
    assert list(_SEVERITIES) == LISTS["gravite"]


def test_no_code_has_the_same_words_as_another() -> None:
    for words in (states.SEVERITIES, states.EFFECTS, states.ORIGINS, states.CAMPAGNE_STATES, states.FILE_STATES):
        assert len(set(words.values())) == len(words)


def test_no_module_writes_one_of_the_lists_again() -> None:
    modules = [path for package in ("cli", "dashboard", "bilan", "warehouse", "access", "pipeline")
               for path in (PROJECT_ROOT / package).rglob("*.py")]  # fmt: skip
    words = {f'"{text}"' for words in (states.SEVERITIES, states.EFFECTS, states.ORIGINS) for text in words.values()}
    again = [(path.name, word) for path in modules for word in words if word in path.read_text(encoding="utf-8")]
    assert again == []
