"""The rows that the formulas look at, made in pandas from what the build keeps of each file, and from the reference."""

from __future__ import annotations

import re
import unicodedata

import duckdb
import pandas as pd

from tests.support.exports import codebook
from tests.support.formulas import AXES, boxes

Rows = pd.DataFrame
ACTION = ["campagne", "reponse_id"]
PS_RATE, PS_CEILING, PS_YEAR = 0.325, 7885, "2021-2022"
PLACE = ["departement", "epci", "type_structure", "zonage", "porteur_id", "action_id"]
PARTNERS = ("reaap", "pre", "pedt", "pel", "cite_educative", "ctg", "mediatheque")
TITLE = re.compile(r"^((qpv|quartier|prioritaire|de|du|des|d|l|la|le|les) )*")


def figure_rows(warehouse: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """Return the rows of each kind: agrement, action_attendue, action, porteur…, collectif, bonus, bilan, epci, qpv."""
    returns = warehouse.sql("select * from core.reponse").df()
    questions = warehouse.sql("select * from core.question").df()
    communes = warehouse.sql("select code, nom, epci from reference.communes").df().set_index("code")
    roster = _roster(warehouse, returns, questions, communes["epci"])
    kind = _kind(returns)
    roster = roster.merge(kind.rename(columns={"type_du_porteur": "type_structure"}), how="left")
    actions = _actions(returns, roster, kind, communes["epci"])
    collectifs = _collectifs(warehouse, actions)
    actions["collectifs"] = _counted(actions, collectifs)
    actions = _with_axes(actions, questions)
    # What of each action is set aside, what is made of several answers included.
    if "ecartees" in returns:
        aside = warehouse.sql("select campagne, reponse_id, ecartees from core.action").df()
        actions = actions.drop(columns=["ecartees", "illisibles"]).merge(aside, how="left", on=ACTION)
    porteurs = _porteurs(returns, roster)
    per_action = returns.groupby("campagne")["grain"].agg(lambda grains: "action" in set(grains))
    # A year of returns per structure says of no action whether it answered.
    told = ~roster["campagne"].isin(per_action[~per_action].index)
    with_list = porteurs["campagne"].isin(roster["campagne"])
    return {
        "agrement": roster,
        "action_attendue": roster[roster["attendue"] & told],
        "action": actions,
        "porteur": porteurs,
        "porteur_agree": porteurs[porteurs["a_demarre"].notna()],
        "porteur_connu": porteurs[porteurs["a_demarre"].notna() | ~with_list],
        "collectif": collectifs,
        "bonus": _bonus(collectifs, actions, questions),
        "bilan": _bilans(warehouse, returns, actions, questions),
        "epci": _epci(warehouse, roster, actions),
        "qpv": _qpv(warehouse, actions, questions, communes["nom"]),
    }


def asked_in(warehouse: duckdb.DuckDBPyConnection, column: str) -> set[str]:
    """The campagnes that ask this column, alone or in one joined cell."""
    names = [column, column.split("__")[0]]
    found = warehouse.execute("select distinct campagne from core.question where variable in (?, ?)", names)
    return {campagne for (campagne,) in found.fetchall()}


def _kind(returns: Rows) -> Rows:
    known = returns.dropna(subset="type_structure").sort_values("date_validation", na_position="first")
    last = known.groupby(["campagne", "porteur_id"])["type_structure"].last()
    return last.rename("type_du_porteur").reset_index()


def _roster(warehouse: duckdb.DuckDBPyConnection, returns: Rows, questions: Rows, epci: pd.Series[str]) -> Rows:
    agreed: Rows = warehouse.sql(
        "select campagne, action_id, porteur_id, departement, commune, nb_enfants_agrees, statut_agrement, "
        "action_precedente from core.agrement"
    ).df()
    per_action = returns[returns["grain"] == "action"]
    answered = per_action[["campagne", "action_id", "territoire_urbain_rural"]].assign(de_l_action=True)
    structures = returns[returns["grain"] == "structure"][["campagne", "porteur_id"]].assign(de_la_structure=True)
    roster = agreed.merge(answered, how="left", on=["campagne", "action_id"]).merge(structures, how="left")
    roster = roster.rename(columns={"territoire_urbain_rural": "zonage"})
    by_structure = roster["de_la_structure"].eq(True)
    roster["a_repondu"] = roster["de_l_action"].eq(True) | by_structure
    roster["attendue"] = roster["statut_agrement"].eq("agreee") | roster["a_repondu"]
    roster["epci"] = roster["commune"].map(epci)
    followed = questions[(questions["nature"] == "agrement") & (questions["variable"] == "action_precedente")]
    before = roster["campagne"].map(lambda c: f"{int(c[:4]) - 1}-{c[:4]}")
    lists = set(zip(agreed["campagne"], agreed["departement"], strict=True))
    held = [pair in lists for pair in zip(before, roster["departement"], strict=True)]
    known = pd.Series(held, index=roster.index) & roster["campagne"].isin(followed["campagne"])
    roster["nouvelle"] = roster["action_precedente"].isna().astype(float).where(known)
    return roster


def _actions(returns: Rows, roster: Rows, kind: Rows, epci: pd.Series[str]) -> Rows:
    agreed = roster[["campagne", "action_id", "nb_enfants_agrees", "commune"]]
    actions = returns[returns["grain"] == "action"].merge(
        agreed, how="left", on=["campagne", "action_id"], suffixes=("", "_agreee")
    ).merge(kind, how="left")  # fmt: skip
    actions["lieu"] = actions["commune"].fillna(actions["commune_agreee"])
    actions["epci"] = actions["lieu"].map(epci)
    actions["zonage"] = actions["territoire_urbain_rural"]
    actions["type_structure"] = actions["type_structure"].fillna(actions["type_du_porteur"])
    actions["agrees_ou_prevus"] = actions["nb_enfants_agrees"].astype(float).fillna(
        actions["nb_enfants_prevu"].astype(float)
    )  # fmt: skip
    return actions


def _collectifs(warehouse: duckdb.DuckDBPyConnection, actions: Rows) -> Rows:
    described: Rows = warehouse.sql("select * from core.collectif").df().drop(columns=PLACE)
    found = described.merge(actions[[*ACTION, *PLACE]], on=ACTION)
    expense = found["depenses"].astype(float)
    paid = found["campagne"].eq(PS_YEAR) & expense.notna()
    found["ps"] = (expense.clip(upper=PS_CEILING) * PS_RATE).where(paid).map(lambda euros: round(euros + 1e-9, 2))
    found["au_plafond"] = expense.ge(PS_CEILING).astype(float).where(paid)
    return found


def _counted(actions: Rows, collectifs: Rows) -> pd.Series[float]:
    described = collectifs.groupby(ACTION).size().rename("decrits").reset_index()
    return actions.merge(described, how="left", on=ACTION)["decrits"].fillna(actions["nb_collectifs"].astype(float))


def _with_axes(actions: Rows, questions: Rows) -> Rows:
    asked = questions[questions["variable"].str.startswith("axe__")]
    declared = pd.MultiIndex.from_frame(actions[["campagne", "format"]]).isin(
        pd.MultiIndex.from_frame(asked[["campagne", "format"]])
    )
    often = actions["concertation"].ne("jamais").astype(float).where(actions["concertation"].notna())
    schools = actions["nb_etablissements"].astype(float)
    deduced = {
        "enfants": actions[boxes("socle_enfants")].astype(float),
        "parents": actions[boxes("socle_parents")].astype(float),
        "ecole": pd.concat([often, actions["outil_liaison"].astype(float), schools.clip(upper=1)], axis=1),
        "territoire": actions[[f"partenaires__{name}" for name in PARTNERS]]
        .astype(float)
        .where(actions[boxes("partenaires")].eq(True).any(axis=1)),
    }
    values = {f"axe {axis}": actions[f"axe__{axis}"].astype(float).where(declared, deduced[axis].max(axis=1))
              for axis in AXES}  # fmt: skip
    return actions.assign(**values)


def _porteurs(returns: Rows, roster: Rows) -> Rows:
    each = ["campagne", "departement", "porteur_id"]
    said = [c.id for c in codebook().columns("structure") if not c.variable.personnel]
    ordered = returns.sort_values("date_validation", na_position="first")
    last = ordered.groupby(each)[said].last().reset_index().assign(a_repondu=1)
    started = roster.groupby(each)["attendue"].any().rename("a_demarre").reset_index()
    found = last.merge(started, how="outer", on=each)
    return found.assign(a_repondu=found["a_repondu"].fillna(0))


def _bonus(collectifs: Rows, actions: Rows, questions: Rows) -> Rows:
    attributed = questions[
        (questions["nature"] == "collectif") & questions["variable"].str.fullmatch("bonus_.*_attribue")
    ]
    since = [rows[rows["campagne"] >= "2021-2022"] for rows in (collectifs, actions)]
    told = [rows["campagne"].isin(attributed["campagne"]) for rows in since]
    one_by_one, declared = since[0][told[0]], since[1][~told[1]]
    kept = ["campagne", *PLACE]
    return pd.concat(
        [
            rows[kept].assign(**{f"bonus {who}": rows[f"bonus_{who}{suffix}"] for who in ("enfants", "parents")})
            for rows, suffix in ((one_by_one, "_attribue"), (declared, ""))
        ]
    )


def _bilans(warehouse: duckdb.DuckDBPyConnection, returns: Rows, actions: Rows, questions: Rows) -> Rows:
    keys = [v for v in codebook().variables if v.cle and {"reponse", "structure", "action"} & set(v.entites)]
    asked = questions[questions["nature"].isin(["reponse", "complement"])]
    forms = asked.assign(variable=asked["variable"].str.split("__").str[0]).groupby(["campagne", "format"])["variable"]
    posed = forms.agg(lambda names: len({v.id for v in keys} & set(names))).rename("posees").reset_index()
    found = returns.merge(posed, how="left", on=["campagne", "format"])
    filled = [found[[column.id for column in v.columns]].notna().any(axis=1) for v in keys]
    found["remplies"] = pd.concat(filled, axis=1).sum(axis=1)
    open_points = warehouse.sql(
        "select distinct campagne, reponse_id from qualite.anomalie where gravite in ('critique', 'alerte')"
    ).df()
    troubled = pd.MultiIndex.from_frame(open_points)
    found["sans_alerte"] = (~pd.MultiIndex.from_frame(found[ACTION]).isin(troubled)).astype(float)
    place = actions[[*ACTION, "epci", "zonage", "type_structure"]].rename(columns={"type_structure": "du_porteur"})
    found = found.merge(place, how="left", on=ACTION)
    return found.assign(type_structure=found["du_porteur"].fillna(found["type_structure"]))


def _epci(warehouse: duckdb.DuckDBPyConnection, roster: Rows, actions: Rows) -> Rows:
    known = warehouse.sql("select code, departement from reference.epci").df()
    alone = actions[~actions["campagne"].isin(roster["campagne"])].assign(commune=lambda rows: rows["lieu"])
    places = pd.concat([rows[["campagne", "departement", "epci", "commune"]] for rows in (roster, alone)])
    places = places.dropna(subset="commune")
    found = places[["campagne", "departement"]].drop_duplicates().merge(known)
    reached = pd.MultiIndex.from_frame(places[["campagne", "departement", "epci"]])
    covered = pd.MultiIndex.from_frame(found[["campagne", "departement", "code"]]).isin(reached)
    return found.assign(couvert=covered * 1.0, porteur_id=None)


def _qpv(warehouse: duckdb.DuckDBPyConnection, actions: Rows, questions: Rows, names: pd.Series[str]) -> Rows:
    """The list in the reference is that of 2024, in force from 2023-2024 on."""
    lists = warehouse.sql("select * from reference.qpv").df()
    asked = questions[questions["variable"] == "qpv_nom"]["campagne"]
    answers = actions[actions["campagne"].isin(asked) & (actions["qpv"].notna() | actions["qpv_nom"].notna())]
    answers = answers[answers["campagne"] >= "2023-2024"]
    found = []
    for (campagne, departement), rows in answers.groupby(["campagne", "departement"]):
        told = rows.dropna(subset="qpv_nom")
        cited = told.assign(nom=told["qpv_nom"].map(_plain), ville=told["lieu"].map(names))
        for quartier in lists[lists["departement"] == departement].itertuples():
            if isinstance(quartier.noms, str):
                reached = [_plain(name) in set(cited["nom"]) for name in quartier.noms.split("|")]
            else:
                here = cited[cited["ville"].isin(str(quartier.commune_nom).split("|"))]["nom"].nunique()
                reached = [rank < here for rank in range(int(quartier.nb_qpv))]
            found += [(campagne, departement, covered * 1.0, None) for covered in reached]
    return pd.DataFrame(found, columns=["campagne", "departement", "couvert", "porteur_id"])


def _plain(name: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))
    return TITLE.sub("", re.sub("[^a-z0-9]+", " ", bare).strip())
