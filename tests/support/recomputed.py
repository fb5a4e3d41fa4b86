"""One series, from the rows that its formula looks at to its figure at every level, in pandas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from tests.support.formulas import AXES, Formula, Rows, ones

# Where the rows are: a porteur as a whole has neither an intercommunalité nor a zone, a place has no porteur.
TERRITORIES = {"departement": "departement", "epci": "epci", "type_structure": "type_structure", "zonage": "zonage"}
OF_A_PORTEUR = {"departement": "departement", "type_structure": "type_structure", "porteur": "porteur_id"}
OF_AN_ACTION = TERRITORIES | {"porteur": "porteur_id", "action": "action_id"}
OF_A_PLACE = {"departement": "departement"}


MADE_OF = {"agrees_ou_prevus": "nb_enfants_attendus", "collectifs": "nb_collectifs_comptes"} | {
    f"axe {axis}": f"axe_retenu__{axis}" for axis in AXES
}
"""What the rows of the tests call otherwise than the tables."""


class _Noted(pd.DataFrame):
    """Rows that note which of their columns a formula looks at."""

    _metadata: ClassVar[list[str]] = ["noted"]
    noted: set[str]

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def __getitem__(self, key: Any) -> Any:
        self.noted.update([key] if isinstance(key, str) else key if isinstance(key, list) else ())
        return super().__getitem__(key)


def _without_doubt(formula: Formula, rows: Rows) -> Rows:
    """The rows of which no answer that a rate uses is set aside."""
    if "ecartees" not in rows:
        return rows
    noted = _Noted(rows)
    noted.noted = set()
    formula.above(noted)
    if formula.below is not None:
        formula.below(noted)
    used = {MADE_OF.get(name, name) for name in noted.noted}
    names = used | {name.split("__")[0] for name in used}
    return rows[[not (isinstance(aside, list | np.ndarray) and names & set(aside)) for aside in rows["ecartees"]]]


def levels_of(formula: Formula) -> dict[str, str]:
    """Return {niveau: column of its code}."""
    if formula.rows in ("epci", "qpv"):
        return OF_A_PLACE
    return OF_A_PORTEUR if formula.rows.startswith("porteur") else OF_AN_ACTION


def recomputed(
    name: str, formula: Formula, rows: Mapping[str, Rows], asked: set[str] | None, levels: Mapping[str, str]
) -> Rows:
    """Return the figures of one series at those levels."""
    looked_at = rows[formula.rows]
    kept = [column for column in {"campagne", "departement", "porteur_id", *levels.values()} if column in looked_at]
    if formula.below is not None:
        looked_at = _without_doubt(formula, looked_at)
    held = looked_at[kept].assign(above=formula.above(looked_at), below=(formula.below or ones)(looked_at))
    held = held[held["above"].notna() & held["below"].notna() & (held["below"] != 0)]
    if asked is not None:
        held = held[held["campagne"].isin(asked)]
    if formula.distinct:
        held = held.assign(above=held["above"].gt(0) * 1.0, below=held["below"].gt(0) * 1.0)
    found = []
    for niveau, code in levels.items():
        place = [code] if code == "departement" else ["departement", code]
        groups = held.dropna(subset=place).groupby(["campagne", *place])
        figures = groups[["above", "below"]].sum().set_axis(["numerateur", "denominateur"], axis=1)
        figures["nb_repondants"] = groups.size()
        figures["nb_porteurs"] = groups["porteur_id"].nunique()
        figures = figures.reset_index()
        found.append(figures.assign(indicateur=name, niveau=niveau, code=figures[code]))
    figures = pd.concat(found, ignore_index=True)
    figures["valeur"] = figures["numerateur"] / (figures["denominateur"] if formula.below else 1)
    if formula.below is None:
        figures["denominateur"] = float("nan")
    return figures
