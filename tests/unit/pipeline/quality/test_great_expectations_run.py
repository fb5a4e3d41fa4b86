"""The expectations that keep their configuration say what those of Great Expectations say."""

from __future__ import annotations

import great_expectations.expectations as gxe
import pytest

from pipeline.quality.check import Check, breach
from pipeline.quality.great_expectations_run import BreachingRows, _expectation

ABOUT = {"column": "n", "severity": "alerte", "effect": "aucun", "message_sql": "''", "value_sql": "n"}


@pytest.mark.parametrize(
    ("kind", "params", "of", "kwargs"),
    [
        ("not_null", {}, gxe.ExpectColumnValuesToNotBeNull, {"column": "n"}),
        ("between", {"min": 1, "max": 9}, gxe.ExpectColumnValuesToBeBetween,
         {"column": "n", "min_value": 1, "max_value": 9}),
        ("in_set", {"values": ("a", "b")}, gxe.ExpectColumnValuesToBeInSet, {"column": "n", "value_set": ["a", "b"]}),
        ("rows", {"condition": "n > 0"}, BreachingRows, None),
    ],
)  # fmt: skip
def test_a_configuration_is_made_once_and_is_that_of_great_expectations(
    kind: str, params: dict[str, object], of: type, kwargs: dict[str, object] | None
) -> None:
    check = Check(id=f"{kind}@n", kind=kind, params=params, **ABOUT)  # type: ignore[arg-type]
    made = _expectation("vue", check, breach(check, "vue"))
    assert made.configuration is made.configuration
    told = made.configuration.to_json_dict()
    kwargs = kwargs or {"unexpected_rows_query": made.unexpected_rows_query}  # type: ignore[attr-defined]
    theirs = of(
        meta=told["meta"], description=told["description"], severity=made.severity, **kwargs
    ).configuration.to_json_dict()
    assert told == theirs
    assert told["kwargs"] == kwargs
