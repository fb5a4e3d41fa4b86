-- One row per collectif described in a return that is kept, with the rate and ceiling of the Ps of its year where they
-- are known: they are never those of another year.
select
    c.campagne,
    c.reponse_id,
    r.action_id,
    r.porteur_id,
    r.departement,
    a.epci,
    coalesce(a.type_structure, r.type_structure) as type_structure,
    a.zonage,
    if(list_contains(e.ecartees, 'depenses'), list_append(e.ecartees, 'ps_theorique'), e.ecartees) as ecartees,
    if(list_contains(e.illisibles, 'depenses'), list_append(e.illisibles, 'ps_theorique'), e.illisibles) as illisibles,
    c.* exclude (
        campagne, reponse_id, action_id, departement, format, grain, partie, cle, cle_valeur, fichier_reponse,
        feuille_reponse, ligne_reponse, est_ambigu
    ),
    f.taux as taux_ps,
    f.prix_plafond,
    -- `least` leaves nulls out: an unknown expense is not the ceiling.
    case
        when c.depenses is not null and f.prix_plafond is not null
            then (f.taux * least(c.depenses, f.prix_plafond))::decimal(18, 2)
    end as ps_theorique
from staging.collectif as c
inner join core.reponse as r
    on c.campagne = r.campagne
    and c.fichier_reponse = r.fichier
    and c.feuille_reponse = r.feuille
    and c.ligne_reponse = r.ligne
left join core.action as a
    on r.campagne = a.campagne and r.departement is not distinct from a.departement and r.reponse_id = a.reponse_id
left join core.financement as f on c.campagne = f.campagne
left join staging.ecartee as e
    on c.campagne = e.campagne and c.fichier = e.fichier and c.feuille = e.feuille and c.ligne = e.ligne
