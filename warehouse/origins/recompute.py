"""A figure computed from the returns or the roster -> the SQL that finds it again, and the lines of files behind it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pipeline.marts.calculation import used_names
from socle.files.sqltext import literal
from warehouse.open import Warehouse
from warehouse.origins.figure_name import FigureName

_SAME_LINE = (
    "o.campagne = r.campagne and o.fichier = r.fichier and o.feuille is not distinct from r.feuille "
    "and o.ligne = r.ligne"
)
_SAME_PLACE = "o.campagne = r.campagne and o.departement is not distinct from r.departement"
_SAME_RETURN = f"{_SAME_PLACE} and o.reponse_id = r.reponse_id"
_SAME_ACTION = f"{_SAME_PLACE} and o.action_id = r.action_id"
_SAME_EPCI = "o.campagne = r.campagne and o.departement = r.departement and o.epci = r.code"
# Where the rows of a source (r) come from: the relations (o) that keep file and line, and what makes them the same.
_ORIGINS = {
    "core.action": {
        "core.reponse": _SAME_RETURN,
        "core.agrement": _SAME_ACTION,
        "core.collectif": _SAME_RETURN,
    },
    "core.agrement": {
        "core.agrement": _SAME_ACTION,
        **dict.fromkeys(
            ("core.reponse", "core.reponse_en_attente"),
            f"{_SAME_PLACE} and if(o.grain = 'action', o.action_id = r.action_id, o.porteur_id = r.porteur_id)",
        ),
    },
    "core.controle": {"core.reponse": _SAME_RETURN},
    "core.collectif": {"core.collectif": _SAME_LINE},
    # A row is that of a collectif, or of an action that declares its bonus.
    "core.bonus": {"core.bonus": _SAME_LINE},
    "core.epci_couvert": {
        "core.agrement": f"{_SAME_EPCI} and r.base = 'agrement'",
        "core.action": f"{_SAME_EPCI} and r.base = 'bilan'",
    },
    "core.qpv_couvert": {
        "core.action": "o.campagne = r.campagne and o.departement = r.departement and o.qpv_nom is not null"
    },
    "core.porteur_campagne": dict.fromkeys(
        ("core.agrement", "core.reponse", "core.reponse_en_attente"),
        "o.campagne = r.campagne and o.porteur_id = r.porteur_id and o.departement = r.departement",
    ),
}
# A relation joined to a source only matters to the figures that use what it brings.
_BROUGHT = {
    ("core.action", "core.agrement"): (
        "nb_enfants_agrees",
        "nb_enfants_attendus",
        "nb_collectifs_agrees",
        "statut_agrement",
    ),
    ("core.action", "core.collectif"): ("nb_collectifs_comptes", "nb_collectifs_decrits"),
    ("core.agrement", "core.reponse"): ("a_repondu", "attendue", "type_structure", "zonage"),
    ("core.agrement", "core.reponse_en_attente"): ("a_repondu", "attendue"),
}


_NEXT_LINE = "\n    and "


@dataclass(frozen=True)
class FileLines:
    """The lines of one file (or one sheet of it) that a figure rests on."""

    fichier: str
    feuille: str | None
    lignes: tuple[int, ...]
    """As a spreadsheet numbers them."""


def recompute_sql(name: FigureName, indicator: dict[str, Any], present: Collection[str]) -> str:
    """Return the SELECT giving numerateur, denominateur, valeur and lignes (rows counted), to paste into `clas sql`.

    `present`: the columns of the relation that it counts.
    """
    # A porteur agreed in several départements has a row in each, and counts once in France.
    if indicator["distinct_sur"]:
        return _distinct_sql(name, indicator, present)
    numerator = f"sum(({indicator['numerateur']})::decimal(24, 6))::double as numerateur"
    if indicator["denominateur"]:
        denominator = f"sum(({indicator['denominateur']})::decimal(24, 6))::double as denominateur"
        value = "numerateur / denominateur as valeur"
    else:
        denominator, value = "null as denominateur", "numerateur as valeur"
    columns = ",\n    ".join((numerator, denominator, value, "count(*) as lignes"))
    return f"select\n    {columns}\nfrom {indicator['source']}\nwhere {_where(name, indicator, present, _NEXT_LINE)}"


def _distinct_sql(name: FigureName, indicator: dict[str, Any], present: Collection[str]) -> str:
    counted = f"count(distinct {indicator['distinct_sur']})"
    numerator = f"{counted} filter ({indicator['numerateur']}) as numerateur"
    denominator, value = "null as denominateur", "numerateur as valeur"
    if indicator["denominateur"]:
        denominator = f"{counted} filter ({indicator['denominateur']}) as denominateur"
        value = "numerateur / denominateur as valeur"
    columns = ",\n    ".join((numerator, denominator, value, "count(*) as lignes"))
    return f"select\n    {columns}\nfrom {indicator['source']}\nwhere {_where(name, indicator, present, _NEXT_LINE)}"


def columns_of(warehouse: Warehouse, relation: str) -> list[str]:
    """Return the columns of a table."""
    return [str(row["column_name"]) for row in warehouse.records(f"describe {relation}")]


def file_lines(warehouse: Warehouse, name: FigureName, indicator: dict[str, Any]) -> list[FileLines]:
    """Return the lines of every file behind the rows that the figure counts, the roster's as well as the returns'."""
    source = indicator["source"]
    parts = [
        f"select o.fichier, o.feuille, o.ligne from retenues as r inner join {relation} as o on {same}"
        for relation, same in _ORIGINS.get(source, {}).items()
        if _matters(source, relation, indicator)
    ]
    if parts and source == "core.action":
        parts.append(_joined_lines(indicator))
    present = columns_of(warehouse, source)
    kept = f"with retenues as (select * from {source} where {_where(name, indicator, present)})"
    return _grouped(warehouse, f"{kept} {' union '.join(parts)}") if parts else []


def variables_of(indicator: dict[str, Any]) -> list[str]:
    """Return the names that an indicator may take from a return: its questions, and every word of its SQL."""
    expressions = " ".join(indicator[part] or "" for part in ("numerateur", "denominateur", "condition"))
    return sorted({*indicator["variables"], *re.findall(r"[a-z_0-9]+", expressions)})


def _joined_lines(indicator: dict[str, Any]) -> str:
    """The rows of other sheets that the returns counted are made of, where those sheets ask what the figure uses."""
    names = variables_of(indicator)
    asked = ", ".join(literal(name) for name in sorted({*names, *(name.split("__")[0] for name in names)}))
    return (
        "select t.fichier_source as fichier, t.feuille_source as feuille, t.ligne_source as ligne "
        "from retenues as r inner join core.rattachement as t on t.campagne = r.campagne and t.fichier = r.fichier "
        "and t.feuille is not distinct from r.feuille and t.ligne = r.ligne "
        "where (t.campagne, t.fichier_source, t.feuille_source) in "
        f"(select (q.campagne, q.fichier, q.feuille) from core.question as q where q.variable in ({asked}))"
    )


def synthesis_lines(warehouse: Warehouse, name: FigureName) -> list[FileLines]:
    """Return the line of the national synthesis that gives the figure."""
    rows = (
        f"select fichier, null::varchar as feuille, ligne from core.synthese_nationale "
        f"where campagne = {literal(name.campagne)} and indicateur = {literal(name.indicateur)}"
    )
    return _grouped(warehouse, rows)


def synthesis_sql(name: FigureName) -> str:
    """Return the SELECT of the national synthesis' own line."""
    return (
        "select valeur, numerateur, denominateur, nb_departements\nfrom core.synthese_nationale\n"
        f"where campagne = {literal(name.campagne)}\n    and indicateur = {literal(name.indicateur)}"
    )


