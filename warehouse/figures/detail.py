"""The rows behind marts.calcul_* -> the sums of a few indicators for each porteur and action, and of no other.

The views themselves hold a hundred columns, which take ten times longer to plan than to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from pipeline.marts.calculation import calculation_sql
from socle.files.sqltext import identifier
from warehouse.figures.catalogue import Series
from warehouse.open import Warehouse

_NOT_ASKED = """
select n.campagne, n.indicateur
from marts.indicateur_non_demande as n
inner join marts.indicateur as i on n.indicateur = i.indicateur
where i.provenance_a_defaut is null
"""
_KEY = ("campagne", "departement", "porteur_id", "action_id")


class Detail(NamedTuple):
    """One indicator of one action of one porteur; of the porteur itself where the rows name no action."""

    campagne: str
    departement: str | None
    porteur_id: str
    action_id: str | None
    indicateur: str
    numerateur: Decimal
    denominateur: Decimal | None
    """None for a count or a sum."""
    nb_repondants: int
    """Rows that hold it."""

    @property
    def valeur(self) -> float:
        """The numerator, or its quotient by the denominator where there is one."""
        return float(self.numerateur) / float(1 if self.denominateur is None else self.denominateur)


def details(
    warehouse: Warehouse, series: Sequence[Series], condition: str, bound: Mapping[str, object]
) -> list[Detail]:
    """Return those series of the rows that meet the SQL condition, by porteur and action.

    One that holds no row of a series has no Detail of it, nor has a year whose forms do not ask it.
    """
    not_asked = {(row["campagne"], row["indicateur"]) for row in warehouse.records(_NOT_ASKED)}
    read: list[Detail] = []
    for relation, group in groupby(sorted(series, key=_relation), key=_relation):
        wanted = list(group)
        for row in warehouse.records(_sql(warehouse, relation, wanted, condition), bound):
            read += _details(row, wanted)
    return [detail for detail in read if (detail.campagne, detail.indicateur) not in not_asked]


def summed(rows_read: Iterable[Detail], key: Callable[[Detail], object]) -> list[Detail]:
    """Return one Detail an indicator and key, the first of each with the sums of all."""
    groups: dict[tuple[object, str], Detail] = {}
    for detail in rows_read:
        group = (key(detail), detail.indicateur)
        sums = groups.get(group)
        groups[group] = detail if sums is None else _plus(sums, detail)
    return list(groups.values())


def _plus(first: Detail, other: Detail) -> Detail:
    below = None if first.denominateur is None else first.denominateur + (other.denominateur or 0)
    above, rows = first.numerateur + other.numerateur, first.nb_repondants + other.nb_repondants
    return first._replace(numerateur=above, denominateur=below, nb_repondants=rows)


def _relation(series: Series) -> str:
    return series.relation


def _sql(warehouse: Warehouse, relation: str, series: Sequence[Series], condition: str) -> str:
    keys = ", ".join(_KEY)
    columns = ", ".join(column for serie in series for column in _columns(serie))
    present = {row["column_name"] for row in warehouse.records(f"describe {relation}")}
    rows = calculation_sql(relation, series, present)
    return f"select {keys}, {columns} from ({rows}) where porteur_id is not null and ({condition}) group by {keys}"


def _columns(series: Series) -> Iterator[str]:
    name = series.indicateur
    yield f"sum({identifier(name + '.n')}) as {identifier(name + '.n')}"
    yield f"count({identifier(name + '.n')})::integer as {identifier(name + '.k')}"
    if series.est_un_quotient:
        yield f"sum({identifier(name + '.d')}) as {identifier(name + '.d')}"


def _details(row: Mapping[str, Any], series: Sequence[Series]) -> Iterator[Detail]:
    for serie in series:
        name = serie.indicateur
        if row[f"{name}.k"]:
            yield Detail(
                **{part: row[part] for part in _KEY},
                indicateur=name,
                numerateur=row[f"{name}.n"],
                denominateur=row.get(f"{name}.d"),
                nb_repondants=row[f"{name}.k"],
            )
