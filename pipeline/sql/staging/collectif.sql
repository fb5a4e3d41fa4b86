-- One row per collectif of the forms, joined to its return: by the number of the return, by that of the action, or,
-- in a fiche, because both stand on the same sheet.
with retours as (
    select
        campagne,
        fichier,
        feuille,
        format,
        reponse_id,
        action_id,
        -- The one that will count, when the same action was answered twice.
        row_number() over (
            partition by campagne, action_id
            order by
                (campagne, fichier, coalesce(feuille, ''), ligne) in (
                    select (d.campagne, d.fichier, coalesce(d.feuille, ''), d.ligne) from qualite.decision as d
                    where d.nature = 'choix'
                ) desc,
                coalesce(statut_reponse, 'validee') = 'validee' desc,
                date_validation desc nulls last,
                fichier desc,
                feuille desc,
                ligne desc
        ) as rang
    from staging.reponse
),

numeros as (
    select
        campagne,
        reponse_id,
        any_value(action_id) as action_id
    from retours
    group by campagne, reponse_id
),

rattaches as (
    select
        c.* replace (
            case
                when c.cle = 'reponse_id' then c.reponse_id
                when c.cle is null then f.reponse_id
                else a.reponse_id
            end as reponse_id
        )
    from staging.collectif as c
    left join retours as f
        on c.cle is null and c.campagne = f.campagne and c.fichier = f.fichier and c.feuille = f.feuille
    left join retours as a
        on c.cle = 'action_id' and c.campagne = a.campagne and c.cle_valeur = a.action_id and a.rang = 1
)

select r.* replace (coalesce(n.action_id, r.action_id) as action_id)
from rattaches as r
left join numeros as n on r.campagne = n.campagne and r.reponse_id = n.reponse_id
