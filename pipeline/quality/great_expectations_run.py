"""Rules -> one Great Expectations run inside an open DuckDB database -> counts of breaches, and its own JSON.

The only importer of great_expectations, which takes six seconds: import this module where it is needed, not at the top.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Literal, TypeVar

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import duckdb
import great_expectations as gx
import sqlalchemy
import tqdm  # type: ignore[import-untyped]
from duckdb_engine import ConnectionWrapper
from great_expectations.compatibility.pydantic import PrivateAttr
from great_expectations.core import ExpectationSuiteValidationResult
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.expectations.expectation import Expectation, MetaExpectation

from pipeline.quality.check import Breach, Check, ValidationInternalError, description, masked
from socle.files.sqltext import identifier

logging.captureWarnings(False)  # importing Great Expectations turns every warning of the process into a log record
logging.getLogger("great_expectations").addHandler(logging.NullHandler())
logging.getLogger("great_expectations").propagate = False  # its records quote cells; errors are raised here instead
tqdm.tqdm.monitor_interval = 0  # a progress bar starts a thread even when it is disabled

# No value of any cell leaves DuckDB: no sample, no index.
_RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0, "return_unexpected_index_query": False}
_COUNTS = {"element_count", "unexpected_count", "unexpected_percent", "observed_value"}
Kind = TypeVar("Kind", bound=Expectation)
_SEVERITIES = {"critique": "critical", "alerte": "warning", "info": "info"}


class DuckdbEngine(SqlAlchemyExecutionEngine):
    """The engine of Great Expectations on one connection that it keeps: its own is closed before its rows are read."""

    @contextmanager
    def get_connection(self) -> Iterator[sqlalchemy.Connection]:
        """Yield the connection; after an error, leave the failed transaction so that each rule reports its own."""
        if self._connection is None:
            self._connection = self.engine.connect()
        try:
            yield self._connection
        except Exception:
            self._connection.rollback()
            raise

    def close(self) -> None:
        """Give the connection back: a cursor left open would keep the database open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        super().close()


class DuckdbDatasource(SQLDatasource):
    """A datasource of Great Expectations over a database that is already open."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]
    connection_string: str = "duckdb://"
    _database: Any = PrivateAttr(None)

    def _create_engine(self) -> sqlalchemy.Engine:
        return sqlalchemy.create_engine(
            "duckdb://", creator=lambda: ConnectionWrapper(self._database.cursor()), poolclass=sqlalchemy.NullPool
        )

    def get_execution_engine(self) -> DuckdbEngine:
        """Return the one engine of this datasource."""
        if not isinstance(self._execution_engine, DuckdbEngine):
            self._execution_engine = DuckdbEngine(engine=self.get_engine(), create_temp_table=False)
        return self._execution_engine


def _settled(kind: type[Kind]) -> type[Kind]:
    """The same expectation under the same name, its configuration made once: it is asked for sixty times a rule."""

    def configuration(self: Any) -> Any:
        if self._configuration is None:
            self._configuration = super(settled, self).configuration
        return self._configuration

    members = {"__module__": __name__, "_configuration": PrivateAttr(None), "configuration": property(configuration)}
    settled: type[Kind] = MetaExpectation(kind.__name__, (kind,), members)  # type: ignore[assignment,no-untyped-call]
    return settled


class BreachingRows(UnexpectedRowsExpectation):
    """Counts the rows of a query; the class it refines also fetches 200 of them."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    def _validate(self, metrics: dict[str, Any], *_: object, **__: object) -> dict[str, Any]:
        found = metrics["unexpected_rows_query.row_count"]
        return {"success": found == 0, "result": {"observed_value": found}}


_NotNull = _settled(ExpectColumnValuesToNotBeNull)
_Between = _settled(ExpectColumnValuesToBeBetween)
_InSet = _settled(ExpectColumnValuesToBeInSet)
_Breaching = _settled(BreachingRows)


