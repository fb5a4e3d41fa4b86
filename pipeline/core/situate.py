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
# A cell that holds something else is not blank: what it says is asked.
_ROSTER = """
update staging.agrement as a set departement = f.departement
from staging.fichier_situe as f
where a.departement is null and a.campagne = f.campagne and a.fichier = f.fichier and not exists (
    select 1 from qualite.anomalie as n
    where n.variable = 'departement' and n.campagne = a.campagne and n.fichier = a.fichier
        and coalesce(n.feuille, '') = coalesce(a.feuille, '') and n.ligne = a.ligne
)
"""
_OF_THEIR_FILE = """
update {table} as a set departement = f.departement
from (
    select campagne, fichier, any_value(departement) as departement from core.fichier_departement
    group by campagne, fichier having count(*) = 1
) as f
where a.departement is null and a.campagne = f.campagne and a.fichier = f.fichier
"""
_TOLD = ("qualite.anomalie", "qualite.correction", "qualite.decision")


def situate_rosters(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the lines of the rosters that leave the département blank that of their file, where it is known."""
    connection.execute(_ROSTER)


def situate(connection: duckdb.DuckDBPyConnection) -> None:
    """Give returns and collectifs their département, then what was already said of a row, a file or a decision.

    Create staging.lieu (campagne, fichier, feuille, ligne, departement) and core.fichier_departement. Call once rosters
    are situated and porteurs identified, before any rule sees a return.
    """
    create_from_file(connection, "staging", "lieu_de_reponse")
    connection.execute(
        "create or replace table staging.reponse as select r.* replace (l.departement as departement) "
        "from staging.reponse as r inner join staging.lieu_de_reponse as l "
        "on (r.campagne, r.fichier, r.feuille, r.ligne) = (l.campagne, l.fichier, l.feuille, l.ligne)"
    )
    attach_collectifs(connection)
    create_from_file(connection, "staging", "lieu")
    create_from_file(connection, "core", "fichier_departement")
    for table in _TOLD:
        connection.execute(
            f"update {table} as a set departement = l.departement from staging.lieu as l "
            f"where a.departement is null and {_SAME_ROW}"
        )
        connection.execute(_OF_THEIR_FILE.format(table=table))
