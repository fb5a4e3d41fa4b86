"""What a rule is, for Great Expectations and for SQL alike: its condition, its sentence, its outcome."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from socle.files.sqltext import identifier
from socle.words.french import listing
from socle.words.states import Effect, Severity

Kind = Literal["not_null", "between", "in_set", "rows", "unique", "reference"]


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
    message = re.split(r"\n\nLINE|\n\[SQL:", str(error))[0]
    return " ".join(re.sub(r"'.*'|'.*$", "'…'", message, flags=re.DOTALL).split())


def _repeated(key: Sequence[str], view: str) -> str:
    columns = ", ".join(key)
    complete = " and ".join(f"{name} is not null" for name in key)
    return f"({columns}) in (select ({columns}) from {view} where {complete} group by {columns} having count(*) > 1)"