def run(
    connection: duckdb.DuckDBPyConnection, view: str, rules: Sequence[tuple[Check, Breach]]
) -> ExpectationSuiteValidationResult:
    """Evaluate every rule over `view` in one run; return the suite's result, which holds counts and errors only."""
    context = gx.get_context(mode="ephemeral", project_config=_project())
    datasource = DuckdbDatasource(name=view)
    datasource._database = connection
    try:
        context.add_datasource(datasource=datasource)
        suite = gx.ExpectationSuite(name=view, expectations=[_expectation(view, *rule) for rule in rules])
        batch = datasource.add_table_asset(view).add_batch_definition_whole_table(view).get_batch()
        return batch.validate(suite, result_format=_RESULT_FORMAT)
    except Exception as error:
        raise ValidationInternalError(f"{view} : {masked(error)}") from error
    finally:
        datasource.get_execution_engine().close()
        datasource._database = None


def unexpected_counts(suite: ExpectationSuiteValidationResult) -> dict[str, int]:
    """Return the rows in breach of each rule. Raises ValidationInternalError with all rules that were not evaluated."""
    counts: dict[str, int] = {}
    errors: list[str] = []
    for result in suite.results:
        rule = _rule(result)
        error = _raised(result.exception_info)
        # None when the table is empty.
        counts[rule] = result.result.get("unexpected_count", result.result.get("observed_value")) or 0
        if error is None and result.success != (counts[rule] == 0):
            error = f"{counts[rule]} lignes en défaut, et pourtant success = {result.success}"
        if error is not None:
            errors.append(f"{rule} : {error}")
    if errors:
        raise ValidationInternalError("\n".join(sorted(errors)))
    return counts


def counts_only(suite: ExpectationSuiteValidationResult) -> dict[str, Any]:
    """Return the results in Great Expectations' own JSON, which its tools read: counts, and no value of any cell."""
    results: dict[str, Any] = suite.to_json_dict()  # type: ignore[no-untyped-call]
    for result in results["results"]:
        result["result"] = {name: value for name, value in result["result"].items() if name in _COUNTS}
    return results


def _expectation(view: str, check: Check, breach: Breach) -> Expectation:
    column = check.column or ""
    common: dict[str, Any] = {
        "meta": {"regle": check.id},
        "description": f"{check.id} : {description(check)}",
        "severity": _SEVERITIES[check.severity],
    }
    match check.kind:
        case "not_null":
            return _NotNull(column=column, **common)
        case "between":
            low, high = check.params.get("min"), check.params.get("max")
            return _Between(column=column, min_value=low, max_value=high, **common)
        case "in_set":
            return _InSet(column=column, value_set=list(check.params["values"]), **common)
        case _:
            # Braces are placeholders to Great Expectations, colons are parameters to SQLAlchemy.
            condition = breach.condition.replace("{", "{{").replace("}", "}}").replace(":", r"\:")
            query = f"select 1 from (select * from {{batch}}) as {identifier(view)} where {condition}"
            return _Breaching(unexpected_rows_query=query, **common)


def _project() -> DataContextConfig:
    """Return a project that stays in memory, where the default one makes a temporary folder, and shows no progress."""
    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(), progress_bars=ProgressBarsConfig(globally=False)
    )


def _rule(result: Any) -> str:
    return str(result.expectation_config.meta["regle"])


def _raised(info: Mapping[str, Any]) -> str | None:
    """Return the first error of an `exception_info`, which is one record, or one per metric."""
    records = [info] if "raised_exception" in info else info.values()
    return next((masked(record["exception_message"]) for record in records if record["raised_exception"]), None)


@atexit.register
def _let_duckdb_go() -> None:
    """Cut what keeps SQLAlchemy 2.1 alive after exit once both are loaded: DuckDB would list forty leaks on stderr."""
    vars(sys.modules.get("sqlalchemy.sql._annotated_cols", sys)).pop("sa_typing", None)
