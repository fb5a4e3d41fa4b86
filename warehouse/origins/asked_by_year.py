"""The dictionary of a build: each variable with what its years asked and how they were answered, each indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from socle.paths import DataFolder
from warehouse.open import open_current
from warehouse.scope import INTERNAL, Scope

_VARIABLES = """
select d.variable_mere as variable, min(d.rang) as rang, any_value(d.libelle) as libelle,
    any_value(d.description) as description, any_value(d.type) as type, any_value(d.unite) as unite,
    any_value(d.modalites) as modalites, bool_or(d.personnel) as personnel, bool_or(d.cle) as cle,
    min(d.premiere_campagne) as premiere, max(d.derniere_campagne) as derniere
from marts.dictionnaire as d
group by d.variable_mere
order by rang
"""
_WORDINGS = """
select variable, campagne, list(distinct colonne order by colonne) as intitules
from core.question where campagne <> '' group by variable, campagne order by campagne
"""
_ANSWERED = """
select variable, campagne, sum(nb_posees)::integer as posees, sum(nb_remplies)::integer as remplies
from marts.question_reponse where $territoire in ('*', departement) group by variable, campagne
"""
_INDICATORS = """
select indicateur, libelle, famille_libelle as famille, description, unite, grains, diffusion, question, numerateur,
    denominateur, condition, source as relation, comparable_depuis, prudence
from marts.indicateur order by rang
"""


@dataclass(frozen=True)
class Asked:
    """A question in one year."""

    campagne: str
    intitules: Sequence[str]
    posees: int | None
    """Returns that were asked it; None for what is not a question of the returns."""
    remplies: int | None


@dataclass(frozen=True)
class AskedVariable:
    """One variable."""

    variable: str
    libelle: str
    description: str | None
    type: str
    unite: str | None
    modalites: str | None
    personnel: bool
    cle: bool
    premiere: str | None
    derniere: str | None
    years: tuple[Asked, ...]


@dataclass(frozen=True)
class AskedIndicator:
    """One indicator, its formula in words and in SQL."""

    indicateur: str
    libelle: str
    famille: str
    description: str | None
    unite: str
    grains: Sequence[str]
    diffusion: str
    question: str | None
    numerateur: str
    denominateur: str | None
    condition: str | None
    relation: str
    comparable_depuis: str | None
    prudence: str | None


def variables(folder: DataFolder, scope: Scope) -> list[AskedVariable]:
    """Return the variables in the order of the codebook, the answers being those of the scope's territory.

    Raise Refusal when nothing is published. Only who reads the warehouse may: ValueError for another scope.
    """
    _check(scope)
    with open_current(folder, scope) as warehouse:
        answered = {
            (row["variable"], row["campagne"]): row
            for row in warehouse.records(_ANSWERED, {"territoire": scope.territoire})
        }
        years: dict[str, list[Asked]] = {}
        for row in warehouse.records(_WORDINGS):
            found: Mapping[str, int] = answered.get((row["variable"], row["campagne"]), {})
            asked = Asked(row["campagne"], tuple(row["intitules"]), found.get("posees"), found.get("remplies"))
            years.setdefault(row["variable"], []).append(asked)
        rows = warehouse.records(_VARIABLES)
    return [
        AskedVariable(
            **{name: value for name, value in row.items() if name != "rang"},
            years=tuple(years.get(row["variable"], ())),
        )
        for row in rows
    ]


def indicators(folder: DataFolder, scope: Scope) -> list[AskedIndicator]:
    """Return the indicators in the order of the catalogue; raise as `variables` does."""
    _check(scope)
    with open_current(folder, scope) as warehouse:
        return [AskedIndicator(**row) for row in warehouse.records(_INDICATORS)]


def _check(scope: Scope) -> None:
    if scope.role not in INTERNAL:
        raise ValueError(f"the dictionary of a build is not for {scope.role}")
