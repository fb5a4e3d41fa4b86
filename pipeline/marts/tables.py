"""sql/core/*.sql and sql/marts/*.sql -> the tables and views of a build; a file's name is its table's."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipeline.codebook.model import Codebook, Column
from pipeline.marts.distribution import create_distribution
from pipeline.marts.question_answers import create_question_answers
from pipeline.marts.wholes import add_wholes
from pipeline.sql.create import create_from_file
from pipeline.sql.insert import insert_rows
from socle.words.refusal import placeholders, render

MARTS = (
    "indicateur_non_demande",
    "indicateur_valeur_agregee",
    "couverture",
    "indicateur_valeur",
    "comparaison",
    "arret_ecart",
    "campagne_etat",
    "regle_en_attente",
    "campagne",
    "evolution",
    "action_large",
    "porteur_large",
    "territoire_couvert",
    "dictionnaire",
    "intitule",
)


def create_marts(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create marts.*, once the indicators are computed."""
    _create_variables(connection, codebook)
    _create_labels(connection, codebook)
    _create_rules(connection, codebook)
    for name in MARTS:
        create_from_file(connection, "marts", name)
        if name == "couverture":
            add_wholes(connection, codebook)
    create_distribution(connection, codebook)
    create_question_answers(connection, codebook)


def _create_variables(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    connection.execute(
        "create table staging.variable (rang integer, variable varchar, variable_mere varchar, libelle varchar, "
        "description varchar, type varchar, unite varchar, modalites varchar, entites varchar, personnel boolean, "
        "cle boolean, source varchar)"
    )
    rows = [[rank, *_variable_row(column)] for rank, column in enumerate(codebook.columns(), start=1)]
    insert_rows(connection, "staging.variable", rows)


def _variable_row(column: Column) -> Iterator[object]:
    variable = column.variable
    offered = " | ".join(f"{code} : {label}" for code, label in variable.modalites.items())
    yield from (column.id, variable.id, column.libelle, variable.description, variable.type, variable.unite)
    yield from (offered if variable.type == "choix" else None, ", ".join(variable.entites), variable.personnel)
    yield from (variable.cle, variable.source)


def _create_labels(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create marts.libelle (variable, code, libelle): what a code reads as."""
    connection.execute("create table marts.libelle (variable varchar, code varchar, libelle varchar)")
    rows = [[v.id, code, label] for v in codebook.variables for code, label in v.modalites.items()]
    insert_rows(connection, "marts.libelle", rows)


def _create_rules(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create staging.regle (regle, libelle, depuis): what each rule says of {libelle}, its other values left out."""
    connection.execute("create table staging.regle (regle varchar, libelle varchar, depuis varchar)")
    rows = [[m.code, _without_values(m.phrase), m.depuis] for m in codebook.messages.values()]
    insert_rows(connection, "staging.regle", rows)


def _without_values(phrase: str) -> str:
    left_out = dict.fromkeys(placeholders(phrase), "…")
    return render(phrase, **(left_out | {"libelle": "{libelle}"}))
