"""Returns, roster and register put together in pandas: who is it, which answer counts, where is it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from pipeline.sql.macros import fold

Frame = pd.DataFrame


def identified(rows: Frame, register: Frame) -> pd.Series[str]:
    """Return the porteur of each row: by SIRET, then by its exact name once normalised, when only one has it."""
    by_siret = register.dropna(subset="siret").drop_duplicates("siret", keep=False).set_index("siret")["porteur_id"]
    names = register.assign(nom=_names(register)).drop_duplicates("nom", keep=False).set_index("nom")["porteur_id"]
    return rows["siret"].map(by_siret).fillna(_names(rows).map(names))


def _names(rows: Frame) -> pd.Series[str]:
    normalised = {
        name: " ".join(re.sub("[^a-z0-9]+", " ", fold(name)).split())
        for name in rows["raison_sociale"].dropna().unique()
    }
    return rows["raison_sociale"].map(normalised)


def rank(returns: Frame) -> pd.Series[Any]:
    """Return the rank of each return among those of its action, the last validated first; null if it cannot count."""
    usable = returns[
        returns["porteur_id"].notna() & returns["action_id"].notna() & returns["statut_reponse"].eq("validee")
    ]
    ordered = usable.sort_values(["date_validation", "ligne"], ascending=False, na_position="last")
    return (ordered.groupby(["porteur_id", "action_id"]).cumcount() + 1).reindex(returns.index).astype("Int64")


def looking_into(roster: Frame) -> dict[str, Callable[[Frame], Any]]:
    """Return the two conditions that look into the roster, which no expression over one row can say."""
    porteur = roster.drop_duplicates("action_id").set_index("action_id")["porteur_id"]

    def known(rows: Frame) -> Any:
        return (rows["action_id"].isna() | rows["action_id"].isin(porteur.index)).astype("boolean")

    def same(rows: Frame) -> Any:
        agreed = rows["action_id"].map(porteur)
        return (rows["porteur_id"].isna() | agreed.isna() | (agreed == rows["porteur_id"])).astype("boolean")

    return {"action_inconnue@action_inconnue": known, "action_d_un_autre_porteur@action_d_un_autre_porteur": same}


def departement(returns: Frame, roster: Frame, communes: Frame) -> pd.Series[str]:
    """Return the département of each return: that of its agrément, of all those of its porteur, or of its commune."""
    of_action = roster.drop_duplicates("action_id").set_index("action_id")["departement"]
    alone = roster[["porteur_id", "departement"]].drop_duplicates().drop_duplicates("porteur_id", keep=False)
    of_commune = communes.drop_duplicates("code").set_index("code")["departement"]
    return (
        returns["action_id"].map(of_action)
        .fillna(returns["porteur_id"].map(alone.set_index("porteur_id")["departement"]))
        .fillna(returns["commune"].map(of_commune))
    )  # fmt: skip
