-- What the rules of expectations/reponse.yml see: every typed return, with the rank of the answers to one same action
-- (or of one same structure), the names near that of an unknown porteur and the number of collectifs described.
with decrits as (
    select
        campagne,
        reponse_id,
        count(*)::integer as nb_collectifs_decrits
    from staging.collectif
    group by campagne, reponse_id
)

select
    r.*,
    coalesce(c.candidats, 'aucun') as porteur_candidats,
    not exists (
        select 1 from staging.agrement as a
        where a.campagne = r.campagne
    ) as sans_agrement,
    case
        when
            r.porteur_id is not null and coalesce(r.statut_reponse, 'validee') = 'validee'
            and (r.action_id is not null or r.grain = 'structure')
            then row_number() over (
                partition by
                    r.campagne,
                    r.porteur_id,
                    r.grain,
                    case when r.grain = 'action' then r.action_id end,
                    coalesce(r.statut_reponse, 'validee')
                order by r.date_validation desc nulls last, r.fichier desc, r.feuille desc, r.ligne desc
            )
    end as rang_doublon,
    d.nb_collectifs_decrits
from staging.reponse as r
left join staging.candidat as c on r.raison_sociale = c.raison_sociale
left join decrits as d on r.campagne = d.campagne and r.reponse_id = d.reponse_id
