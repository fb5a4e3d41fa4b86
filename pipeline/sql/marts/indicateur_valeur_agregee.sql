-- Every figure of a territory, a type of structure, a zone or France, one row per origin. At département level every
-- indicator of the catalogue has its row each campagne: where there is no value, `statut` says why.
with perimetres as (
    select k.campagne, k.fictif, unnest(k.departements) as departement
    from core.campagne as k
),

remontees as (
    select campagne, bool_or(grain = 'action') as par_action
    from core.reponse
    group by campagne
),

-- What the returns asked; a campagne whose returns have not come yet asked nothing that is known.
questions as (
    select distinct campagne, variable
    from core.question
    where nature = 'reponse'
),

demandes as (
    select
        q.campagne,
        i.indicateur,
        bool_or(
            list_contains(i.variables, q.variable)
            or list_has_any(i.variables, [v for v in i.variables if starts_with(v, q.variable || '__')])
        ) as est_demande
    from marts.indicateur as i
    cross join questions as q
    where len(i.variables) > 0
    group by q.campagne, i.indicateur
),

departements as (
    select
        p.campagne,
        i.indicateur,
        'departement' as niveau,
        p.departement as code,
        p.departement,
        a.numerateur,
        a.denominateur,
        coalesce(a.nb_repondants, 0) as nb_repondants,
        coalesce(a.nb_porteurs, 0) as nb_porteurs,
        case
            when a.nb_repondants > 0 then 'diffusable'
            when list_has_any(i.grains, ['action', 'collectif']) and not coalesce(r.par_action, true)
                then 'non_calculable'
            when not coalesce(d.est_demande, true) then 'non_demande'
            else 'non_renseigne'
        end as statut
    from perimetres as p
    cross join marts.indicateur as i
    left join remontees as r on p.campagne = r.campagne
    left join demandes as d on p.campagne = d.campagne and i.indicateur = d.indicateur
    left join marts.indicateur_agrege as a
        on p.campagne = a.campagne
        and i.indicateur = a.indicateur
        and a.niveau = 'departement'
        and p.departement = a.departement
),

calcules as (
    select * from departements
    union all by name
    select *, 'diffusable' as statut
    from marts.indicateur_agrege
    where niveau <> 'departement'
)

select
    c.campagne,
    c.indicateur,
    c.niveau,
    c.code,
    c.departement,
    c.numerateur,
    c.denominateur,
    case
        when c.statut = 'diffusable' then c.numerateur / case when i.denominateur is null then 1 else c.denominateur end
    end
        as valeur,
    c.nb_repondants,
    c.nb_porteurs,
    c.statut,
    case when k.fictif then 'fictif' else 'calcule' end as origine,
    i.provenance || ' ' || c.campagne || case when k.fictif then ' (données fictives)' else '' end as source,
    null::varchar as couverture
from calcules as c
inner join marts.indicateur as i on c.indicateur = i.indicateur
inner join core.campagne as k on c.campagne = k.campagne
union all by name
select
    s.campagne,
    s.indicateur,
    'france' as niveau,
    'FR' as code,
    null as departement,
    s.numerateur,
    s.denominateur,
    -- The quotient first: a value that differs from it was reported, and must not stand beside it.
    coalesce(
        s.numerateur / case when i.denominateur is null then 1 else nullif(s.denominateur, 0) end, s.valeur
    ) as valeur,
    null as nb_repondants,
    null as nb_porteurs,
    'diffusable' as statut,
    case when k.fictif then 'fictif' else 'synthese_nationale' end as origine,
    'Synthèse nationale ' || s.campagne || case when k.fictif then ' (données fictives)' else '' end as source,
    s.nb_departements || ' départements' as couverture
from core.synthese_nationale as s
inner join marts.indicateur as i on s.indicateur = i.indicateur
inner join core.campagne as k on s.campagne = k.campagne
union all by name
select
    p.annee as campagne,
    p.indicateur,
    p.niveau,
    p.code,
    case when p.niveau <> 'france' then p.code end as departement,
    p.numerateur,
    p.denominateur,
    p.valeur,
    p.denominateur as nb_repondants,
    null as nb_porteurs,
    'diffusable' as statut,
    'publie' as origine,
    p.source,
    p.couverture
from core.chiffre_publie as p
inner join marts.indicateur as i on p.indicateur = i.indicateur
where regexp_full_match(p.annee, '[0-9]{4}-[0-9]{4}')
