"""Names and SIRET of returns and rosters + the register -> porteur_id, or candidates where it does not know.

The register is the only source of porteur_id. Identifier, else SIRET and the exact name once normalised, where one is
missing or both say the same; a name that merely looks alike is proposed, never applied.
"""

from __future__ import annotations

import duckdb

from pipeline.sql.create import create_from_file, read_select
from pipeline.sql.steps import Step, in_steps
from socle.words.french import line_ranges
from socle.words.refusal import Refusal

_KNOWN = (
    Step(
        "par_identifiant",
        "select porteur_id, any_value(actuel) as actuel from staging.nom_connu group by porteur_id",
    ),
    Step(
        "par_siret",
        "select siret, any_value(actuel) as actuel from staging.nom_connu "
        "where siret is not null group by siret having count(distinct actuel) = 1",
    ),
    Step(
        "par_nom",
        "select nom, any_value(actuel) as actuel from staging.nom_connu group by nom having count(distinct actuel) = 1",
    ),
)
"""What the register knows for sure, by each of the ways in which a porteur is named."""
_FORMERLY = (
    "exists (select 1 from staging.arret_ancien as v left join staging.fichier_situe as f "
    "on c.campagne = f.campagne and c.fichier = f.fichier "
    "where c.campagne = v.campagne and coalesce(f.departement = v.departement, true))"
)
"""Adopted with older rules, for which the SIRET alone said who it was; of a mixed file, in one of its départements."""
_CODES = {"remplace_par": "registre_sans_successeur", "succession": "registre_en_boucle"}


def identify(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the register's identifier in staging.reponse and staging.agrement, null where it is not known for sure.

    Leave in staging.candidat (raison_sociale, candidats) up to three known porteurs whose name is near. Raise Refusal
    when the register names one porteur twice, a successor that it does not hold, or porteurs that succeed one another
    in a loop: every figure would rest on it.
    """
    faults = read_select("staging", "faute_du_registre")
    fault = connection.execute(f"select * from ({faults}) order by all limit 1").fetchone()
    if fault:
        colonne, valeur, lignes = fault
        code = _CODES.get(colonne, "registre_en_double")
        raise Refusal(code, colonne=colonne, valeur=valeur, lignes=line_ranges(lignes))
    create_from_file(connection, "staging", "nom_connu")
    for table in ("reponse", "agrement"):
        connection.execute(f"create or replace table staging.{table} as {_identified_sql(table)}")
    create_from_file(connection, "staging", "candidat")


def list_contradicted(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill staging.porteur_contredit: the rows whose SIRET and name are of two porteurs. Call after `identify`."""
    connection.execute(f"insert into staging.porteur_contredit by name {_contradicted_sql()}")
    for table in ("reponse", "agrement"):
        connection.execute(
            f"update staging.{table} as r set porteur_id = c.porteur_du_siret from staging.porteur_contredit as c "
            f"where c.nature = '{table}' and {_FORMERLY} and r.campagne = c.campagne "
            "and r.fichier = c.fichier and coalesce(r.feuille, '') = c.feuille and r.ligne = c.ligne"
        )
    connection.execute(f"delete from staging.porteur_contredit as c where {_FORMERLY}")


def _contradicted_sql() -> str:
    """The rows whose SIRET is that of one porteur and whose name is that of another: neither is guessed."""
    rows = " union all ".join(
        f"select '{table}' as nature, campagne, fichier, coalesce(feuille, '') as feuille, ligne, siret, "
        f"normaliser_nom(raison_sociale) as nom from staging.{table} "
        # An identifier of the register has said who it is.
        "where porteur_id is null"
        for table in ("reponse", "agrement")
    )
    contradicted = (
        "select r.nature, r.campagne, r.fichier, r.feuille, r.ligne, s.actuel as porteur_du_siret, "
        "p.raison_sociale as par_siret, "
        f"q.raison_sociale as par_nom from ({rows}) as r "
        "inner join par_siret as s on r.siret = s.siret inner join par_nom as n on r.nom = n.nom "
        "inner join staging.porteur as p on s.actuel = p.porteur_id "
        "inner join staging.porteur as q on n.actuel = q.porteur_id where s.actuel <> n.actuel"
    )
    return in_steps(*_KNOWN, Step("contredits", contradicted))


def _identified_sql(table: str) -> str:
    identified = (
        "select r.* replace (case when i.actuel is not null then i.actuel "
        "when s.actuel is null or n.actuel is null or s.actuel = n.actuel then coalesce(s.actuel, n.actuel) end "
        "as porteur_id) "
        f"from staging.{table} as r "
        "left join par_identifiant as i on r.porteur_id = i.porteur_id "
        "left join par_siret as s on r.siret = s.siret "
        "left join par_nom as n on normaliser_nom(r.raison_sociale) = n.nom"
    )
    return in_steps(*_KNOWN, Step(table, identified))
