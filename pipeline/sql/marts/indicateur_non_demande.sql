-- One row per campagne, département and indicator that its forms do not ask for. Of the columns of one variable, one is
-- enough; of the variables of an indicator, all are needed, or one where it says so. What describes collectifs must be
-- asked of collectifs. A département whose returns have not come yet asked nothing that is known, and has no row.
with questions as (
    select distinct q.campagne, d.departement, q.variable, q.nature
    from core.question as q
    inner join core.fichier_departement as d on q.campagne = d.campagne and q.fichier = d.fichier
    where q.nature in ('reponse', 'complement', 'collectif')
),

campagnes as (
    select distinct campagne, departement
    from questions
),

besoins as (
    select
        i.indicateur,
        i.source,
        i.il_faut,
        v.variable,
        split_part(v.variable, '__', 1) as variable_mere
    from marts.indicateur as i
    cross join unnest(i.variables) as v (variable)
),

demandes as (
    select
        c.campagne,
        c.departement,
        b.indicateur,
        b.il_faut,
        b.variable_mere,
        bool_or(q.campagne is not null) as est_demandee
    from campagnes as c
    cross join besoins as b
    left join questions as q
        on c.campagne = q.campagne
        and c.departement = q.departement
        and (
            q.variable in (b.variable, b.variable_mere)
            or (b.variable = b.variable_mere and starts_with(q.variable, b.variable || '__'))
        )
        and (b.source <> 'core.collectif' or q.nature = 'collectif')
    group by c.campagne, c.departement, b.indicateur, b.il_faut, b.variable_mere
)

select campagne, departement, indicateur
from demandes
group by campagne, departement, indicateur, il_faut
having not case when il_faut = 'une' then bool_or(est_demandee) else bool_and(est_demandee) end
