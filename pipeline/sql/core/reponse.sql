-- One row per return kept: validated, of a known porteur, the last one for its action (or its structure).
-- Its département is where it counts, see staging/lieu_de_reponse.sql.
select
    r.campagne,
    r.reponse_id,
    r.porteur_id,
    r.grain,
    r.departement,
    e.ecartees,
    e.illisibles,
    r.* exclude (campagne, reponse_id, porteur_id, grain, departement)
from staging.reponse as r
left join staging.ecartee as e
    on r.campagne = e.campagne and r.fichier = e.fichier and r.feuille = e.feuille and r.ligne = e.ligne
