"""The conditions of the product's rules mean in pandas what they mean in DuckDB, for every mix of blanks."""

from __future__ import annotations

import random
from functools import cache

import duckdb
import pandas as pd
import pytest

from bench.pandas_rules import NOTHING_TO_COMPARE, evaluate
from pipeline.core.load import public_columns
from pipeline.quality.check import Check
from pipeline.quality.checks import table_checks
from tests.support.exports import codebook

TABLES = ("agrement", "reponse")
ROWS = 300
MADE = {
    "rang_doublon": "integer", "nb_collectifs_decrits": "integer", "sans_agrement": "boolean",
    "porteur_du_siret": "varchar", "departement": "varchar", "departement_du_dossier": "varchar",
    "departement_declare": "boolean", "confirmee_avant": "boolean", "agrement_a_situer": "boolean",
    "numero_en_double": "boolean", "fichier_partage": "varchar",
}  # fmt: skip
PANDAS = {"integer": "Int64", "double": "Float64", "decimal(18, 2)": "Float64", "boolean": "boolean"}
CHECKS = [
    pytest.param(table, check, id=f"{table}-{check.id}")
    for table in TABLES
    for check in table_checks(codebook(), table)
    if check.kind == "rows"
    and "select" not in str(check.params["condition"])
    and not check.id.startswith(NOTHING_TO_COMPARE)
]


def drawn(kind: str, hand: random.Random) -> object:
    if hand.random() < 0.3:
        return None
    if kind == "boolean":
        return hand.random() < 0.5
    return hand.randint(0, 30) if kind in PANDAS else hand.choice(["45", "45234", "validee", "action", "structure"])


@cache
def table_of(table: str) -> tuple[pd.DataFrame, dict[str, str]]:
    hand = random.Random(1)
    kinds = {column.id: column.sql_type for column in public_columns(codebook(), table)} | MADE | {"grain": "varchar"}
    columns = {name: [drawn(kind, hand) for _ in range(ROWS)] for name, kind in kinds.items()}
    frame = pd.DataFrame({n: pd.array(v, dtype=PANDAS.get(kinds[n], "str")) for n, v in columns.items()})  # type: ignore[call-overload]
    return frame, kinds


@pytest.mark.parametrize(("table", "check"), CHECKS)
def test_a_condition_is_the_same_in_pandas(table: str, check: Check) -> None:
    frame, kinds = table_of(table)
    condition = str(check.params["condition"])
    typed = ", ".join(f'"{name}"::{kind} as "{name}"' for name, kind in kinds.items())
    rows = frame.astype(object).where(frame.notna(), None)  # noqa: F841  # read by DuckDB
    expected = duckdb.connect().execute(f"select {condition} from (select {typed} from rows)").fetchall()
    found = evaluate(condition, frame)
    assert [None if pd.isna(value) else bool(value) for value in found] == [value for (value,) in expected]