def _where(name: FigureName, indicator: dict[str, Any], present: Collection[str], separator: str = " and ") -> str:
    """The rows that count: of that year and territory, holding numerator and denominator both, none set aside."""
    conditions = [f"campagne = {literal(name.campagne)}"]
    if name.niveau != "france":
        conditions.append(f"{name.niveau} = {literal(name.code)}")
    conditions.append(f"({indicator['numerateur']}) is not null")
    if indicator["denominateur"]:
        conditions.append(f"({indicator['denominateur']})::decimal(24, 6) <> 0")
        names = used_names((indicator["numerateur"], indicator["denominateur"], indicator["condition"]), present)
        if names and "ecartees" in present:
            listed = ", ".join(literal(used) for used in names)
            conditions.append(f"not coalesce(list_has_any(ecartees, [{listed}]), false)")
    if indicator["condition"]:
        conditions.append(f"({indicator['condition']})")
    return separator.join(conditions)


def _matters(source: str, relation: str, indicator: dict[str, Any]) -> bool:
    brought = _BROUGHT.get((source, relation))
    if brought is None:
        return True
    expressions = " ".join(indicator[part] or "" for part in ("numerateur", "denominateur", "condition"))
    return any(column in expressions for column in brought)


def _grouped(warehouse: Warehouse, lines: str) -> list[FileLines]:
    grouped = warehouse.records(
        f"select fichier, nullif(feuille, '') as feuille, list(distinct ligne order by ligne) as lignes from ({lines}) "
        "where fichier is not null group by all order by fichier, feuille"
    )
    return [FileLines(row["fichier"], row["feuille"], tuple(row["lignes"])) for row in grouped]
