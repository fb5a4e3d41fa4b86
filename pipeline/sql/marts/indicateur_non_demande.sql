-- One row per campagne and indicator that its forms do not ask for. Of the columns of one variable, one is enough; of
-- the variables of an indicator, all are needed, or one where it says so. What describes collectifs must be asked of
-- collectifs. A campagne whose returns have not come yet asked nothing that is known, and has no row.
with questions as (
    select distinct campagne, variable, nature
    from core.question
    where nature in ('reponse', 'complement', 'collectif')
),

campagnes as (
    select distinct campagne
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
        b.indicateur,
        b.il_faut,
        b.variable_mere,
        bool_or(q.campagne is not null) as est_demandee
    from campagnes as c
    cross join besoins as b
    left join questions as q
        on c.campagne = q.campagne
        and (
            q.variable in (b.variable, b.variable_mere)
            or (b.variable = b.variable_mere and starts_with(q.variable, b.variable || '__'))
        )
        and (b.source <> 'core.collectif' or q.nature = 'collectif')
    group by c.campagne, b.indicateur, b.il_faut, b.variable_mere
)

select campagne, indicateur
from demandes
group by campagne, indicateur, il_faut
having not case when il_faut = 'une' then bool_or(est_demandee) else bool_and(est_demandee) end
