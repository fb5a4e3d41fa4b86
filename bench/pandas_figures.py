"""Rows kept -> every figure that is stored, with the formulas by which the tests find the figures of a build again."""

from __future__ import annotations

import re
from typing import Any, cast

import duckdb
import pandas as pd

from pipeline.codebook.model import Codebook
from pipeline.core.load import public_columns
from pipeline.staging.territories import REFERENCE
from tests.support.figure_rows import figure_rows
from tests.support.formulas import FORMULAS
from tests.support.recomputed import levels_of, recomputed

Frame = pd.DataFrame
STORED = ("departement", "epci", "type_structure", "zonage", "porteur")
"""Levels: the product makes an action's figures when they are asked for."""
_PLACE = ("departement", "epci", "type_structure", "zonage", "porteur_id", "action_id")
_TOTALS = ["nb_collectifs", "nb_enfants", "nb_familles", "nb_salaries", "nb_benevoles", "nb_vacataires"]


def figures(codebook: Codebook, returns: Frame, roster: Frame, anomalies: Frame, questions: Frame) -> dict[str, Frame]:
    """Return indicateur_valeur, distribution (how porteurs spread) and porteur_large (one row a porteur)."""
    rows = figure_rows(
        cast(duckdb.DuckDBPyConnection, _Tables(_tables(codebook, returns, roster, anomalies, questions)))
    )
    asked = set(questions["variable"])
    series = []
    for name, formula in FORMULAS.items():
        levels = {niveau: code for niveau, code in levels_of(formula).items() if niveau in STORED}
        campagnes = None
        if formula.asked:
            campagnes = set(returns["campagne"]) if {formula.asked, formula.asked.split("__")[0]} & asked else set()
        series.append(recomputed(name, formula, rows, campagnes, levels))
    found = pd.concat(series, ignore_index=True)
    each = found[found["niveau"] == "porteur"].groupby(["campagne", "indicateur", "departement"])["valeur"]
    return {
        "indicateur_valeur": found[found["niveau"] != "porteur"],
        "distribution": pd.DataFrame({share: each.quantile(share) for share in (0.25, 0.5, 0.75)}).reset_index(),
        "porteur_large": rows["action"].groupby(["campagne", "porteur_id", "departement"])[_TOTALS].sum().reset_index(),
    }


def reference(name: str) -> Frame:
    """Return a table of the reference, all text."""
    return pd.read_csv(REFERENCE / f"{name}.csv", dtype=str)


def _tables(codebook: Codebook, returns: Frame, roster: Frame, anomalies: Frame, questions: Frame) -> dict[str, Frame]:
    points = anomalies[anomalies["gravite"].isin(["critique", "alerte"]) & anomalies["fichier"].eq("reponses.csv")]
    own = returns[["campagne", "ligne", "reponse_id"]]
    listed = _complete(codebook, "agrement", roster)
    quartiers = reference("qpv")
    collectifs = ["campagne", "reponse_id", *_PLACE, *(c.id for c in public_columns(codebook, "collectif"))]
    return {
        "core.reponse": _complete(codebook, "reponse", returns),
        "core.agrement": listed.assign(statut_agrement=listed["statut_agrement"].astype(object).fillna("agreee")),
        # What is made of an answer set aside bears the name of that answer here: see MADE_OF in the tests.
        "core.action": returns[["campagne", "reponse_id", "ecartees"]].assign(
            ecartees=returns["ecartees"].map(_with_what_is_made)
        ),
        "core.question": questions,
        "core.collectif": pd.DataFrame(columns=list(dict.fromkeys(collectifs))),
        "reference.communes": reference("communes"),
        "reference.epci": reference("epci"),
        "reference.qpv": quartiers.assign(nb_qpv=quartiers["nb_qpv"].astype(float)),
        "qualite.anomalie": points.merge(own, on=["campagne", "ligne"])[["campagne", "reponse_id"]],
    }


def _with_what_is_made(aside: Any) -> Any:
    """The columns set aside, with those that are made of them."""
    if not isinstance(aside, list):
        return aside
    axes = [name.replace("axe__", "axe_retenu__") for name in aside if name.startswith("axe__")]
    return [*aside, *axes, *(["nb_collectifs_comptes"] if "nb_collectifs" in aside else [])]


def _complete(codebook: Codebook, table: str, rows: Frame) -> Frame:
    """All the columns of the table, empty where no file has them; numbers and yes or no as floats."""
    missing = [column.id for column in public_columns(codebook, table) if column.id not in rows]
    nullable = [name for name, kind in rows.dtypes.items() if kind in ("Int64", "Float64", "boolean")]
    return rows.astype(dict.fromkeys(nullable, float)).reindex(columns=[*rows, *missing])


class _Tables:
    """Answers the queries of figure_rows from frames: columns of one table, distinct or not."""

    def __init__(self, tables: dict[str, Frame]) -> None:
        self._tables = tables

    def sql(self, query: str) -> _Answer:
        found = re.match(r"select (distinct )?(.+?) from ([a-z_.]+)", query)
        if found is None:
            raise NotImplementedError(query)
        rows = self._tables[found[3]]
        kept = rows if found[2] == "*" else rows[found[2].split(", ")]
        return _Answer(kept.drop_duplicates() if found[1] else kept)


class _Answer:
    def __init__(self, rows: Frame) -> None:
        self._rows = rows

    def df(self) -> Frame:
        return self._rows.copy()
