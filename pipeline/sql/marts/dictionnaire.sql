-- One row per variable: what it means, the wording of each year and the first and last campagne that asked it.
with intitules as (
    select
        v.variable,
        -- The register belongs to no campagne.
        min(nullif(q.campagne, '')) as premiere_campagne,
        max(nullif(q.campagne, '')) as derniere_campagne,
        string_agg(distinct q.colonne, ' | ' order by q.colonne) as intitules
    from staging.variable as v
    inner join core.question as q on v.variable = q.variable or v.variable_mere = q.variable
    group by v.variable
)

select
    v.rang,
    v.variable,
    v.variable_mere,
    v.libelle,
    v.description,
    v.type,
    v.unite,
    v.modalites,
    v.entites,
    v.personnel,
    v.cle,
    v.source,
    i.premiere_campagne,
    i.derniere_campagne,
    i.intitules
from staging.variable as v
left join intitules as i on v.variable = i.variable
