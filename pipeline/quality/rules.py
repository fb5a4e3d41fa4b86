"""The rules of one table -> rows of qualite.anomalie: Great Expectations counts the breaches, SQL writes each of them.

Great Expectations decides whether a rule holds. Its own lists of failing rows are truncated, so they are never asked
for: each rule is also a DuckDB condition here, and must write as many rows as Great Expectations counted.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.quality.check import Breach, Check, CheckOutcome, ValidationInternalError, breach, masked
from pipeline.quality.pages import write_pages
from socle.files.sqltext import identifier

if TYPE_CHECKING:
    import duckdb


def validate(
    connection: duckdb.DuckDBPyConnection, view: str, checks: Sequence[Check], *, docs: Path | None = None
) -> list[CheckOutcome]:
    """Run every rule of a table at once, and add one row to qualite.anomalie for each row in breach of each rule.

    `view`: a view or table of schema main with campagne, fichier, feuille, ligne, departement, porteur_id, action_id;
    it and all it reads must be committed and not temporary, for Great Expectations has a cursor of its own. No
    transaction may be open on `connection`. `colonne` is left null. `docs`: folder of the Data Docs, where each table
    has its page and Great Expectations' results, counts only. Returns one outcome per check, in their order. Raises
    ValidationInternalError, having stored nothing.
    """
    if not checks:
        return []
    from pipeline.quality import great_expectations_run  # it takes six seconds to import

    rules = [(check, breach(check, view)) for check in checks]
    suite = great_expectations_run.run(connection, view, rules)
    unexpected = great_expectations_run.unexpected_counts(suite)
    if sorted(unexpected) != sorted(check.id for check in checks):
        raise ValidationInternalError(f"{view} : une règle est en double ou n'a pas été évaluée.")
    _agree(connection, view, [(check, condition) for check, condition in rules if not unexpected[check.id]])
    with _transaction(connection):
        for check, condition in rules:
            if unexpected[check.id]:
                _store(connection, view, check, condition, unexpected[check.id])
        rows = _integer(connection.execute(f"select count(*) from {identifier(view)}"))
    outcomes = [CheckOutcome(check.id, view, rows, unexpected[check.id], not unexpected[check.id]) for check in checks]
    if docs is not None:
        results = great_expectations_run.counts_only(suite)
        write_pages(view, list(zip(checks, outcomes, strict=True)), results, docs)
    return outcomes


def warm_up() -> None:
    """Import Great Expectations beside what the caller does meanwhile; an error shows when it is used."""
    threading.Thread(target=_import, daemon=True).start()


def _import() -> None:
    with contextlib.suppress(Exception):  # `validate` imports it again, and raises
        import_module("pipeline.quality.great_expectations_run")


def _agree(connection: duckdb.DuckDBPyConnection, view: str, rules_held: Sequence[tuple[Check, Breach]]) -> None:
    """Check in one SQL scan that the rules Great Expectations found respected really are."""
    if not rules_held:
        return
    counts = ", ".join(f"count_if({condition.condition})" for _, condition in rules_held)
    values = [value for _, condition in rules_held for value in condition.values]
    try:
        row = connection.execute(f"select {counts} from {identifier(view)}", values).fetchone() or ()
    except Exception as error:
        raise ValidationInternalError(f"{view} : {masked(error)}") from None
    for (check, _), number in zip(rules_held, row, strict=True):
        if number:
            raise ValidationInternalError(
                f"{check.id} : Great Expectations compte 0 ligne en défaut, le SQL en compte {number}."
            )


def _store(connection: duckdb.DuckDBPyConnection, view: str, check: Check, condition: Breach, expected: int) -> None:
    """Write the anomalies of one rule; they must be as many as Great Expectations counted."""
    place = "campagne, fichier, feuille, ligne"
    whose = "departement, porteur_id, action_id"
    insert = (
        f"insert into qualite.anomalie ({place}, variable, valeur, gravite, effet, regle, message, {whose}) "
        f"select {place}, ?, {check.value_sql}, ?, ?, ?, {check.message_sql}, {whose} "
        f"from {identifier(view)} where {condition.condition}"
    )
    labels = (check.column, check.severity, check.effect, check.id)
    try:
        written = _integer(connection.execute(insert, [*labels, *condition.values]))
    except Exception as error:
        raise ValidationInternalError(f"{check.id} : {masked(error)}") from None
    if written != expected:
        raise ValidationInternalError(
            f"{check.id} : Great Expectations compte {expected} lignes en défaut, le SQL en écrit {written}."
        )


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _integer(result: duckdb.DuckDBPyConnection) -> int:
    row = result.fetchone()
    return int(row[0]) if row else 0
