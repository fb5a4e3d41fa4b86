"""The anomalies of a return -> the sheet, row and header where people find the cell that each speaks of.

Rules see a return as one row. Its cells may stand in several sheets, or each on its own row in a fiche.
"""

from __future__ import annotations

import duckdb

# An answer that comes from another sheet than the return's own is reported there.
_SHEET = """
update qualite.anomalie as a
set fichier = t.fichier_source, feuille = t.feuille_source, ligne = t.ligne_source
from (
    select r.*, q.variable
    from core.rattachement as r
    inner join core.question as q
        on r.campagne = q.campagne and r.fichier_source = q.fichier and r.feuille_source = q.feuille
    anti join core.question as o
        on r.campagne = o.campagne and r.fichier = o.fichier and r.feuille = o.feuille and q.variable = o.variable
) as t
where (a.campagne, a.fichier, a.feuille, a.ligne) = (t.campagne, t.fichier, t.feuille, t.ligne)
    and a.variable = t.variable
"""
# In a fiche the return stands at its first answer; the rows of its inner tables have their own.
_CELL = """
update qualite.anomalie as a
set colonne = coalesce(a.colonne, q.colonne), ligne = coalesce(q.ligne, a.ligne)
from (
    select *, min(ligne) over (partition by campagne, fichier, feuille) as ligne_du_bilan from core.question
) as q
where (a.campagne, a.fichier, a.feuille, a.variable) = (q.campagne, q.fichier, q.feuille, q.variable)
    and (q.ligne is not null) = coalesce(a.ligne = q.ligne_du_bilan, false)
"""
# A correction is of the porteur to whom its anomaly is sent.
_CORRECTION = """
update qualite.correction as c
set porteur_id = a.porteur_id
from qualite.anomalie as a
where a.regle = 'valeur_corrigee'
    and (a.campagne, a.fichier, a.feuille, a.ligne) = (c.campagne, c.fichier, c.feuille, c.ligne)
    and a.variable = c.variable
"""


def locate(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every anomaly of qualite.anomalie its place in the files, and every correction its porteur.

    Call once all that the anomalies set aside is set aside.
    """
    connection.execute(_SHEET)
    connection.execute(_CELL)
    connection.execute(_CORRECTION)
