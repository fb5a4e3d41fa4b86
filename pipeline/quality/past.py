"""A porteur's answers beside its own of the year before -> staging.ecart_passe: those that changed beyond measure.

variables.yml says from which factor and which gap a change is shown (`evolution`). An action is compared with the one
that it follows in the roster; where that roster says of none, a porteur that sent one return each year is. Nothing is
compared across a year that was disturbed (reference.contexte), nor with a question asked otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.codebook.model import Codebook, Column
from pipeline.core.load import public_columns
from pipeline.sql.steps import Step, in_steps
from socle.files.sqltext import identifier

MOST = 5
"""Shown to a porteur for one year: those that weigh the most in the figures of all."""
_ROW = ("campagne", "fichier", "feuille", "ligne")
_LAST_REPLY = (
    "qualify row_number() over (partition by campagne, departement, porteur_id, grain, "
    "if(grain = 'action', action_id, null) "
    "order by date_validation desc nulls last, fichier desc, feuille desc, ligne desc) = 1"
)
_BEFORE = "(left(n.campagne, 4)::integer - 1)::varchar || '-' || left(n.campagne, 4)"
_DECLARED = Step(
    "declarees",
    "select unnest($variables::varchar[]) as variable, unnest($facteurs::double[]) as facteur, "
    "unnest($planchers::double[]) as plancher, unnest($minima::double[]) as minimum, "
    "unnest($maxima::double[]) as maximum",
)
_TOTALS = Step("totaux", "select campagne, departement, variable, sum(valeur) as total from lues group by all")
_ALONE = Step(
    "seules",
    "select campagne, departement, porteur_id, grain from retours group by all having count(*) = 1",
)
_FOLLOWED = Step(
    "suites",
    "select campagne, departement, action_id, action_precedente from staging.agrement "
    "where action_precedente is not null",
)
_WORDED = Step(
    "intitules",
    "select distinct campagne, format, variable, colonne from core.question where nature in ('reponse', 'complement')",
)
_PAIRS = Step(
    "paires",
    f"""
select n.*, p.valeur as avant
from lues as n
inner join lues as p
    on n.porteur_id = p.porteur_id and n.departement = p.departement and n.grain = p.grain
    and n.variable = p.variable and p.campagne = {_BEFORE}
left join suites as s
    on n.campagne = s.campagne and n.departement = s.departement and n.action_id = s.action_id
where (
        p.action_id = s.action_precedente
        or (
            (n.campagne, n.departement) not in (select (f.campagne, f.departement) from suites as f)
            and (n.campagne, n.departement, n.porteur_id, n.grain) in (
                select (a.campagne, a.departement, a.porteur_id, a.grain) from seules as a
            )
            and (p.campagne, p.departement, p.porteur_id, p.grain) in (
                select (a.campagne, a.departement, a.porteur_id, a.grain) from seules as a
            )
        )
    )
    and n.campagne not in (select c.annee from reference.contexte as c)
    and p.campagne not in (select c.annee from reference.contexte as c)
    and (
        n.format = p.format
        or exists (
            select 1 from intitules as i inner join intitules as j on i.variable = j.variable and i.colonne = j.colonne
            where i.campagne = n.campagne and i.format = n.format and i.variable = n.variable
                and j.campagne = p.campagne and j.format = p.format
        )
    )
""",
)
_SHOWN = Step(
    "ecarts",
    f"""
select e.campagne, e.fichier, e.feuille, e.ligne, e.variable, e.avant
from paires as e
inner join declarees as d on e.variable = d.variable
inner join totaux as t
    on e.campagne = t.campagne and e.departement = t.departement and e.variable = t.variable
where greatest(e.valeur, e.avant) >= d.facteur * least(e.valeur, e.avant) and abs(e.valeur - e.avant) >= d.plancher
qualify row_number() over (
    partition by e.campagne, e.departement, e.porteur_id
    order by abs(e.valeur - e.avant) / t.total desc nulls last, e.variable, e.fichier, e.feuille, e.ligne
) <= {MOST}
""",
)


def compare_with_past(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create staging.ecart_passe (campagne, fichier, feuille, ligne, variable, avant): answers to show beside others.

    Call once the faults of the roster are set aside, the view of returns being there.
    """
    connection.execute(
        "create or replace table staging.ecart_passe (campagne varchar, fichier varchar, feuille varchar, "
        "ligne integer, variable varchar, avant double)"
    )
    columns = compared_columns(codebook)
    if columns:
        connection.execute(f"insert into staging.ecart_passe {_select(columns)}", _declared(columns))


def compared_columns(codebook: Codebook) -> list[Column]:
    """Return the columns of returns whose variable says from which change on it is shown."""
    return [column for column in public_columns(codebook, "reponse") if column.variable.evolution]


def before_sql(column: Column) -> str:
    """Return the SQL of what a return said the year before, null where there is nothing to show."""
    same = " and ".join(f"p.{name} is not distinct from reponse.{name}" for name in _ROW)
    return f"(select p.avant from staging.ecart_passe as p where {same} and p.variable = '{column.id}')"


def _select(columns: Sequence[Column]) -> str:
    names = ", ".join(identifier(column.id) for column in columns)
    typed = ", ".join(f"{identifier(column.id)}::double as {identifier(column.id)}" for column in columns)
    keys = "campagne, departement, fichier, feuille, ligne, format, grain, porteur_id, action_id"
    return in_steps(
        _DECLARED,
        Step("retours", f"select {keys}, {typed} from reponse where statut_reponse = 'validee' {_LAST_REPLY}"),
        Step(
            "lues",
            f"select u.* from (unpivot retours on {names} into name variable value valeur) as u "
            "inner join declarees as d on u.variable = d.variable and u.valeur between d.minimum and d.maximum",
            kept=True,
        ),
        _TOTALS,
        _ALONE,
        _FOLLOWED,
        _WORDED,
        _PAIRS,
        _SHOWN,
    )


def _declared(columns: Sequence[Column]) -> dict[str, list[object]]:
    changes = [column.variable.evolution for column in columns]
    bounds = [column.variable.bornes or (None, None) for column in columns]
    return {
        "variables": [column.id for column in columns],
        "facteurs": [change.facteur for change in changes if change],
        "planchers": [change.plancher for change in changes if change],
        "minima": [low if low is not None else float("-inf") for low, _ in bounds],
        "maxima": [high if high is not None else float("inf") for _, high in bounds],
    }
