-- What the rules of expectations/reponse.yml see: every typed return, what it holds in place of a status, the names
-- near that of an unknown porteur and the number of collectifs described.
with decrits as (
    select
        campagne,
        reponse_id,
        count(*)::integer as nb_collectifs_decrits
    from staging.collectif
    group by campagne, reponse_id
),

avec_statut as (
    select distinct campagne, format
    from core.question
    where variable = 'statut_reponse'
)

select
    r.*,
    coalesce(c.candidats, 'aucun') as porteur_candidats,
    i.par_siret as porteur_du_siret,
    i.par_nom as porteur_du_nom,
    not exists (
        select 1 from staging.agrement as a
        where a.campagne = r.campagne
    ) as sans_agrement,
    e.ecrit as statut_ecrit,
    case
        when q.campagne is null then 'n''est pas dans l''export'
        when e.ecrit <> '' then '(« ' || e.ecrit || ' ») n''a pas pu être lu'
        else 'n''est pas renseigné'
    end as statut_manquant,
    d.nb_collectifs_decrits
from staging.reponse as r
left join staging.candidat as c on r.raison_sociale = c.raison_sociale
left join staging.porteur_contredit as i
    on r.campagne = i.campagne
    and r.fichier = i.fichier
    and coalesce(r.feuille, '') = i.feuille
    and r.ligne = i.ligne
    and i.nature = 'reponse'
left join staging.statut_ecrit as e
    on r.campagne = e.campagne
    and r.fichier = e.fichier
    and coalesce(r.feuille, '') = coalesce(e.feuille, '')
    and r.ligne = e.ligne
left join avec_statut as q on r.campagne = q.campagne and r.format = q.format
left join decrits as d on r.campagne = d.campagne and r.reponse_id = d.reponse_id
