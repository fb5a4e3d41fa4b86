"""The reference CSVs -> tables of schema `reference`; a commune as people write it -> its Insee code, or candidates."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.sql.create import read_select
from socle.files.sqltext import identifier, literal
from socle.settings import PROJECT_ROOT

REFERENCE = PROJECT_ROOT / "pipeline" / "definitions" / "reference"
READ_BUFFER = 256 * 1024  # bytes: small enough for the communes to be read and normalised on two cores

TABLES = {
    "communes": {
        "code": "varchar",
        "nom": "varchar",
        "departement": "varchar",
        "epci": "varchar",
        "code_postal": "boolean",
    },
    "communes_anciennes": {
        "code_ancien": "varchar",
        "nom_ancien": "varchar",
        "code_actuel": "varchar",
        "code_postal": "boolean",
    },
    "epci": {"code": "varchar", "nom": "varchar", "type": "varchar", "departement": "varchar"},
    "departements": {
        "code": "varchar",
        "nom": "varchar",
        "region": "varchar",
        "forme_de": "varchar",
        "forme_dans": "varchar",
    },
    "departements_attendus": {"code": "varchar", "depuis": "varchar", "jusqu_a": "varchar"},
    "regions": {"code": "varchar", "nom": "varchar"},
    "chiffres_publies": {
        "id": "varchar",
        "annee": "varchar",
        "indicateur": "varchar",
        "niveau": "varchar",
        "code": "varchar",
        "valeur": "double",
        "numerateur": "bigint",
        "denominateur": "bigint",
        "unite": "varchar",
        "qualificatif": "varchar",
        "nom_publie": "varchar",
        "grain": "varchar",
        "couverture": "varchar",
        "champ": "varchar",
        "source": "varchar",
        "source_date": "varchar",
        "remarque": "varchar",
    },
    "qpv": {
        "departement": "varchar",
        "commune_nom": "varchar",
        "nb_qpv": "integer",
        "noms": "varchar",
        "millesime": "integer",
        "source": "varchar",
    },
    "contexte": {"annee": "varchar", "phrase": "varchar", "non_comparables": "varchar"},
}

# A macro, so that names in files and names in the reference can only be normalised alike.
NORMALISE = r"""
create or replace temp macro normaliser_nom(t) as trim(regexp_replace(
    regexp_replace(
        replace(replace(replace(replace(
            lower(strip_accents(regexp_replace(t, '[\x{AD}\x{200B}-\x{200F}\x{2060}\x{FEFF}]', '', 'g'))),
            'œ', 'oe'), 'æ', 'ae'), 'ᵗ', 't'), ' s/', ' sur '),
        '[^a-z0-9]+', ' ', 'g'
    ),
    '\bst(e?s?)\b', 'saint\1', 'g'
))
"""


def load_territories(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schema `reference`: one table a CSV, codes as text, and the macro `normaliser_nom`.

    A table that has names has a column `nom_normalise` too. Sources and vintage: definitions/reference/SOURCES.md.
    """
    connection.execute("create schema if not exists reference")
    connection.execute(NORMALISE)
    for table, columns in TABLES.items():
        connection.execute(_load_sql(table, columns), [str(REFERENCE / f"{table}.csv")])


def _load_sql(table: str, columns: dict[str, str]) -> str:
    name = next((column for column in ("nom", "nom_ancien") if column in columns), None)
    normalised = f", normaliser_nom({name}) as nom_normalise" if name else ""
    return (
        f"create or replace table reference.{table} as select *{normalised} from read_csv(?, auto_detect = false, "
        f"""header = true, delim = ',', quote = '"', escape = '"', buffer_size = {READ_BUFFER}, columns = {columns})"""
    )


def resolve_communes(
    connection: duckdb.DuckDBPyConnection, source: str, text_column: str, target: str, departements: Sequence[str]
) -> None:
    """Create table `target`: one row for each distinct text of `source.text_column`, after `load_territories`.

    texte · code (Insee, of the present vintage, or null) · methode (code, ancienne, code_complete, nom, or null) ·
    candidats (« Gien (45155), … », at most three, where code is null) · code_postal (true: the code that was read is
    also a postal code, so that it deserves a second look). A code counts wherever it is; a name counts in
    `departements` only, and never against the département or postal code written beside it. No guess is applied.
    """
    present = ", ".join(literal(code) for code in departements)
    connection.execute(f"set variable departements = [{present}]::varchar[]")
    connection.execute(
        f"create or replace temp view commune_ecrite as select distinct {identifier(text_column)} as texte "
        f"from {source} where {identifier(text_column)} is not null"
    )
    connection.execute(f"create or replace table {target} as {read_select('staging', 'commune_lue')}")
