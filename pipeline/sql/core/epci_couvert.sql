-- One row per intercommunalité of the départements of a campagne, covered or not: those of the communes of the actions
-- agréées, else, where the year has no roster, of the actions that answered. Those of no known commune may be anywhere.
with actions as (
    select
        campagne,
        departement,
        commune,
        epci,
        'agrement' as base
    from core.agrement
    union all by name
    select
        campagne,
        departement,
        commune,
        epci,
        'bilan' as base
    from core.action
    where (campagne, departement) not in (select (g.campagne, g.departement) from core.agrement as g)
),

lieux as (
    select * from actions
    where commune is not null
),

perimetres as (
    select
        campagne,
        departement,
        base,
        count_if(commune is null)::integer as nb_actions_sans_commune
    from actions
    group by campagne, departement, base
    having count(commune) > 0
)

select
    p.campagne,
    p.departement,
    p.base,
    e.code,
    e.nom,
    count(l.epci)::integer as nb_actions,
    nb_actions > 0 as couvert,
    p.nb_actions_sans_commune
from perimetres as p
inner join reference.epci as e on p.departement = e.departement
left join lieux as l on p.campagne = l.campagne and p.departement = l.departement and e.code = l.epci
group by p.campagne, p.departement, p.base, p.nb_actions_sans_commune, e.code, e.nom
