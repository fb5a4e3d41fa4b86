"""The checks of the product -> Great Expectations on a DataFrame -> the rows in breach of each.

A rule that is an SQL condition is parsed by DuckDB and evaluated in pandas, null where it is null in SQL: no rule is
written a second time, but the two that look into the roster.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from typing import Any, cast

import duckdb
import great_expectations as gx
import pandas as pd
from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull

from pipeline.codebook.funding import threshold_sql
from pipeline.codebook.load import load_codebook
from pipeline.quality import great_expectations_run
from pipeline.quality.check import Check

Frame = pd.DataFrame
NOTHING_TO_COMPARE = ("ecart_passe@", "agrement_contredit@")
"""Rules that the bench has nothing for: one year is measured, and each action stands once in its roster."""
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "COMPARE_EQUAL": lambda a, b: a == b,
    "COMPARE_NOTEQUAL": lambda a, b: a != b,
    "COMPARE_LESSTHAN": lambda a, b: a < b,
    "COMPARE_GREATERTHAN": lambda a, b: a > b,
    "COMPARE_LESSTHANOREQUALTO": lambda a, b: a <= b,
    "COMPARE_GREATERTHANOREQUALTO": lambda a, b: a >= b,
}
_CALLED: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "abs": abs,
    "list_value": lambda *values: list(values),
    "list_sum": lambda values: _over(values, lambda frame: frame.sum(axis=1, min_count=1)),
    "list_bool_or": lambda values: _over(values, lambda frame: frame.max(axis=1, skipna=True)),
    "starts_with": lambda a, b: _starts_with(a, b),
    # How a value is written is not compared.
    "replace": lambda text, *_: text,
    "regexp_replace": lambda text, *_: text,
    "printf": lambda _, value: value,
}


def breaches(frame: Frame, checks: Sequence[Check], by_hand: Mapping[str, Callable[[Frame], Any]]) -> Iterator[Any]:
    """Yield (check, index of the rows in breach), for the checks that look at a column of the frame.

    `by_hand`: id of a check -> its condition. The frame receives one column a condition.
    """
    held = {
        check.id: by_hand[check.id](frame) if check.id in by_hand else evaluate(str(check.params["condition"]), frame)
        for check in checks
        if check.kind == "rows" and not check.id.startswith(NOTHING_TO_COMPARE)
    }
    seen = frame.assign(**{name: condition for name, condition in held.items() if isinstance(condition, pd.Series)})
    asked = [check for check in checks if (check.id if check.kind == "rows" else check.column) in seen]
    suite = gx.ExpectationSuite(name="regles", expectations=[_expectation(check) for check in asked])
    context = gx.get_context(mode="ephemeral", project_config=great_expectations_run._project())
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("lignes")
    batch = asset.add_batch_definition_whole_dataframe("toutes").get_batch(batch_parameters={"dataframe": seen})
    found = {
        _rule(result): _unexpected(result)
        for result in batch.validate(suite, result_format={"result_format": "COMPLETE"}).results
    }
    for check in asked:
        yield check, found[check.id]


def evaluate(condition: str, frame: Frame) -> Any:
    """Return the SQL expression over the rows of the frame; a column that it has not is null, as is what uses it."""
    for name, threshold in _thresholds().items():
        condition = condition.replace(threshold_sql(name), str(threshold))
    parsed = duckdb.connect().execute("select json_serialize_sql(?)", [f"select {condition}"]).fetchall()[0][0]
    return _value(json.loads(parsed)["statements"][0]["node"]["select_list"][0], frame)


@cache
def _thresholds() -> Mapping[str, float]:
    """Those in force: the year that is measured is judged by them."""
    latest = max(load_codebook().funding.referentiel, key=lambda years: years.depuis)
    return {name: value for name, value in latest.valeurs.items() if value is not None}


def _expectation(check: Check) -> Any:
    common: dict[str, Any] = {"meta": {"regle": check.id}}
    match check.kind:
        case "not_null":
            return ExpectColumnValuesToNotBeNull(column=str(check.column), **common)
        case "between":
            low, high = check.params.get("min"), check.params.get("max")
            return ExpectColumnValuesToBeBetween(column=str(check.column), min_value=low, max_value=high, **common)
        case "in_set":
            values = list(check.params["values"])
            return ExpectColumnValuesToBeInSet(column=str(check.column), value_set=values, **common)
        case "rows":
            return ExpectColumnValuesToBeInSet(column=check.id, value_set=[True], **common)
    raise NotImplementedError(check.kind)


def _rule(result: Any) -> str:
    return str(result.expectation_config.meta["regle"])


def _unexpected(result: Any) -> list[int]:
    if any(info.get("raised_exception") for info in (result.exception_info, *_records(result.exception_info))):
        raise ValueError(f"{_rule(result)}: {result.exception_info}")
    return cast("list[int]", result.result.get("unexpected_index_list") or [])


def _records(info: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return [record for record in info.values() if isinstance(record, dict)]


def _value(node: Mapping[str, Any], frame: Frame) -> Any:
    def of(child: str) -> Any:
        return _value(node[child], frame)

    match node["class"]:
        case "COLUMN_REF":
            return _nullable(frame.get(node["column_names"][-1], pd.NA))
        case "CONSTANT":
            text = node["literal"]["text"]
            if text in ("true", "false"):
                return text == "true"
            return text if node["literal"]["kind"] == "STRING" else float(text)
        case "CAST":
            return _counted(of("child")) if node["type_expr"]["type_name"] == "INTEGER" else of("child")
        case "COMPARISON":
            return _COMPARED[node["type"]](of("left"), of("right"))
        case "BETWEEN":
            return (of("input") >= of("lower")) & (of("input") <= of("upper"))
        case "FUNCTION":
            return _CALLED[node["function_name"]](*(_value(item["expression"], frame) for item in node["arguments"]))
        case "CONJUNCTION" | "OPERATOR":
            return _logic(node["type"], [_value(child, frame) for child in node["children"]])
    raise NotImplementedError(node["class"])


def _logic(kind: str, values: list[Any]) -> Any:
    match kind:
        case "CONJUNCTION_OR":
            return reduce(lambda a, b: a | b, map(_truth, values))
        case "CONJUNCTION_AND":
            return reduce(lambda a, b: a & b, map(_truth, values))
        case "OPERATOR_NOT":
            return ~_truth(values[0]) if isinstance(values[0], pd.Series) else pd.NA
        case "OPERATOR_IS_NULL":
            return pd.isna(values[0])
        case "OPERATOR_IS_NOT_NULL":
            return pd.notna(values[0])
        case "OPERATOR_COALESCE":
            return reduce(_coalesce, values)
    raise NotImplementedError(kind)


def _nullable(column: Any) -> Any:
    """In the text that pandas makes by default, a blank is not equal to anything; in SQL nobody knows."""
    return column.astype("string") if isinstance(column, pd.Series) and column.dtype in ("str", object) else column


def _counted(value: Any) -> Any:
    """Yes is one and no is zero, once they are cast to be added up."""
    return value.astype("Int64") if isinstance(value, pd.Series) and value.dtype == "boolean" else value


def _truth(value: Any) -> Any:
    """Three values, as in SQL: null or true is true."""
    return value.astype("boolean") if isinstance(value, pd.Series) else value


def _coalesce(first: Any, second: Any) -> Any:
    if not isinstance(first, pd.Series):
        return second if first is pd.NA else first
    return first if second is pd.NA else first.fillna(second)


def _over(values: list[Any], told: Callable[[Frame], Any]) -> Any:
    """What is told of the values of each row: blanks are left out, and a column that the frame has not is blank."""
    given = [value for value in values if isinstance(value, pd.Series)]
    return told(pd.concat(given, axis=1)) if given else pd.NA


def _starts_with(texts: Any, starts: Any) -> Any:
    if not (isinstance(texts, pd.Series) and isinstance(starts, pd.Series)):
        return pd.NA
    pairs = zip(texts, starts, strict=True)
    found = [pd.NA if pd.isna(text) or pd.isna(start) else text.startswith(start) for text, start in pairs]
    return pd.Series(found, index=texts.index, dtype="boolean")
