-- One row per return received of which no figure is made yet: its status waits for the Caf to validate it (`attente`
-- = statut), or it is one of several replies among which the Caf has to choose (choix). Its département is found as
-- that of a return that counts (core.reponse).
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
    r.action_id,
    r.date_validation,
    r.attente,
    r.statut_ecrit,
    r.fichier,
    r.feuille,
    r.ligne
from staging.reponse_en_attente as r
inner join staging.campagne as k on r.campagne = k.campagne
left join staging.agrement as a on r.campagne = a.campagne and r.action_id = a.action_id
left join porteurs as p on r.campagne = p.campagne and r.porteur_id = p.porteur_id
left join reference.communes as c on r.commune = c.code
