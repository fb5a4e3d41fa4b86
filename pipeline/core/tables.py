"""Rows of staging that were kept -> core.*: one file of sql/core a table, and what is declared."""

from __future__ import annotations

import re
from itertools import groupby

import duckdb

from pipeline.codebook.model import Codebook, Column
from pipeline.core.load import public_columns
from pipeline.sql.create import create_from_file
from pipeline.sql.insert import insert_rows
from socle.files.sqltext import identifier, literal

_SCHOOL_YEAR = re.compile(r"\d{4}-\d{4}")


# In the order they read one another.
CORE = (
    "campagne",
    "territoire",
    "porteur",
    "chiffre_publie",
    "synthese_nationale",
    "reponse",
    "reponse_en_attente",
    "retour_recu",
    "agrement",
    "porteur_campagne",
    "action",
    "collectif",
    "bonus",
    "controle",
    "epci_couvert",
    "qpv_couvert",
)

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
    _create_origins(connection, codebook)
    for name in CORE:
        create_from_file(connection, "core", name)
    for view in LONG_VIEWS:
        connection.execute(f"create view core.{view} as {long_sql(codebook, view)}")


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
    """Create core.reglage: what funding.yml, diffusion.yml and national.yml set of how figures are made and shown."""
    from pipeline.codebook.diffusion import load_diffusion_rules

    coverage = {
        "minimum_france": codebook.national.minimum_france,
        "part_minimum_region": codebook.national.part_minimum_region,
    }
    settings = {**codebook.funding.reglages, **vars(load_diffusion_rules().rule), **coverage}
    connection.execute("create table core.reglage (reglage varchar, valeur double)")
    insert_rows(connection, "core.reglage", settings.items())


def _create_origins(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create core.origine: what a figure may come from, the rank in which it is retained, its words."""
    connection.execute("create table core.origine (origine varchar, rang integer, libelle varchar)")
    insert_rows(connection, "core.origine", codebook.national.origins())
