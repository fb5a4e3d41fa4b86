-- One row per line of a breakdown, of an indicator free at département level, that is not shown: it rests on too few
-- porteurs, or what the other lines leave of the département does.
with lignes as (
    unpivot (
        select
            campagne,
            indicateur,
            departement,
            porteur_id,
            type_structure,
            zonage,
            epci
        from contribution
        where diffusion = 'L'
    )
    on type_structure, zonage, epci
    into name niveau value code
),

porteurs as (
    select
        campagne,
        indicateur,
        departement,
        niveau,
        code,
        count(distinct porteur_id) as nb_porteurs
    from lignes
    group by all
),

rangs as (
    select
        *,
        row_number() over (
            partition by campagne, indicateur, departement, niveau
            order by nb_porteurs, code
        ) as rang
    from porteurs
    where nb_porteurs >= getvariable('porteurs_minimum')
),

-- What no line shows: a porteur may be there and in a line too, and some are in none.
restes as (
    select
        c.campagne,
        c.indicateur,
        c.departement,
        n.niveau,
        count(distinct c.porteur_id) as nb_porteurs
    from contribution as c
    cross join (values ('type_structure'), ('zonage'), ('epci')) as n (niveau)
    left join rangs as r
        on c.campagne = r.campagne
        and c.indicateur = r.indicateur
        and c.departement = r.departement
        and n.niveau = r.niveau
        and r.code = case n.niveau
            when 'type_structure' then c.type_structure
            when 'zonage' then c.zonage
            else c.epci
        end
    where c.diffusion = 'L' and r.code is null
    group by all
)

select
    p.campagne,
    p.indicateur,
    p.departement,
    p.niveau,
    p.code
from porteurs as p
left join rangs as r
    on p.campagne = r.campagne
    and p.indicateur = r.indicateur
    and p.departement = r.departement
    and p.niveau = r.niveau
    and p.code = r.code
left join restes as t
    on p.campagne = t.campagne
    and p.indicateur = t.indicateur
    and p.departement = t.departement
    and p.niveau = t.niveau
where
    r.code is null
    -- Giving up the smallest line is enough: it has as many porteurs as are needed.
    or (t.nb_porteurs < getvariable('porteurs_minimum') and r.rang = 1)
