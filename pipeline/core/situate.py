"""Rows of every file -> the département in which each counts: of the committee that agreed its action.

A file that lies in the folder of a département is wholly of it; so is every file of a year that declares one only. Else
each row says it, or nothing does: it is never guessed.
"""

from __future__ import annotations

import duckdb

from pipeline.core.assemble import attach_collectifs
from pipeline.sql.create import create_from_file

_SAME_ROW = (
    "a.campagne = l.campagne and a.fichier = l.fichier and coalesce(a.feuille, '') = l.feuille and a.ligne = l.ligne"
)
_OF_THEIR_FILE = """
update {table} as a set departement = f.departement
from (
    select campagne, fichier, any_value(departement) as departement from core.fichier_departement
    group by campagne, fichier having count(*) = 1
) as f
where a.departement is null and a.campagne = f.campagne and a.fichier = f.fichier
"""
# What is said of a code that is not declared is said to whoever holds the file.
_UNDECLARED = """
update qualite.anomalie as a set departement = null
where a.departement is not null and not exists (
    select 1 from staging.departement as d where d.campagne = a.campagne and d.departement = a.departement
)
"""
_TOLD = ("qualite.anomalie", "qualite.correction", "qualite.decision", "qualite.lecture_en_attente")


def situate(connection: duckdb.DuckDBPyConnection) -> None:
    """Give returns and collectifs their département, then what was already said of a row, a file or a decision.

    Create staging.lieu (campagne, fichier, feuille, ligne, departement) and core.fichier_departement. Call once
    porteurs are identified, before any rule sees a return.
    """
    create_from_file(connection, "staging", "lieu_de_reponse")
    connection.execute(
        "create or replace table staging.reponse as select r.* replace (l.departement as departement) "
        "from staging.reponse as r inner join staging.lieu_de_reponse as l "
        "on (r.campagne, r.fichier, r.feuille, r.ligne) = (l.campagne, l.fichier, l.feuille, l.ligne)"
    )
    attach_collectifs(connection)
    # Kept: sixty rules read what they say of each return.
    create_from_file(connection, "staging", "numero_en_double")
    create_from_file(connection, "staging", "rattachement_ambigu")
    create_from_file(connection, "staging", "lieu")
    create_from_file(connection, "core", "fichier_departement")
    for table in _TOLD:
        connection.execute(
            f"update {table} as a set departement = l.departement from staging.lieu as l "
            f"where a.departement is null and {_SAME_ROW}"
        )
        connection.execute(_OF_THEIR_FILE.format(table=table))


def situate_points(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the points of rows of no declared département that of their file, where there is one; after `situate`."""
    connection.execute(_UNDECLARED)
    connection.execute(_OF_THEIR_FILE.format(table="qualite.anomalie"))
