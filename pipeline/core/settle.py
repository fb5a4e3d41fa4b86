"""What a file leaves open of its returns, and the Caf or the format settles: the status of those that bear none.

A status that is blank or not read is never taken for « validée »: expectations/reponse.yml has those returns wait.
"""

from __future__ import annotations

import duckdb

from pipeline.codebook.model import Codebook
from pipeline.core.decisions import CONFIRMED, VALIDATION

STATUS = "statut_reponse"

# Before the rules are run, a cell that was not read has its anomaly, which alone still knows what it holds.
_WRITTEN = f"""
create or replace table staging.statut_ecrit as
select
    r.campagne,
    r.fichier,
    r.feuille,
    r.ligne,
    r.departement,
    r.reponse_id,
    (r.campagne, r.reponse_id) not in (
        select (o.campagne, o.reponse_id) from staging.reponse as o
        group by o.campagne, o.reponse_id having count(distinct coalesce(o.departement, '')) > 1
    ) as est_seul,
    coalesce(any_value(a.valeur), '') as ecrit
from staging.reponse as r
left join qualite.anomalie as a
    on (a.campagne, a.fichier, coalesce(a.feuille, ''), a.ligne)
        = (r.campagne, r.fichier, coalesce(r.feuille, ''), r.ligne)
    and a.variable = '{STATUS}' and a.effet = 'valeur_ecartee'
where r.{STATUS} is null
group by all
"""
_SAME_DECISION = f"""
d.nature = '{VALIDATION}' and d.campagne = s.campagne and d.reponse_id = s.reponse_id
    -- Two départements may give one number: a decision that does not say which is of neither.
    and coalesce(d.departement = s.departement, d.departement is null and s.est_seul)
    and d.valeur = trim(regexp_replace(s.ecrit, '[\\s\\p{{Zs}}]+', ' ', 'g'))
"""
_VALIDATE = f"""
update staging.reponse as r set {STATUS} = 'validee'
from staging.statut_ecrit as s, qualite.decision as d
where {_SAME_DECISION}
    and (r.campagne, r.fichier, r.feuille, r.ligne) = (s.campagne, s.fichier, s.feuille, s.ligne)
"""
_APPLIED = f"""
update qualite.decision as d set appliquee = true
from staging.statut_ecrit as s
where {_SAME_DECISION}
"""
# Its porteur is not asked any more for a status that the Caf made up for.
_ASKED_NO_MORE = f"""
update qualite.anomalie as a
set fin = '{CONFIRMED}', fin_par = d.auteur, fin_le = d.date_decision, fin_motif = d.motif
from staging.statut_ecrit as s, qualite.decision as d
where {_SAME_DECISION}
    and (a.campagne, a.fichier, coalesce(a.feuille, ''), a.ligne)
        = (s.campagne, s.fichier, coalesce(s.feuille, ''), s.ligne)
    and a.variable = '{STATUS}'
"""


def settle_status(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Validate, in staging.reponse, the returns of formats that declare no status, and those that the Caf validated.

    Leave in staging.statut_ecrit what the others hold in place of a status. Call once returns are whole, before any
    rule sees them.
    """
    for campagne, fmt in _without_status(connection, codebook):
        connection.execute(
            f"update staging.reponse set {STATUS} = 'validee' where {STATUS} is null and campagne = ? and format = ?",
            [campagne, fmt],
        )
    connection.execute(_WRITTEN)
    for statement in (_VALIDATE, _APPLIED, _ASKED_NO_MORE):
        connection.execute(statement)


def _without_status(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> list[tuple[str, str]]:
    """The campagnes and formats whose exports have no column of status, and say so."""
    used = connection.execute("select distinct campagne, format from staging.reponse order by all").fetchall()
    return [
        (campagne, fmt)
        for campagne, fmt in used
        if any(table.id == fmt and table.sans_statut for table in codebook.formats_for(campagne))
        and not any(
            column.variable == STATUS
            for table in codebook.formats_for(campagne)
            if table.id == fmt
            for column in table.colonnes
        )
    ]
