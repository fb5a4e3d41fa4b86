-- One row per return kept: validated, of a known porteur, the last one for its action (or its structure).
-- The département is that of the agrément, else of the commune, else the only one of the campagne.
select
    r.campagne,
    r.reponse_id,
    r.porteur_id,
    r.grain,
    coalesce(a.departement, c.departement, case when len(k.departements) = 1 then k.departements[1] end)
        as departement,
    r.* exclude (campagne, reponse_id, porteur_id, grain)
from staging.reponse as r
inner join staging.campagne as k on r.campagne = k.campagne
left join staging.agrement as a on r.campagne = a.campagne and r.action_id = a.action_id
left join reference.communes as c on r.commune = c.code
