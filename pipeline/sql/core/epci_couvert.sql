-- One row per intercommunalité of the départements of a campagne, covered or not: those of the communes of the actions
-- agréées, else, where the year has no roster, of the actions that answered.
with lieux as (
    select
        campagne,
        departement,
        epci,
        'agrement' as base
    from core.agrement
    where commune is not null
    union all by name
    select
        campagne,
        departement,
        epci,
        'bilan' as base
    from core.action
    where commune is not null and campagne not in (select g.campagne from core.agrement as g)
),

perimetres as (
    select distinct campagne, departement, base
    from lieux
)

select
    p.campagne,
    p.departement,
    p.base,
    e.code,
    e.nom,
    count(l.epci)::integer as nb_actions,
    nb_actions > 0 as couvert
from perimetres as p
inner join reference.epci as e on p.departement = e.departement
left join lieux as l on p.campagne = l.campagne and p.departement = l.departement and e.code = l.epci
group by p.campagne, p.departement, p.base, e.code, e.nom
