"""Parts and wholes as declared -> the condition of each rule, and the rule of a whole that several contradict.

A part above its whole leaves the figures; the whole keeps counting in its own total, until a second relation
contradicts it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pipeline.codebook.model import Rule, Variable
from socle.files.sqltext import identifier

PART = "partie"
"""Type of a rule: what its column counts is among what the whole counts, or is at most as many."""
SUM = "somme"
"""Type of a rule: what the options of a variable count makes the whole. A mismatch is told, and takes nothing out."""
CONTRADICTED = "tout_contredit"
"""Rule and message of a whole that two relations contradict, one of them by a part above it."""


def relation_sql(entry: Mapping[str, Any], variables: Mapping[str, Variable]) -> dict[str, str]:
    """Return the `condition` and the `valeur` of an entry of type partie or somme; {} for any other."""
    wholes = tuple_of(entry.get("tout"))
    match entry.get("type"):
        case "partie":
            part = identifier(entry["colonne"])
            return {"condition": f"{part} <= {sum_sql(wholes)}"}
        case "somme" if entry["parties"] in variables:
            return _sum_rule([column.id for column in variables[entry["parties"]].columns], sum_sql(wholes))
    return {}


def contradicted_wholes(rules: Sequence[Rule], severity: str) -> Iterator[Rule]:
    """Yield, for each whole that has several relations, the rule that sets it aside when two of them are broken."""
    ordered = sorted((rule for rule in rules if len(rule.tout) == 1), key=lambda rule: (rule.table, rule.tout))
    for (table, tout), group in groupby(ordered, key=lambda rule: (rule.table, rule.tout)):
        relations = list(group)
        if len(relations) > 1:
            yield Rule(
                id=f"{CONTRADICTED}_{tout[0]}",
                table=table,
                type="lignes",
                message=CONTRADICTED,
                gravite=severity,
                colonne=tout[0],
                valeur=tout[0],
                condition=f"{_broken(relations)} < 2 or {_broken(_parts(relations))} = 0",
            )


def tuple_of(value: Any) -> tuple[str, ...]:
    """Return one name, or several, as a tuple; () for none."""
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def sum_sql(columns: Sequence[str]) -> str:
    """Return the SQL of the sum of those given: a blank is no zero, and does not make the others unknown."""
    if len(columns) == 1:
        return identifier(columns[0])
    return f"list_sum([{', '.join(identifier(name) for name in columns)}])"


def _sum_rule(parts: Sequence[str], whole: str) -> dict[str, str]:
    given = f"list_sum([{', '.join(identifier(name) for name in parts)}])"
    complete = " and ".join(f"{identifier(name)} is not null" for name in parts)
    # Where a part is blank, the others may already be too many.
    return {"condition": f"{given} = {whole} or (not ({complete}) and {given} < {whole})", "valeur": given}


def _broken(rules: Iterable[Rule]) -> str:
    return "(" + " + ".join(f"coalesce(not ({rule.condition}), false)::integer" for rule in rules) + ")"


def _parts(relations: Sequence[Rule]) -> list[Rule]:
    return [rule for rule in relations if rule.relation == PART]
