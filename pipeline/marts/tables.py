"""sql/core/*.sql and sql/marts/*.sql -> the tables and views of a build; a file's name is its table's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import duckdb

from pipeline.codebook.model import Codebook, Column
from pipeline.core.load import public_columns
from pipeline.marts.distribution import create_distribution
from pipeline.marts.question_answers import create_answered
from socle.sqltext import identifier, literal

_SQL = Path(__file__).parent / "sql"
_SCHOOL_YEAR = re.compile(r"\d{4}-\d{4}")
# In the order they read one another.
CORE = (
    "campagne",
    "territoire",
    "porteur",
    "chiffre_publie",
    "synthese_nationale",
    "reponse",
    "agrement",
    "porteur_campagne",
    "action",
    "collectif",
    "bonus",
    "controle",
    "epci_couvert",
    "qpv_couvert",
)
MARTS = (
    "indicateur_non_demande",
    "indicateur_valeur_agregee",
    "indicateur_valeur",
    "comparaison",
    "arret_ecart",
    "campagne_etat",
    "campagne",
    "evolution",
    "action_large",
    "porteur_large",
    "territoire_couvert",
    "dictionnaire",
    "intitule",
)
VIEWS = {"marts.indicateur_valeur", "marts.action_large"}
LONG_VIEWS = {"effectif": "integer", "modalite": "boolean", "finance": "decimal(18, 2)"}
"""View of core -> type of its `valeur`."""


def create_core(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create core.* from the rows of staging that were kept."""
    structure = [column.id for column in codebook.columns("structure") if not column.variable.personnel]
    keys = [column for column in public_columns(codebook, "reponse") if column.variable.cle]
    connection.execute(f"set variable colonnes_structure = {structure!r}")
    connection.execute(f"set variable colonnes_cles = {[column.id for column in keys]!r}")
    connection.execute(f"set variable variables_cles = {sorted({column.variable.id for column in keys})!r}")
    _create_funding(connection, codebook)
    _create_settings(connection, codebook)
    for name in CORE:
        _create(connection, "core", name)
    for view in LONG_VIEWS:
        connection.execute(f"create view core.{view} as {long_sql(codebook, view)}")


def create_marts(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create marts.*, once the indicators are computed."""
    _create_variables(connection, codebook)
    _create_labels(connection, codebook)
    for name in MARTS:
        _create(connection, "marts", name)
    create_distribution(connection, codebook)
    create_answered(connection, codebook)


def long_sql(codebook: Codebook, view: str) -> str:
    """Return the SELECT of one row per return and modality filled, over the wide table of returns.

    Each variable has its own branch: a query that wants one reads the columns of no other.
    """
    columns = [c for c in public_columns(codebook, "reponse") if c.variable.vue == view]
    by_variable = groupby(columns, key=lambda column: column.variable.id)
    return " union all ".join(_of_variable(variable, list(own), LONG_VIEWS[view]) for variable, own in by_variable)


def _of_variable(variable: str, columns: list[Column], kind: str) -> str:
    modalities = ", ".join(f"({identifier(c.id)}) as {literal(c.modalite or '')}" for c in columns)
    typed = ", ".join(f"{identifier(c.id)}::{kind} as {identifier(c.id)}" for c in columns)
    keys = "campagne, reponse_id, action_id, porteur_id, departement"
    return (
        f"select {keys}, {literal(variable)} as variable, modalite, valeur "
        f"from (select {keys}, {typed} from core.reponse) unpivot ((valeur) for modalite in ({modalities}))"
    )


def _create(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> None:
    kind = "view" if f"{schema}.{name}" in VIEWS else "table"
    select = (_SQL / schema / f"{name}.sql").read_text(encoding="utf-8")
    connection.execute(f"create {kind} {schema}.{name} as {select}")


def _create_funding(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create core.financement: the school years of funding.yml, and no other."""
    connection.execute(
        "create table core.financement (campagne varchar, taux double, prix_plafond decimal(18, 2), "
        "ps_maximum decimal(18, 2), bonus_enfants decimal(18, 2), bonus_parents decimal(18, 2), source varchar)"
    )
    for year in codebook.funding.annees.values():
        if _SCHOOL_YEAR.fullmatch(year.annee):
            connection.execute(
                "insert into core.financement values (?, ?, ?, ?, ?, ?, ?)",
                [year.annee, year.taux, year.prix_plafond, year.ps_maximum, year.bonus_enfants, year.bonus_parents,
                 year.source],
            )  # fmt: skip


def _create_settings(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create core.reglage: the thresholds of funding.yml and of diffusion.yml, with which figures are shown."""
    from pipeline.disclosure.write_diffusion import load_declared

    settings = {**codebook.funding.reglages, **vars(load_declared().rule)}
    connection.execute("create table core.reglage (reglage varchar, valeur double)")
    connection.executemany("insert into core.reglage values (?, ?)", [list(pair) for pair in settings.items()])


def _create_variables(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    connection.execute(
        "create table staging.variable (rang integer, variable varchar, variable_mere varchar, libelle varchar, "
        "description varchar, type varchar, unite varchar, modalites varchar, entites varchar, personnel boolean, "
        "cle boolean, source varchar)"
    )
    rows = [[rank, *_variable_row(column)] for rank, column in enumerate(codebook.columns(), start=1)]
    connection.executemany(f"insert into staging.variable values ({', '.join('?' * len(rows[0]))})", rows)


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
    connection.executemany("insert into marts.libelle values (?, ?, ?)", rows)
