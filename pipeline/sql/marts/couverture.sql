-- One row per campagne, indicator and place above the département (France, and each région one of whose départements is
-- declared): which of the départements expected that year give the figure, and whether they are enough for it to be
-- made. A département that does not give one figure still counts in the others.
with attendus as (
    select
        k.campagne,
        a.code as departement,
        d.region,
        list_contains(k.departements, a.code) as est_declare
    from core.campagne as k
    inner join reference.departements_attendus as a
        on coalesce(k.campagne >= a.depuis, true) and coalesce(k.campagne <= a.jusqu_a, true)
    inner join reference.departements as d on a.code = d.code
),

seuils as (
    select
        max(valeur) filter (reglage = 'minimum_france') as minimum_france,
        max(valeur) filter (reglage = 'part_minimum_region') as part_minimum_region
    from core.reglage
),

lieux as (
    select
        a.campagne,
        'france' as niveau,
        'FR' as code,
        count(*)::integer as nb_attendus,
        any_value(s.minimum_france)::integer as minimum
    from attendus as a
    cross join seuils as s
    group by a.campagne
    union all
    select
        a.campagne,
        'region' as niveau,
        a.region as code,
        count(*)::integer as nb_attendus,
        ceil(round(any_value(s.part_minimum_region) * count(*), 6))::integer as minimum
    from attendus as a
    cross join seuils as s
    group by a.campagne, a.region
    having bool_or(a.est_declare)
),

-- Whatever else was published of it: a figure of ours rests on figures of ours.
donnes as (
    select
        v.campagne,
        v.indicateur,
        v.departement,
        a.region
    from marts.indicateur_valeur_agregee as v
    inner join attendus as a on v.campagne = a.campagne and v.departement = a.departement
    where v.niveau = 'departement' and v.statut = 'diffusable' and v.origine in ('calcule', 'fictif')
)

select
    l.campagne,
    i.indicateur,
    l.niveau,
    l.code,
    count(d.departement)::integer as nb_departements,
    l.nb_attendus,
    l.minimum,
    count(d.departement) >= l.minimum as suffisante,
    coalesce(list(d.departement order by d.departement) filter (d.departement is not null), []) as departements
from lieux as l
cross join marts.indicateur as i
left join donnes as d
    on l.campagne = d.campagne
    and i.indicateur = d.indicateur
    and (l.niveau = 'france' or l.code = d.region)
group by l.campagne, i.indicateur, l.niveau, l.code, l.nb_attendus, l.minimum
