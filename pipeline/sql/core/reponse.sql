-- One row per return kept: validated, of a known porteur, the last one for its action (or its structure).
-- The département is that of the agrément (of the porteur's agréments, when they are all of one), else the only one of
-- the campagne, else that of the commune: a porteur may have its seat elsewhere than its actions.
with porteurs as (
    select campagne, porteur_id, any_value(departement) as departement
    from staging.agrement
    group by campagne, porteur_id
    having count(distinct departement) = 1
)

select
    r.campagne,
    r.reponse_id,
    r.porteur_id,
    r.grain,
    coalesce(
        a.departement, p.departement, case when len(k.departements) = 1 then k.departements[1] end, c.departement
    ) as departement,
    e.ecartees,
    e.illisibles,
    r.* exclude (campagne, reponse_id, porteur_id, grain)
from staging.reponse as r
inner join staging.campagne as k on r.campagne = k.campagne
left join staging.agrement as a on r.campagne = a.campagne and r.action_id = a.action_id
left join porteurs as p on r.campagne = p.campagne and r.porteur_id = p.porteur_id
left join reference.communes as c on r.commune = c.code
left join staging.ecartee as e
    on r.campagne = e.campagne and r.fichier = e.fichier and r.feuille = e.feuille and r.ligne = e.ligne
