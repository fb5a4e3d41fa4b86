"""core.reponse -> marts.question_reponse: of each question, how many returns were asked it and how many answer."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from pipeline.codebook.model import Codebook, Column
from pipeline.core.load import public_columns
from pipeline.sql.steps import Step, in_steps
from socle.files.sqltext import identifier, literal

_ASKED = Step(
    "posees",
    "select distinct q.campagne, d.departement, q.format, split_part(q.variable, '__', 1) as variable "
    "from core.question as q inner join core.fichier_departement as d "
    "on q.campagne = d.campagne and q.fichier = d.fichier where q.nature in ('reponse', 'complement')",
)


def create_question_answers(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create marts.question_reponse (campagne, departement, variable, libelle, cle, nb_posees, nb_remplies).

    A question that has several boxes is answered as soon as one of them is. A form that does not ask it counts nowhere.
    """
    connection.execute(f"create table marts.question_reponse as {answered_sql(codebook)}")


def answered_sql(codebook: Codebook) -> str:
    """Return its SELECT: one scan of the returns, whatever the number of questions."""
    questions: dict[str, list[Column]] = {}
    for column in public_columns(codebook, "reponse"):
        questions.setdefault(column.variable.id, []).append(column)
    return in_steps(_counts(questions), _ASKED, _answers(questions))


def _counts(questions: Mapping[str, list[Column]]) -> Step:
    """Of each question, how many returns of a format answer it, asked or not."""
    counts = ", ".join(
        f"count(coalesce({', '.join(identifier(column.id) for column in columns)})) as {identifier(name)}"
        for name, columns in questions.items()
    )
    names = ", ".join(identifier(name) for name in questions)
    return Step(
        "comptes",
        f"unpivot (select campagne, departement, format, count(*) as nb_posees, {counts} from core.reponse "
        f"group by campagne, departement, format) on {names} into name variable value nb_remplies",
    )


def _answers(questions: Mapping[str, list[Column]]) -> Step:
    labels = ", ".join(
        f"({literal(name)}, {literal(columns[0].variable.libelle)}, {str(columns[0].variable.cle).lower()})"
        for name, columns in questions.items()
    )
    return Step(
        "question_reponse",
        "select c.campagne, c.departement, c.variable, l.libelle, l.cle, "
        "sum(c.nb_posees)::integer as nb_posees, sum(c.nb_remplies)::integer as nb_remplies from comptes as c "
        "inner join posees as p on c.campagne = p.campagne and c.departement is not distinct from p.departement "
        "and c.format = p.format and c.variable = p.variable "
        f"inner join (values {labels}) as l (variable, libelle, cle) on c.variable = l.variable group by all",
    )
