"""The rules of one table -> rows of qualite.anomalie: Great Expectations counts the breaches, SQL writes each of them.

Great Expectations decides whether a rule holds. Its own lists of failing rows are truncated, so they are never asked
for: each rule is also a DuckDB condition here, and must write as many rows as Great Expectations counted.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from socle.french import listing
from socle.sqltext import identifier

if TYPE_CHECKING:
    import duckdb

Kind = Literal["not_null", "between", "in_set", "rows", "unique", "reference"]
Severity = Literal["critique", "alerte", "info"]
Effect = Literal["ligne_ecartee", "valeur_ecartee", "aucun"]


class ValidationInternalError(Exception):
    """A rule could not be evaluated, or two evaluations disagree: no verdict may be read from the run."""


@dataclass(frozen=True)
class Check:
    """One rule of one table, ready for Great Expectations. An empty cell breaches `not_null` only.

    `params` by kind: between: min, max (one may be absent) · in_set: values · rows: condition, SQL that must not be
    false; it may call the view by its name · unique: columns; every row of a repeated key is in breach, a key with an
    empty part repeats nothing · reference: table, key.
    """

    id: str
    kind: Kind
    column: str | None
    params: Mapping[str, Any]
    severity: Severity
    effect: Effect
    message_sql: str
    value_sql: str
    label: str = ""
    """What the rule asks, in French, for the Data Docs; made from `params` when empty."""


@dataclass(frozen=True)
class Breach:
    """The SQL condition that the rows in breach of a rule satisfy, with the values of its `?`."""

    condition: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class CheckOutcome:
    """What one rule gave: rows of the table, rows in breach."""

    id: str
    table: str
    evaluated: int
    unexpected: int
    success: bool


def validate(
    connection: duckdb.DuckDBPyConnection, view: str, checks: Sequence[Check], *, docs: Path | None = None
) -> list[CheckOutcome]:
    """Run every rule of a table at once, and add one row to qualite.anomalie for each row in breach of each rule.

    `view`: a view or table of schema main with campagne, fichier, feuille, ligne, porteur_id, action_id; it and all it
    reads must be committed and not temporary, for Great Expectations has a cursor of its own. No transaction may be
    open on `connection`. `colonne` is left null. `docs`: folder of the Data Docs, where each table has its page,
    counts only. Returns one outcome per check, in their order. Raises ValidationInternalError, having stored nothing.
    """
    if not checks:
        return []
    from pipeline.quality import great_expectations_run as gx_duckdb  # Great Expectations takes six seconds to import

    rules = [(check, breach(check, view)) for check in checks]
    suite = gx_duckdb.run(connection, view, rules)
    unexpected = gx_duckdb.unexpected_counts(suite)
    if sorted(unexpected) != sorted(check.id for check in checks):
        raise ValidationInternalError(f"{view} : une règle est en double ou n'a pas été évaluée.")
    _agree(connection, view, [(check, found) for check, found in rules if not unexpected[check.id]])
    with _transaction(connection):
        for check, found in rules:
            if unexpected[check.id]:
                _store(connection, view, check, found, unexpected[check.id])
        rows = _integer(connection.execute(f"select count(*) from {identifier(view)}"))
        if docs is not None:
            gx_duckdb.write_docs(suite, view, docs)
    return [CheckOutcome(check.id, view, rows, unexpected[check.id], not unexpected[check.id]) for check in checks]


def warm_up() -> None:
    """Import Great Expectations beside what the caller does meanwhile; an error shows when it is used."""
    threading.Thread(target=_import, daemon=True).start()


def _import() -> None:
    with contextlib.suppress(Exception):  # `validate` imports it again, and raises
        import_module("pipeline.quality.great_expectations_run")


def breach(check: Check, view: str) -> Breach:
    """Return the condition of the rows of `view` that breach `check`."""
    column = identifier(check.column or "")
    match check.kind:
        case "not_null":
            return Breach(f"{column} is null")
        case "between":
            bounds = {"<": check.params.get("min"), ">": check.params.get("max")}
            given = {sign: bound for sign, bound in bounds.items() if bound is not None}
            return Breach(" or ".join(f"{column} {sign} ?" for sign in given), tuple(given.values()))
        case "in_set":
            values = tuple(check.params["values"])
            return Breach(f"{column} not in ({', '.join('?' * len(values))})", values)
        case "rows":
            return Breach(f"not ({check.params['condition']})")
        case "unique":
            return Breach(_repeated([identifier(name) for name in check.params["columns"]], identifier(view)))
        case "reference":
            table = ".".join(identifier(part) for part in check.params["table"].split("."))
            key = identifier(check.params["key"])
            return Breach(f"{column} not in (select {key} from {table} where {key} is not null)")


def description(check: Check) -> str:
    """Return what the rule asks, in French."""
    if check.label:
        return check.label
    params = check.params
    match check.kind:
        case "not_null":
            return f"« {check.column} » est renseigné."
        case "between":
            bounds = (("au moins", params.get("min")), ("au plus", params.get("max")))
            given = [f"{word} {bound}" for word, bound in bounds if bound is not None]
            return f"« {check.column} » vaut {listing(given)}."
        case "in_set":
            return f"« {check.column} » est une de ces valeurs : {', '.join(map(str, params['values']))}."
        case "rows":
            return f"condition {params['condition']}"
        case "unique":
            return f"une seule ligne par {listing(params['columns'])}."
        case "reference":
            return f"« {check.column} » existe dans {params['table']} ({params['key']})."


def masked(error: object) -> str:
    """Return an error of DuckDB on one line, without its SQL and without the values it quotes: they may be personal."""
    told = re.split(r"\n\nLINE|\n\[SQL:", str(error))[0]
    return " ".join(re.sub(r"'.*'|'.*$", "'…'", told, flags=re.DOTALL).split())


def _repeated(key: Sequence[str], view: str) -> str:
    columns = ", ".join(key)
    complete = " and ".join(f"{name} is not null" for name in key)
    return f"({columns}) in (select ({columns}) from {view} where {complete} group by {columns} having count(*) > 1)"


def _agree(connection: duckdb.DuckDBPyConnection, view: str, held: Sequence[tuple[Check, Breach]]) -> None:
    """What Great Expectations finds held must be held here too; one scan looks at all of those rules."""
    if not held:
        return
    counts = ", ".join(f"count_if({found.condition})" for _, found in held)
    values = [value for _, found in held for value in found.values]
    try:
        row = connection.execute(f"select {counts} from {identifier(view)}", values).fetchone() or ()
    except Exception as error:
        raise ValidationInternalError(f"{view} : {masked(error)}") from None
    for (check, _), number in zip(held, row, strict=True):
        if number:
            raise ValidationInternalError(
                f"{check.id} : Great Expectations compte 0 ligne en défaut, le SQL en compte {number}."
            )


def _store(connection: duckdb.DuckDBPyConnection, view: str, check: Check, found: Breach, expected: int) -> None:
    """Write the anomalies of one rule; they must be as many as Great Expectations counted."""
    insert = (
        "insert into qualite.anomalie (campagne, fichier, feuille, ligne, variable, valeur, gravite, effet, regle, "
        f"message, porteur_id, action_id) select campagne, fichier, feuille, ligne, ?, {check.value_sql}, ?, ?, ?, "
        f"{check.message_sql}, porteur_id, action_id from {identifier(view)} where {found.condition}"
    )
    labels = (check.column, check.severity, check.effect, check.id)
    try:
        written = _integer(connection.execute(insert, [*labels, *found.values]))
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
