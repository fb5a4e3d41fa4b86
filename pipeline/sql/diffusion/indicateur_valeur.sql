-- Every figure that a porteur or the public may see. Key: campagne, indicateur, niveau, code, departement, origine.
-- Published and national figures are as published; what the committee agreed is never hidden; of what porteurs declare,
-- a share or an average is rounded and comes without its sums. What is computed of a département is shown once it is
-- adopted, of more than one (France, an intercommunalité across two) once all that have figures of that year are.
with figures as (
    select
        v.*,
        i.unite,
        i.diffusion,
        i.denominateur is not null as est_un_quotient,
        i.grains = ['agrement'] as est_agree,
        v.origine in ('calcule', 'fictif') and v.nb_porteurs is not null as est_calcule
    from warehouse.marts.indicateur_valeur_agregee as v
    inner join warehouse.marts.indicateur as i on v.indicateur = i.indicateur
    left join campagne_diffusee as k on v.campagne = k.campagne and v.departement = k.departement
    left join campagne_entiere as e on v.campagne = e.campagne
    where
        case
            when v.origine = 'publie' then true
            when v.departement is not null then k.campagne is not null
            when v.nb_porteurs is not null then e.campagne is not null
            else v.campagne in (select d.campagne from campagne_diffusee as d)
        end
        and (v.niveau <> 'epci' or e.national)
),

decides as (
    select
        f.*,
        case
            when not f.est_calcule or f.est_agree or f.statut <> 'diffusable' then 'tel_quel'
            when f.diffusion = 'L'
                then if(
                    f.niveau in ('departement', 'france')
                    or (f.campagne, f.indicateur, f.departement, f.niveau, f.code) not in (
                        select (l.campagne, l.indicateur, l.departement, l.niveau, l.code)
                        from ligne_libre as l
                    ),
                    'tel_quel', 'secret'
                )
            when d.indicateur is null then 'secret'
            when f.est_un_quotient then 'arrondi'
            else 'tel_quel'
        end as decision
    from figures as f
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
order by campagne, indicateur, niveau, code, departement, origine
