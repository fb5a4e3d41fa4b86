-- Every figure that a porteur or the public may see. Key: campagne, indicateur, niveau, code, departement,
-- region, origine. Published and national figures are as published; what the committee agreed is never hidden; of what
-- porteurs declare, a share or an average is rounded and comes without its sums. What is computed of a département is
-- shown once it is adopted, above it once all those that it rests on are: a free figure is the sum of figures that are
-- shown there; of the others, those of France alone are decided, and shown when they may be.
with figures as (
    select
        v.*,
        i.unite,
        i.diffusion,
        i.denominateur is not null as est_un_quotient,
        i.grains = ['agrement'] as est_agree,
        v.origine in ('calcule', 'fictif') and v.nb_porteurs is not null as est_calcule,
        e.departements
    from warehouse.marts.indicateur_valeur_agregee as v
    inner join warehouse.marts.indicateur as i on v.indicateur = i.indicateur
    left join campagne_diffusee as k on v.campagne = k.campagne and v.departement = k.departement
    left join ensemble_diffuse as e
        on v.campagne = e.campagne
        and v.indicateur = e.indicateur
        and coalesce(v.region, 'FR') = e.code
        and e.niveau = if(v.region is null, 'france', 'region')
        and v.departement is null
        and v.nb_porteurs is not null
    where
        case
            when v.origine = 'publie' then true
            when v.departement is not null then k.campagne is not null
            when v.nb_porteurs is not null then e.campagne is not null
            else v.campagne in (select d.campagne from campagne_diffusee as d)
        end
        and (v.niveau <> 'epci' or v.campagne in (select c.campagne from campagne_entiere as c))
),

lignes_cachees as (
    select
        campagne,
        indicateur,
        niveau,
        code,
        list(departement) as departements
    from ligne_libre
    group by all
),

decides as (
    select
        f.*,
        case
            when not f.est_calcule or f.est_agree or f.statut <> 'diffusable' then 'tel_quel'
            when f.diffusion = 'L'
                then if(
                    f.niveau in ('departement', 'region', 'france')
                    -- Above the département, every line that it is the sum of must be shown.
                    or not list_has_any(coalesce(l.departements, []), coalesce(f.departements, [f.departement])),
                    'tel_quel', 'secret'
                )
            when d.indicateur is null then 'secret'
            when f.est_un_quotient then 'arrondi'
            else 'tel_quel'
        end as decision
    from figures as f
    left join lignes_cachees as l
        on f.campagne = l.campagne
        and f.indicateur = l.indicateur
        and f.niveau = l.niveau
        and f.code = l.code
    left join decision as d
        on f.campagne = d.campagne
        and f.indicateur = d.indicateur
        and f.niveau = d.niveau
        and f.code = d.code
        and f.departement is not distinct from d.departement
)

select
    campagne,
    indicateur,
    niveau,
    code,
    departement,
    region,
    case when decision = 'tel_quel' then numerateur end as numerateur,
    case when decision = 'tel_quel' then denominateur end as denominateur,
    case decision
        when 'tel_quel' then valeur
        when 'arrondi' then arrondi(valeur, getvariable('arrondis')[unite])
    end as valeur,
    case when decision <> 'secret' then nb_repondants end as nb_repondants,
    case when decision <> 'secret' then nb_porteurs end as nb_porteurs,
    case when decision <> 'secret' then nb_ecartees end as nb_ecartees,
    case when decision = 'secret' then 'secret' else statut end as statut,
    case when decision <> 'secret' then au_moins end as au_moins,
    origine,
    source,
    couverture
from decides
order by campagne, indicateur, niveau, code, departement, region, origine
